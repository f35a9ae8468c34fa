"""Reading several genres at once: how good a reading is, how honest, and what is decided by it.

`genres.metrics` says how good predicted genres are, `genres.intervals` how surely,
`genres.calibration` how honest; `genres.thresholds` turns probabilities into genres, and
`genres.floors` predicts without looking. All need NumPy only.
"""

from genres.classifier import Classifier
from genres.floors import MostFrequent, Prior, RandomGenres

__all__ = ["Classifier", "MostFrequent", "Prior", "RandomGenres"]
