"""ML-KNN: Zhang and Zhou, "ML-KNN: a lazy learning approach to multi-label learning" (2007)."""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genres.classifier import Classifier
from genres.tables import Bools, Floats, features, fitted, labels
from papers.neighbours import LabelledPoints


class MLkNN(Classifier):
    """The chance of a genre given how many of the k nearest training posters have it.

    With H1 "the poster has the genre", H0 "it has not", E_j "j of its k neighbours have it",
    and n1(j), n0(j) the training posters with and without it for which E_j holds among the
    other training posters, smoothing s makes

        P(H1)       = (s + sum_j n1(j)) / (2 s + N)
        P(E_j | H1) = (s + n1(j)) / (s (k + 1) + sum_j n1(j)),   likewise for H0
        P(H1 | E_j) = P(H1) P(E_j | H1) / (P(H1) P(E_j | H1) + P(H0) P(E_j | H0))

    Distance is Euclidean. A genre is predicted above 0.5, which is the paper's maximum a
    posteriori rule with ties going to "has not".

    >>> X, Y = [[0.0], [1.0], [5.0], [6.0]], [[1], [1], [0], [0]]
    >>> MLkNN(k=1).fit(X, Y).predict_proba([[0.4], [5.4]]).tolist()
    [[0.75], [0.25]]
    """

    def __init__(self, k: int = 10, s: float = 1.0) -> None:
        if k < 1:
            raise ValueError(f"k must be at least 1, got {k}")
        if not s > 0:
            raise ValueError(f"s must be positive, got {s}")
        self.k = k
        self.s = s
        self._gallery: LabelledPoints | None = None
        self._labels: Bools | None = None
        self.posterior: Floats | None = None  # [C, k + 1]: P(H1 | E_j)

    def fit(self, X: ArrayLike, Y: ArrayLike) -> Self:
        points = features(X)
        known = labels(Y, rows=len(points))
        if self.k >= len(points):
            raise ValueError(f"k = {self.k} neighbours need more posters than {len(points)}")
        gallery = LabelledPoints(points)
        counts = _counts(known, gallery.nearest_others(self.k))
        self.posterior = self._posterior(known, counts)
        self._gallery, self._labels = gallery, known
        return self

    def predict_proba(self, X: ArrayLike) -> Floats:
        gallery, known = fitted(self._gallery), fitted(self._labels)
        counts = _counts(known, gallery.nearest(features(X, gallery.dimensions), self.k))
        return fitted(self.posterior)[np.arange(known.shape[1]), counts]

    def _posterior(self, known: Bools, counts: NDArray[np.int64]) -> Floats:
        with_genre = _tally(counts, known, self.k)
        without = _tally(counts, ~known, self.k)
        total, s = len(known), self.s
        prior = (s + with_genre.sum(axis=1)) / (2 * s + total)
        has = prior[:, None] * _smoothed(with_genre, s)
        has_not = (1 - prior[:, None]) * _smoothed(without, s)
        posterior: Floats = has / (has + has_not)
        return posterior


def _counts(known: Bools, near: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many of each row's neighbours [B, k] have each genre: int64[B, C]."""
    counts: NDArray[np.int64] = known[near].sum(axis=1, dtype=np.int64)
    return counts


def _tally(counts: NDArray[np.int64], chosen: Bools, k: int) -> Floats:
    """n(j): for each genre, its chosen posters by their count of neighbours: [C, k + 1]."""
    genres = counts.shape[1]
    cells = counts + (k + 1) * np.arange(genres)
    return (
        np.bincount(cells[chosen], minlength=genres * (k + 1))
        .reshape(genres, k + 1)
        .astype(np.float64)
    )


def _smoothed(tally: Floats, s: float) -> Floats:
    smoothed: Floats = (s + tally) / (s * tally.shape[1] + tally.sum(axis=1, keepdims=True))
    return smoothed
