"""What the model reads of several posters together, and what is found by it."""

import numpy as np
import pytest

from catalog.images.surroundings.part import Part
from index import Metric
from onesheet.instance import Instance
from onesheet.queries.likes import from_likes
from onesheet.queries.query import from_sample
from onesheet.recommending.query_reading import TURNED_AWAY, read_query


def test_several_are_their_mean_moved_away_from_what_is_not_liked(instance: Instance) -> None:
    embedder, catalog = instance.embedder(), instance.catalog
    each = {
        n: read_query(embedder, from_sample(str(n), catalog)).searched.embeddings[0]
        for n in (3, 5, 7)
    }
    mean = (each[3] + each[5]) / 2
    read = read_query(embedder, from_likes([3, 5], [], catalog)).searched
    np.testing.assert_allclose(read.embeddings[0], mean, rtol=1e-3, atol=1e-4)
    read = read_query(embedder, from_likes([3, 5], [7], catalog)).searched
    away = mean + TURNED_AWAY * (mean - each[7])
    np.testing.assert_allclose(read.embeddings[0], away, rtol=1e-3, atol=1e-3)
    assert read.positions is not None
    found = read.positions[0].mean(axis=(0, 1))
    np.testing.assert_allclose(found, read.embeddings[0], rtol=1e-3, atol=1e-3)
    assert read.genres.shape[0] == 1
    assert read.scores.sum() == pytest.approx(1, abs=1e-4)


def test_a_part_is_searched_by_and_the_whole_poster_says_what_it_says(instance: Instance) -> None:
    embedder, query = instance.embedder(), from_sample("3", instance.catalog)
    alone = read_query(embedder, query)
    read = read_query(embedder, query.cropped(Part.rectangle(0.1, 0.5, 0.9, 0.9)))
    np.testing.assert_allclose(read.says.genres, alone.says.genres, atol=1e-5)
    assert np.abs(read.searched.embeddings - alone.searched.embeddings).max() > 1e-3
    ((whole, embedding),) = read.posters
    assert whole.crop is None
    np.testing.assert_allclose(embedding, alone.searched.embeddings[0], atol=1e-4)


def test_each_of_several_pictures_is_read_once(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures: list[int] = []
    read = type(instance.embedder()).read

    def counted(self: object, images: list[object], **said: bool) -> object:
        pictures.append(len(images))
        return read(self, images, **said)  # type: ignore[arg-type]

    monkeypatch.setattr(type(instance.embedder()), "read", counted)
    instance.recommender.recommend(from_likes([3, 5], [7], instance.catalog))
    assert sum(pictures) == 3


def test_what_was_chosen_is_not_found_again_nor_credited_and_the_permalink_asks_the_same(
    instance: Instance,
) -> None:
    recommender = instance.recommender
    first = recommender.recommend(from_likes([3, 5], [7], instance.catalog))
    assert not first.credited
    assert first.query.title
    assert " + " in first.query.title
    assert [card.poster_id for card in first.query.likes] == [3, 5]
    assert [card.poster_id for card in first.query.unlikes] == [7]
    shown = {each.card.poster_id for each in first.neighbourhood}
    assert not shown & {3, 5, 7}
    again = instance.permalinks.query(first.id)
    metric = Metric(first.arm)
    second = recommender.recommend(again, metric=metric)
    assert [each.card for each in second.results] == [each.card for each in first.results]
