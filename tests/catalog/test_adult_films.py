"""Films for adults: what their source says, what the operator says, and who finds them."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from catalog.adult_films import AdultFilms
from catalog.catalog import Catalog
from catalog.records import CatalogError, Counts, MovieRecord

Film = Callable[..., MovieRecord]
Poster = Callable[..., bytes]


def test_the_operators_word_counts_more_than_the_sources(
    catalog: Catalog, engine: Engine, film: Film, poster: Poster
) -> None:
    marks = AdultFilms(engine)
    catalog.add(film(1), poster(1), "test")
    catalog.add(film(2, adult=True), poster(2), "test")
    (one,), (two,) = catalog.by_imdb(film(1).imdb_id), catalog.by_imdb(film(2).imdb_id)
    assert (one.adult, two.adult) == (False, True)
    marks.mark(one.imdb_id, True)
    marks.mark(two.imdb_id, False)
    assert catalog.by_imdb(one.imdb_id)[0].adult
    assert not catalog.by_imdb(two.imdb_id)[0].adult
    catalog.add(film(1, adult=False), None, "test")  # an import does not undo it
    assert catalog.by_imdb(one.imdb_id)[0].adult
    marks.mark(two.imdb_id, None)
    catalog.add(film(2), None, "test")  # nor does a source that says nothing
    assert catalog.by_imdb(two.imdb_id)[0].adult
    with pytest.raises(CatalogError, match="tt9999999"):
        marks.mark("tt9999999", True)


def test_a_catalogue_without_them_finds_them_nowhere(
    catalog: Catalog, engine: Engine, film: Film, poster: Poster, tmp_path: Path
) -> None:
    for number in (1, 2, 3):
        catalog.add(film(number, title=f"Film {number}"), poster(number), "test")
    without = Catalog(engine, tmp_path, without_adult=True)
    shown = without.by_imdb(film(2).imdb_id)[0]
    assert len(without.facets().poster_ids) == 3
    AdultFilms(engine).mark(shown.imdb_id, True)
    assert without.by_imdb(shown.imdb_id) == []
    assert without.by_hash(shown.content_hash) == []
    assert without.titled("Film 2") == []
    assert shown.poster_id not in without.cards([1, 2, 3])
    assert shown.poster_id not in without.facets().poster_ids
    assert (
        len(without.poster_ids())
        == len(without.all_cards())
        == len(without.facets().poster_ids)
        == 2
    )
    assert len(catalog.all_cards()) == len(catalog.facets().poster_ids) == 3


def test_a_film_for_adults_takes_no_other_films_place_among_titles(
    catalog: Catalog, engine: Engine, film: Film, poster: Poster, tmp_path: Path
) -> None:
    for number in (1, 2):
        catalog.add(film(number, votes=100 // number), poster(number), "test")
    without = Catalog(engine, tmp_path, without_adult=True)
    assert [card.title for card in without.matching_title("film", 1)] == ["Film 1"]
    AdultFilms(engine).mark(film(1).imdb_id, True)
    assert [card.title for card in without.matching_title("film", 1)] == ["Film 2"]
    assert [card.title for card in catalog.matching_title("film", 1)] == ["Film 1"]


def test_a_catalogue_without_them_neither_counts_nor_draws_them(
    catalog: Catalog, engine: Engine, film: Film, poster: Poster, tmp_path: Path
) -> None:
    for number in (1, 2, 3, 4):
        catalog.add(film(number, invented=number > 1), poster(number), "test")
    without = Catalog(engine, tmp_path, without_adult=True)
    assert (without.counts(), without.movies()) == (catalog.counts(), 4)
    assert not without.only_invented()
    AdultFilms(engine).mark(film(1).imdb_id, True)
    assert without.counts() == Counts(3, 3, {"train": 3, "val": 0, "test": 0}, 3)
    assert without.movies() == 3
    assert without.only_invented()
    for seed in range(9):
        assert len(without.sample(3, random.Random(seed))) == 3
    catalog.remove(film(2).imdb_id)
    assert len(without.sample(2, random.Random(1))) == 2
    assert catalog.counts().movies == catalog.movies() == 3
    assert not catalog.only_invented()
