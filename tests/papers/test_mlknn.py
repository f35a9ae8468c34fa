from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from genres import MostFrequent
from papers.knn import OneVsRestKNN
from papers.mlknn import MLkNN
from tests.papers.conftest import Posters

LINE = np.array([[0.0], [1.0], [2.0], [10.0], [11.0], [12.0]])
GENRES = np.array([[1, 1], [1, 1], [0, 1], [0, 0], [0, 0], [1, 1]])


def test_ml_knn_posterior_by_hand() -> None:
    """k = 2: the neighbours of each of the two clusters' points are the other two.

    First genre: three posters have it, with 1, 1 and 0 neighbours that have it; the three
    without have 2, 1 and 1. So P(H1) = (1+3)/(2+6) = 1/2, P(E|H1) = (2, 3, 1)/6 and
    P(E|H0) = (1, 3, 2)/6. Second genre: the four with it have 2, 2, 2 and 0; the two without
    have 1 and 1. So P(H1) = 5/8, P(E|H1) = (2, 1, 4)/7 and P(E|H0) = (1, 3, 1)/5.
    """
    learnt = MLkNN(k=2, s=1).fit(LINE, GENRES)
    first = [Fraction(2, 3), Fraction(1, 2), Fraction(1, 3)]
    second = [Fraction(50, 71), Fraction(25, 88), Fraction(100, 121)]
    assert learnt.posterior == pytest.approx(np.array([first, second], dtype=float))
    # The neighbours of 0.9 are 1 and 0 (counts 2 and 2), those of 11.6 are 12 and 11 (1 and 1).
    assert learnt.predict_proba([[0.9], [11.6]]) == pytest.approx(
        np.array([[1 / 3, 100 / 121], [1 / 2, 25 / 88]])
    )
    assert learnt.predict([[0.9], [11.6]]).tolist() == [[False, True], [False, False]]


def test_more_smoothing_draws_the_posterior_to_one_half() -> None:
    smooth = MLkNN(k=2, s=1e9).fit(LINE, GENRES).predict_proba(LINE)
    assert smooth == pytest.approx(np.full((6, 2), 0.5), abs=1e-6)


def naive_ml_knn(
    X: NDArray[Any], Y: NDArray[Any], query: NDArray[Any], k: int, s: float
) -> list[float]:
    def count(point: NDArray[Any], genre: int, leave_out: int | None = None) -> int:
        others = [i for i in range(len(X)) if i != leave_out]
        near = sorted(others, key=lambda i: ((X[i] - point) ** 2).sum())[:k]
        return sum(int(Y[i, genre]) for i in near)

    answer = []
    for genre in range(Y.shape[1]):
        prior = (s + Y[:, genre].sum()) / (2 * s + len(X))
        counts = [count(X[i], genre, leave_out=i) for i in range(len(X))]
        j = count(query, genre)
        odds = []
        for has, chance in ((True, prior), (False, 1 - prior)):
            among = [c for c, y in zip(counts, Y[:, genre], strict=True) if y == has]
            odds.append(chance * (s + among.count(j)) / (s * (k + 1) + len(among)))
        answer.append(odds[0] / sum(odds))
    return answer


@pytest.mark.parametrize(("k", "s"), [(1, 1.0), (5, 1.0), (8, 0.3)])
def test_ml_knn_is_what_the_papers_formulas_say(posters: Posters, k: int, s: float) -> None:
    X, Y = posters
    learnt = MLkNN(k, s).fit(X[:50], Y[:50])
    expected = [naive_ml_knn(X[:50], Y[:50], query, k, s) for query in X[50:]]
    assert learnt.predict_proba(X[50:]) == pytest.approx(np.array(expected))


def test_permuting_the_genres_permutes_the_most_frequent(posters: Posters) -> None:
    X, Y = posters
    order = [2, 0, 1]
    straight = MostFrequent(2).fit(X, Y).predict_proba(X)
    assert np.array_equal(MostFrequent(2).fit(X, Y[:, order]).predict_proba(X), straight[:, order])


def test_a_genre_no_training_poster_has_is_improbable(posters: Posters) -> None:
    X, Y = posters
    none = np.hstack([Y, np.zeros((60, 1), dtype=bool)])
    assert MLkNN(5).fit(X, none).predict_proba(X)[:, 3].max() < 0.1
    assert OneVsRestKNN(5).fit(X, none).predict_proba(X)[:, 3].max() == 0


def test_thresholds_may_differ_by_genre() -> None:
    learnt = OneVsRestKNN(k=3).fit(LINE, GENRES)  # 0.9 has 2/3 and 1
    assert learnt.predict([[0.9]], [0.7, 0.9]).tolist() == [[False, True]]
    with pytest.raises(ValueError, match="thresholds"):
        learnt.predict([[0.9]], 1.2)
    with pytest.raises(ValueError, match="one threshold or one each"):
        learnt.predict([[0.9]], [0.5, 0.5, 0.5])
