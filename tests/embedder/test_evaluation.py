import doctest

import numpy as np
import pytest
from PIL import Image

from embedder import evaluation
from embedder.evaluation import LeakError, check_gallery, nearest, rank_of


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(evaluation).failed == 0


@pytest.mark.parametrize("metric", ["cosine", "euclidean", "manhattan"])
def test_nearest_is_brute_force(metric: str) -> None:
    rng = np.random.default_rng(0)
    queries, gallery = rng.normal(size=(7, 5)), rng.normal(size=(50, 5))
    queries, gallery = queries.astype(np.float32), gallery.astype(np.float32)
    if metric == "cosine":
        distances = 1 - (queries @ gallery.T) / np.outer(
            np.linalg.norm(queries, axis=1), np.linalg.norm(gallery, axis=1)
        )
    else:
        order = 2 if metric == "euclidean" else 1
        distances = np.linalg.norm(queries[:, None] - gallery[None], order, axis=2)
    np.testing.assert_array_equal(
        nearest(queries, gallery, metric, 4), np.argsort(distances, axis=1)[:, :4]
    )


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(ValueError, match="hamming"):
        nearest(np.ones((1, 2), np.float32), np.ones((3, 2), np.float32), "hamming", 1)


def test_map_at_r_by_hand() -> None:
    queries = np.array([[1, 0]], bool)
    gallery = np.array([[1, 0], [0, 1], [1, 1], [0, 1]], bool)
    found = np.array([[0, 1, 2, 3]])
    # R = 2 relevant; among the first two: hit, miss -> (1/1) / 2.
    assert evaluation.map_at_r(queries, gallery, found)[0] == pytest.approx(0.5)


def test_the_primary_genre_is_the_rarest_in_train() -> None:
    train = np.array([[1, 1, 0], [1, 0, 0], [1, 0, 1]], bool)
    genres = np.array([[1, 1, 0], [1, 0, 0]], bool)
    np.testing.assert_array_equal(evaluation.primary_genres(genres, train), [1, 0])


def test_recall_and_majority_by_hand() -> None:
    queries, gallery = np.array([2]), np.array([2, 1, 1, 0])
    found = np.array([[1, 0, 2, 3]])
    assert evaluation.recall_at(queries, gallery, found, 1)[0] == 0
    assert evaluation.recall_at(queries, gallery, found, 2)[0] == 1
    assert evaluation.majority_at(queries, gallery, found, 3)[0] == 0
    assert evaluation.majority_at(np.array([1]), gallery, found, 3)[0] == 1


def test_a_gallery_with_the_querys_film_or_duplicate_is_refused() -> None:
    hashes = np.array([0, 0b111], np.uint64)
    check_gallery(["a"], hashes[:1], ["b"], hashes[1:], 2)
    with pytest.raises(LeakError, match="near-duplicate of the query a"):
        check_gallery(["a"], hashes[:1], ["b"], hashes[1:], 3)
    with pytest.raises(LeakError, match="own film a"):
        check_gallery(["a"], hashes[:1], ["a"], hashes[1:], 0)


def test_a_tie_counts_against_the_rank() -> None:
    gallery = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    query = np.array([1, 0], np.float32)
    assert rank_of(query, [0], gallery, "euclidean") == 2
    assert rank_of(query, [0], gallery, "euclidean", exclude=[1]) == 1
    assert rank_of(query, [2], gallery, "cosine") == 3


def test_alterations_change_the_image_and_keep_it_a_poster() -> None:
    rng = np.random.default_rng(0)
    image = Image.fromarray(rng.integers(0, 255, (212, 144, 3)).astype(np.uint8))
    names = set()
    for alteration in evaluation.alterations():
        changed = alteration.apply(image)
        assert changed.mode == "RGB"
        assert changed.size != image.size or changed.tobytes() != image.tobytes()
        assert 0.6 < changed.width / changed.height < 0.75
        names.add(alteration.name)
    assert len(names) == 6
