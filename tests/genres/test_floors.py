import numpy as np
import pytest

from genres import MostFrequent, Prior, RandomGenres

X = np.zeros((4, 2))
Y = np.array([[1, 0, 1], [1, 0, 0], [1, 1, 0], [0, 0, 1]])


def test_the_prior_is_each_genres_share_whatever_the_poster() -> None:
    proba = Prior().fit(X, Y).predict_proba(np.ones((2, 2)))
    assert proba.tolist() == [[0.75, 0.25, 0.5]] * 2


def test_the_prior_predicts_the_genres_of_more_than_half() -> None:
    assert Prior().fit(X, Y).predict(X[:1]).tolist() == [[True, False, False]]


def test_the_most_frequent_genres_are_predicted_for_sure() -> None:
    assert MostFrequent().fit(X, Y).predict_proba(X[:1]).tolist() == [[1, 0, 0]]
    assert MostFrequent(2).fit(X, Y).predict_proba(X[:1]).tolist() == [[1, 0, 1]]


def test_random_genres_are_drawn_as_often_as_they_occur() -> None:
    drawn = RandomGenres(seed=3).fit(X, Y).predict_proba(np.zeros((20_000, 2)))
    assert set(np.unique(drawn)) == {0.0, 1.0}
    assert drawn.mean(axis=0) == pytest.approx([0.75, 0.25, 0.5], abs=0.02)
    assert (drawn[:, 0] * drawn[:, 2]).mean() == pytest.approx(0.375, abs=0.02)  # independent


def test_a_seed_draws_the_same_and_another_seed_otherwise() -> None:
    many = np.zeros((50, 2))
    first = RandomGenres(seed=3).fit(X, Y)
    assert np.array_equal(first.predict_proba(many), first.predict_proba(many))
    assert np.array_equal(first.predict_proba(many)[:20], first.predict_proba(many[:20]))
    other = RandomGenres(seed=4).fit(X, Y).predict_proba(many)
    assert not np.array_equal(first.predict_proba(many), other)


@pytest.mark.parametrize("count", [0, 4])
def test_an_impossible_number_of_genres_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match=r"genres|count"):
        MostFrequent(count).fit(X, Y)
