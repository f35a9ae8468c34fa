import numpy as np
import pytest
from numpy.typing import NDArray

from index import Metric, PosterIndex


def test_the_share_that_changed_counts_what_came_and_what_went(
    halved: PosterIndex, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    assert halved.changed_share == 0
    grown = halved.having(poster_ids[120:132], vectors[120:132]).without(poster_ids[:12])
    assert grown.changed_share == pytest.approx(0.2)
    assert grown.without(poster_ids[120:132]).changed_share == pytest.approx(0.1)


def test_an_added_poster_may_take_the_place_of_one_in_the_folder(
    halved: PosterIndex, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    grown = halved.having(poster_ids[:1], vectors[200:201])
    assert len(grown) == 120
    np.testing.assert_array_equal(grown.embeddings(poster_ids[:1]), vectors[200:201])
    assert grown.having(poster_ids[:1], vectors[:1]).search(
        vectors[0], Metric.MANHATTAN, 5
    ) == halved.search(vectors[0], Metric.MANHATTAN, 5)


def test_a_removed_poster_has_no_embedding_any_more(
    halved: PosterIndex, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    with pytest.raises(KeyError):
        halved.without(poster_ids[:1]).embeddings(poster_ids[:1])
    grown = halved.having(poster_ids[130:131], vectors[130:131]).without(poster_ids[130:131])
    with pytest.raises(KeyError):
        grown.embeddings(poster_ids[130:131])


def test_everything_may_be_removed(
    halved: PosterIndex, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    emptied = halved.without(poster_ids)
    assert len(emptied) == 0
    assert emptied.search(vectors[0], Metric.EUCLIDEAN, 5) == []
