"""What can be predicted without looking at the poster: the floors under every comparison."""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from genres.classifier import Classifier
from genres.tables import Floats, features, fitted, labels


class Prior(Classifier):
    """Gives every poster each genre's share of the training posters.

    >>> Prior().fit([[0.0], [0.0]], [[1, 0], [1, 1]]).predict_proba([[5.0]]).tolist()
    [[1.0, 0.5]]
    """

    def __init__(self) -> None:
        self.prior: Floats | None = None

    def fit(self, X: ArrayLike, Y: ArrayLike) -> Self:
        self.prior = labels(Y, rows=len(features(X))).mean(axis=0)
        return self

    def predict_proba(self, X: ArrayLike) -> Floats:
        return np.tile(fitted(self.prior), (len(features(X)), 1))


class RandomGenres(Classifier):
    """Draws every genre by its share of the training posters, independently: 1 or 0.

    The same seed draws the same genres for a poster's row each time, whatever its features.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._prior = Prior()

    def fit(self, X: ArrayLike, Y: ArrayLike) -> Self:
        self._prior.fit(X, Y)
        return self

    def predict_proba(self, X: ArrayLike) -> Floats:
        prior = self._prior.predict_proba(X)
        return (np.random.default_rng(self.seed).random(prior.shape) < prior).astype(np.float64)


class MostFrequent(Classifier):
    """Gives every poster the `count` commonest genres of the training posters, for sure.

    Of equally common genres the earlier column is taken.

    >>> MostFrequent().fit([[0.0], [0.0]], [[1, 0], [1, 1]]).predict_proba([[5.0]]).tolist()
    [[1.0, 0.0]]
    """

    def __init__(self, count: int = 1) -> None:
        if count < 1:
            raise ValueError(f"count must be at least 1, got {count}")
        self.count = count
        self._chosen: Floats | None = None

    def fit(self, X: ArrayLike, Y: ArrayLike) -> Self:
        totals = labels(Y, rows=len(features(X))).sum(axis=0)
        if self.count > len(totals):
            raise ValueError(f"cannot choose {self.count} of {len(totals)} genres")
        self._chosen = np.zeros(len(totals))
        self._chosen[np.argsort(-totals, kind="stable")[: self.count]] = 1
        return self

    def predict_proba(self, X: ArrayLike) -> Floats:
        return np.tile(fitted(self._chosen), (len(features(X)), 1))
