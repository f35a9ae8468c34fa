from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier

from genres import MostFrequent, Prior
from papers.knn import OneVsRestKNN
from papers.mlknn import MLkNN
from tests.papers.conftest import Posters

LINE = np.array([[0.0], [1.0], [2.0], [10.0], [11.0], [12.0]])
GENRES = np.array([[1, 1], [1, 1], [0, 1], [0, 0], [0, 0], [1, 1]])


def test_one_versus_rest_gives_the_share_of_neighbours_by_hand() -> None:
    learnt = OneVsRestKNN(k=3).fit(LINE, GENRES)
    assert learnt.predict_proba([[0.9], [11.0]]) == pytest.approx(
        np.array([[2 / 3, 1], [1 / 3, 1 / 3]])
    )
    assert learnt.predict([[0.9]]).tolist() == [[True, True]]


@pytest.mark.parametrize("k", [1, 4, 15])
def test_one_versus_rest_agrees_with_scikit_learn(posters: Posters, k: int) -> None:
    X, Y = posters
    proba = OneVsRestKNN(k).fit(X[:40], Y[:40]).predict_proba(X[40:])
    for genre in range(3):
        theirs = KNeighborsClassifier(k).fit(X[:40], Y[:40, genre])
        assert proba[:, genre] == pytest.approx(theirs.predict_proba(X[40:])[:, 1])


classifiers = st.sampled_from(
    [lambda: MLkNN(3), lambda: MLkNN(5, 0.5), lambda: OneVsRestKNN(4), Prior]
)


@given(classifiers, st.integers(6, 40), st.integers(1, 5), st.integers(0, 10_000))
def test_probabilities_lie_between_zero_and_one(
    make: Callable[[], Any], n: int, genres: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(n, 3)), rng.random((n, genres)) < rng.random(genres)
    proba = make().fit(X, Y).predict_proba(rng.normal(size=(7, 3)))
    assert proba.shape == (7, genres)
    assert proba.dtype == np.float64
    assert ((proba >= 0) & (proba <= 1)).all()


@given(classifiers, st.permutations(range(4)), st.integers(0, 10_000))
def test_permuting_the_genres_permutes_the_probabilities(
    make: Callable[[], Any], order: list[int], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    X, Y, query = rng.normal(size=(30, 3)), rng.random((30, 4)) < 0.4, rng.normal(size=(5, 3))
    straight = make().fit(X, Y).predict_proba(query)
    permuted = make().fit(X, Y[:, order]).predict_proba(query)
    assert np.array_equal(permuted, straight[:, order])


@pytest.mark.parametrize("make", [MLkNN, OneVsRestKNN, Prior, MostFrequent])
@pytest.mark.parametrize(
    ("X", "Y", "message"),
    [
        ([1, 2, 3], [[1], [0], [1]], "features"),
        ([[1], [2], [float("nan")]], [[1], [0], [1]], "finite"),
        ([[1], [2], [3]], [1, 0, 1], "labels"),
        ([[1], [2], [3]], [[1], [0], [2]], "0 or 1"),
        ([[1], [2], [3]], [[1], [0]], "do not fit"),
    ],
)
def test_tables_that_do_not_fit_are_refused(
    make: Callable[[], Any], X: NDArray[Any], Y: NDArray[Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make().fit(X, Y)


@pytest.mark.parametrize("make", [MLkNN, OneVsRestKNN, Prior, MostFrequent])
def test_predicting_before_learning_is_refused(make: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match="fit"):
        make().predict_proba([[1.0]])


def test_misuse_of_the_neighbours_is_refused(posters: Posters) -> None:
    X, Y = posters
    with pytest.raises(ValueError, match="60"):
        MLkNN(60).fit(X, Y)
    with pytest.raises(ValueError, match="60"):
        OneVsRestKNN(61).fit(X, Y)
    with pytest.raises(ValueError, match="k must"):
        MLkNN(0)
    with pytest.raises(ValueError, match="k must"):
        OneVsRestKNN(0)
    with pytest.raises(ValueError, match="s must"):
        MLkNN(s=0)
    with pytest.raises(ValueError, match=r"\[N, 4\]"):
        OneVsRestKNN().fit(X, Y).predict(X[:, :3])
