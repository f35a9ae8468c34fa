"""Multi-label classifiers: features float[N, D] in, probabilities of C genres out.

`genres.metrics` says how good they are and needs the `train` extra; the rest needs NumPy only,
save fitting an isotonic calibration.
"""

from genres.classifier import Classifier
from genres.floors import MostFrequent, Prior, RandomGenres
from genres.knn import OneVsRestKNN
from genres.mlknn import MLkNN

__all__ = ["Classifier", "MLkNN", "MostFrequent", "OneVsRestKNN", "Prior", "RandomGenres"]
