"""Label powerset: every set of genres that training films have is one class."""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genres.classifier import Classifier
from genres.tables import Bools, Floats, features, fitted, labels
from genres.thresholds import above
from papers.neighbours import LabelledPoints


class LabelPowerset(Classifier):
    """The k nearest training posters vote for whole sets of genres.

    A genre's probability is the share of votes for sets that hold it; `predict` at one half, the
    default, answers the set with most votes, of equally many the commoner in training.
    Tsoumakas and Katakis, "Multi-label classification: an overview" (2007).

    `sets` bool [S, C] are the classes and `counts` int64 [S] their training posters, the
    commonest first.

    >>> X, Y = [[0.0], [0.1], [0.2], [9.0]], [[1, 0], [1, 0], [1, 1], [0, 1]]
    >>> learnt = LabelPowerset(k=3).fit(X, Y)
    >>> learnt.counts.tolist(), learnt.predict([[0.0]]).tolist()
    ([2, 1, 1], [[True, False]])
    """

    def __init__(self, k: int = 30) -> None:
        if k < 1:
            raise ValueError(f"k must be at least 1, got {k}")
        self.k = k
        self.sets: Bools | None = None
        self.counts: NDArray[np.int64] | None = None
        self._gallery: LabelledPoints | None = None
        self._classes: NDArray[np.int64] | None = None

    def fit(self, X: ArrayLike, Y: ArrayLike) -> Self:
        points = features(X)
        known = labels(Y, rows=len(points))
        if self.k > len(points):
            raise ValueError(f"k = {self.k} neighbours need as many posters, got {len(points)}")
        self.sets, self.counts, self._classes = label_sets(known)
        self._gallery = LabelledPoints(points)
        return self

    def predict_proba(self, X: ArrayLike) -> Floats:
        sets = fitted(self.sets)
        held = sets[self._votes(X)]  # [B, k, C]
        shares: Floats = held.mean(axis=1, dtype=np.float64)
        return shares

    def predict(self, X: ArrayLike, threshold: float | ArrayLike = 0.5) -> Bools:
        """The set with most votes, bool[B, C]; at another threshold genre by genre."""
        if not np.array_equal(threshold, 0.5):
            return above(self.predict_proba(X), threshold)
        sets, votes = fitted(self.sets), self._votes(X)
        # Votes lie below the number of sets, the commoner sets first: argmax prefers these.
        won = [np.bincount(row, minlength=1).argmax() for row in votes]
        chosen: Bools = sets[np.array(won, dtype=np.int64)]
        return chosen

    def _votes(self, X: ArrayLike) -> NDArray[np.int64]:
        """Classes of the k nearest, int64[B, k]."""
        gallery = fitted(self._gallery)
        return fitted(self._classes)[gallery.nearest(features(X, gallery.dimensions), self.k)]


def label_sets(Y: ArrayLike) -> tuple[Bools, NDArray[np.int64], NDArray[np.int64]]:
    """The distinct rows of Y bool [N, C], how often each occurs, and each row's place among them.

    The commonest first, of equally common ones in the order of their columns.

    >>> sets, counts, places = label_sets([[1, 0], [0, 1], [0, 1]])
    >>> sets.astype(int).tolist(), counts.tolist(), places.tolist()
    ([[0, 1], [1, 0]], [2, 1], [1, 0, 0])
    """
    sets, places, counts = np.unique(labels(Y), axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return sets[order], counts[order].astype(np.int64), rank[places.ravel()].astype(np.int64)
