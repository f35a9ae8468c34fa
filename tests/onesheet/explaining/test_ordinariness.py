"""How ordinary a poster is, beside posters drawn from the catalogue."""

from dataclasses import replace

import numpy as np
import pytest

from catalog.images.palette import Swatch
from index import Metric
from onesheet.explaining import ordinariness
from onesheet.explaining.ordinariness import (
    NEAREST,
    OTHERS,
    main_colours,
    rarest_colour,
    usual_likeness,
)
from onesheet.instance import Instance
from onesheet.queries.query import from_sample
from onesheet.recommending.answers import Answer
from onesheet.recommending.likeness import likeness_between, words_of
from tests.conftest import drawn_bytes, movie


def test_it_counts_those_alike_among_the_nearest_whatever_arm_chose(instance: Instance) -> None:
    query = from_sample("4", instance.catalog)
    answers = [instance.recommender.recommend(query, metric=metric) for metric in Metric]
    found = [instance.ordinary_posters.of(each) for each in answers]
    assert found[0] is not None
    assert found[0] == found[1] == found[2]
    opened = instance.opened()
    ids = [number for number in opened.index.poster_ids.tolist() if number != 4]
    vector = opened.index.embeddings([4])[0]
    near = opened.index.search(vector, Metric.COSINE, 50, exclude=[4])
    assert found[0].near == min(50, len(ids))
    others = opened.index.embeddings([each.poster_id for each in near])
    alike = likeness_between(vector, others, opened.embedder.card, opened.index)
    least = words_of(opened.embedder.card).like
    assert found[0].alike == int((alike >= least).sum())
    usual = usual_likeness(opened, instance.catalog)
    assert found[0].more_ordinary_than == pytest.approx(float((usual < alike.mean()).mean()))
    assert 0 <= found[0].sharing <= found[0].near


def of_4(instance: Instance) -> Answer:
    query = from_sample("4", instance.catalog)
    return instance.recommender.recommend(query, metric=Metric.COSINE, restrict=False)


def test_each_of_the_nearest_tells_of_colours_though_films_share_a_picture(
    instance: Instance,
) -> None:
    answer = of_4(instance)
    nearest = answer.results[0].card
    instance.catalog.add(movie(901), drawn_bytes(nearest.poster_id), "test")
    assert len(instance.catalog.by_hash(nearest.content_hash)) == 2
    found = instance.ordinary_posters.of(answer)
    assert found is not None
    assert found.coloured == found.near == NEAREST


def test_colours_are_looked_at_once_asked_for_where_there_is_a_file(instance: Instance) -> None:
    answer = of_4(instance)
    with instance.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM poster_impression")
    lost = answer.results[0].card
    instance.catalog.poster_path(lost.content_hash).unlink()
    found = instance.ordinary_posters.of(answer)
    assert found is not None
    assert found.coloured == found.near - 1


def test_posters_drawn_are_held_against_their_own_nearest(instance: Instance) -> None:
    usual = usual_likeness(instance.opened(), instance.catalog)
    assert len(usual) == min(OTHERS, len(instance.opened().index))
    assert ((usual >= 0) & (usual <= 1)).all()
    assert len(np.unique(usual)) > 1


def likeness_of_4(instance: Instance, *others: int | None) -> float:
    """The mean likeness of poster 4 to those nearest to it but `others`."""
    opened = instance.opened()
    vector, own = opened.index.embeddings([4])[0], [4, *filter(None, others)]
    near = opened.index.search(vector, Metric.COSINE, NEAREST, exclude=own)
    nearest = opened.index.embeddings([each.poster_id for each in near])
    found = likeness_between(vector, nearest, opened.embedder.card, opened.index)
    return float(found.mean())


def test_a_drawn_poster_is_not_held_against_others_of_its_film(instance: Instance) -> None:
    other = instance.catalog.add(movie(4), drawn_bytes(4, "PNG"), "test").poster_id
    assert len(instance.opened().index) == 81
    fourth = usual_likeness(instance.opened(), instance.catalog)[3]
    assert fourth == pytest.approx(likeness_of_4(instance, other))


@pytest.mark.parametrize("allowed", [0, ordinariness.OWN])
def test_a_drawn_poster_is_not_held_against_its_copies(
    instance: Instance, monkeypatch: pytest.MonkeyPatch, allowed: int
) -> None:
    monkeypatch.setattr(ordinariness, "OWN", allowed)
    double = replace(movie(4), imdb_id="tt0000999", title="Double")
    copy = instance.catalog.add(double, drawn_bytes(4, "PNG"), "test").poster_id
    instance.builder.build()
    fresh = Instance(instance.home)
    fourth = usual_likeness(fresh.opened(), fresh.catalog)[3]
    assert fourth == pytest.approx(likeness_of_4(fresh, copy))
    fresh.close()


def test_only_what_covers_enough_is_a_main_colour() -> None:
    palette = (Swatch("#101010", 0.6), Swatch("#c0281f", 0.35), Swatch("#1f4fa3", 0.05))
    assert len(main_colours(palette, 9)) == 2
    assert main_colours(palette)[0] == "black"


def test_a_colour_that_hardly_any_of_the_nearest_has_sets_a_poster_apart() -> None:
    red, blue = Swatch("#c0281f", 0.5), Swatch("#1f4fa3", 0.5)
    others = [(blue,)] * 19 + [(red, blue)]
    assert rarest_colour((red, blue), others) == ("red", 1)
    assert rarest_colour((blue,), others) == (None, 0)
    assert rarest_colour((Swatch("#808080", 1.0),), others) == (None, 0)
    assert rarest_colour((red, blue), []) == (None, 0)
