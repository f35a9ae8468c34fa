"""Multi-label classifiers: features float[N, D] in, probabilities of C genres out.

`genres.metrics` says how good they are, `genres.intervals` how surely, `genres.calibration` how
honest; `genres.thresholds` turns probabilities into genres. All need NumPy only, save fitting an
isotonic calibration, which needs scikit-learn of the `train` extra.
"""

from genres.classifier import Classifier
from genres.floors import MostFrequent, Prior, RandomGenres
from genres.knn import OneVsRestKNN
from genres.mlknn import MLkNN

__all__ = ["Classifier", "MLkNN", "MostFrequent", "OneVsRestKNN", "Prior", "RandomGenres"]
