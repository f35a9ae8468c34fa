"""What every classifier here shares."""

from abc import ABC, abstractmethod
from typing import Self

from numpy.typing import ArrayLike

from genres.tables import Bools, Floats
from genres.thresholds import above


class Classifier(ABC):
    """Learns C genres from N posters' features, as scikit-learn's multi-label classifiers do."""

    @abstractmethod
    def fit(self, X: ArrayLike, Y: ArrayLike) -> Self:
        """Learn from X float[N, D] and Y bool or 0/1 [N, C]. ValueError where they do not fit."""

    @abstractmethod
    def predict_proba(self, X: ArrayLike) -> Floats:
        """Probabilities float64[B, C], each genre by itself, for X float[B, D]."""

    def predict(self, X: ArrayLike, threshold: float | ArrayLike = 0.5) -> Bools:
        """Genres bool[B, C] whose probability is above `threshold`, one number or one a genre."""
        return above(self.predict_proba(X), threshold)
