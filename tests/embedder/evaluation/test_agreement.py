import numpy as np
import pytest

from embedder import evaluation


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


def test_a_film_without_genres_has_no_primary_one_and_is_found_by_none() -> None:
    train = np.array([[1, 1], [0, 1]], bool)
    primary = evaluation.primary_genres(np.array([[0, 0], [1, 1]], bool), train)
    np.testing.assert_array_equal(primary, [-1, 0])
    assert evaluation.recall_at(np.array([0]), primary, np.array([[0]]), 1)[0] == 0
