"""From probabilities of ordered score bins to one bin.

Bins are ordered, so a wrong answer next door is better than one far away; the likeliest bin knows
nothing of that.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genres.tables import Floats, probabilities

Bins = NDArray[np.int64]


def likeliest(P: ArrayLike) -> Bins:
    """The bin with the highest probability, int64[N], which errs least often.

    >>> likeliest([[0.4, 0.3, 0.3]]).tolist()
    [0]
    """
    found: Bins = probabilities(P).argmax(axis=1).astype(np.int64)
    return found


def median(P: ArrayLike) -> Bins:
    """The first bin by which half of the probability is reached, int64[N].

    It errs by the fewest bins on average, as any median does.

    >>> median([[0.4, 0.3, 0.3]]).tolist()
    [1]
    """
    table = probabilities(P)
    reached = np.cumsum(table, axis=1) / table.sum(axis=1, keepdims=True)
    found: Bins = (reached >= 0.5 - 1e-12).argmax(axis=1).astype(np.int64)
    return found


def nearest_to_mean(P: ArrayLike, centres: ArrayLike) -> Bins:
    """The bin whose centre is nearest to the expected value, int64[N]; ties go to the lower.

    It errs by the smallest mean square.

    >>> nearest_to_mean([[0.5, 0.0, 0.5]], [1, 3, 5]).tolist()
    [1]
    """
    table, places = probabilities(P), np.asarray(centres, dtype=np.float64)
    if places.shape != (table.shape[1],):
        raise ValueError(f"{table.shape[1]} bins need as many centres, got {places.shape}")
    mean = table @ places / table.sum(axis=1)
    found: Bins = np.abs(mean[:, None] - places).argmin(axis=1).astype(np.int64)
    return found


def confusion_matrix(truth: ArrayLike, predicted: ArrayLike, bins: int) -> NDArray[np.int64]:
    """How often true bin i was taken for j, int64[bins, bins].

    >>> confusion_matrix([0, 1, 1], [0, 0, 1], 2).tolist()
    [[1, 0], [1, 1]]
    """
    true, found = np.asarray(truth), np.asarray(predicted)
    if true.shape != found.shape or true.ndim != 1:
        raise ValueError(f"bins {true.shape} and {found.shape} do not fit")
    if len(true) and (min(true.min(), found.min()) < 0 or max(true.max(), found.max()) >= bins):
        raise ValueError(f"bins must lie between 0 and {bins - 1}")
    counts = np.bincount(true * bins + found, minlength=bins * bins)
    return counts.reshape(bins, bins).astype(np.int64)


def mean_absolute_error(truth: ArrayLike, predicted: ArrayLike) -> float:
    """Bins between the true and the predicted one, on average.

    >>> mean_absolute_error([0, 4], [1, 2])
    1.5
    """
    apart: Floats = np.abs(np.asarray(truth, np.float64) - np.asarray(predicted, np.float64))
    return float(apart.mean())
