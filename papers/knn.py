"""One-versus-rest k nearest neighbours."""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from genres.classifier import Classifier
from genres.tables import Bools, Floats, features, fitted, labels
from papers.neighbours import LabelledPoints


class OneVsRestKNN(Classifier):
    """A genre's probability is its share of the k nearest training posters.

    Each genre has its own two-class vote against the rest. All classifiers search the same
    posters, so one search serves them.

    >>> X, Y = [[0.0], [1.0], [9.0]], [[1, 0], [1, 1], [0, 1]]
    >>> OneVsRestKNN(k=2).fit(X, Y).predict_proba([[0.4]]).tolist()
    [[1.0, 0.5]]
    """

    def __init__(self, k: int = 10) -> None:
        if k < 1:
            raise ValueError(f"k must be at least 1, got {k}")
        self.k = k
        self._gallery: LabelledPoints | None = None
        self._labels: Bools | None = None

    def fit(self, X: ArrayLike, Y: ArrayLike) -> Self:
        points = features(X)
        self._labels = labels(Y, rows=len(points))
        if self.k > len(points):
            raise ValueError(f"k = {self.k} neighbours need as many posters, got {len(points)}")
        self._gallery = LabelledPoints(points)
        return self

    def predict_proba(self, X: ArrayLike) -> Floats:
        gallery, known = fitted(self._gallery), fitted(self._labels)
        near = gallery.nearest(features(X, gallery.dimensions), self.k)
        shares: Floats = known[near].mean(axis=1, dtype=np.float64)
        return shares
