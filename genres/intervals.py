"""How far a figure would move with other posters."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


def bootstrap(
    statistic: Callable[[NDArray[np.int64]], float],
    n: int,
    rng: np.random.Generator,
    *,
    rounds: int = 1000,
    level: float = 0.95,
) -> tuple[float, float]:
    """Percentile interval (low, high) of a statistic over resampled posters.

    `statistic` takes row numbers int64[n], drawn from 0..n-1 with replacement; compare two
    methods by the interval of their difference over the same rows. Rounds whose statistic is NaN,
    as where it does not exist of such rows, are left out. Efron, "Bootstrap methods: another look
    at the jackknife" (1979).

    >>> hits = np.array([True] * 50 + [False] * 50)
    >>> low, high = bootstrap(lambda rows: hits[rows].mean(), 100, np.random.default_rng(1))
    >>> round(low, 1), round(high, 1)
    (0.4, 0.6)
    """
    if n < 1 or rounds < 1 or not 0 < level < 1:
        raise ValueError("bootstrap needs n and rounds of at least 1 and a level within 0 and 1")
    values = [float(statistic(rng.integers(0, n, size=n))) for _ in range(rounds)]
    low, high = np.nanquantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def mean_interval(values: NDArray[np.generic], *, rounds: int = 1000) -> tuple[float, float]:
    """`bootstrap`'s interval of the mean of values float or bool [n], by the same draws each time.

    >>> low, high = mean_interval(np.array([True] * 50 + [False] * 50))
    >>> round(low, 1), round(high, 1)
    (0.4, 0.6)
    """

    def mean(rows: NDArray[np.int64]) -> float:
        return float(values[rows].mean())

    return bootstrap(mean, len(values), np.random.default_rng(0), rounds=rounds)
