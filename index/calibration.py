"""What a distance is worth: closeness, overlap between arms, and hubness, measured at build."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.metric import PAIRS, Metric
from index.search.nearest import nearest_others

# Posters whose neighbours are measured; of more, a seeded sample of that many against all. So many
# tell a closeness to half a percent, and all pairs would take most of a build's time.
MOST_MEASURED = 10_000

# Pairs compared a metric, which bounds the sample of large catalogues to 1,000 of a million: the
# build then takes minutes, and a closeness is told to one and a half percent.
_PAIRS = 1_000_000_000

TOP = 5
OCCURRENCES = 10

# The overlap from which on two metrics rank alike: what differs then is float32 rounding.
IDENTICAL = 0.999


@dataclass(frozen=True)
class Calibration:
    """nearest: float64[S] sorted distances to the nearest other poster, a metric.

    overlap: mean overlap@5 a pair of metrics, keyed "cosine-euclidean". hubness: skewness of the
    10-occurrence, a metric. rows: int64[S] the posters measured, ascending.
    """

    nearest: Mapping[Metric, NDArray[np.float64]]
    overlap: Mapping[str, float]
    hubness: Mapping[str, float]
    rows: NDArray[np.int64]


def calibrate(vectors: NDArray[np.float32], rng: np.random.Generator) -> Calibration:
    """Measures `vectors` float32[N, D] against themselves, each poster itself left out."""
    count = len(vectors)
    sampled = min(count, MOST_MEASURED, max(_PAIRS // count, TOP))
    rows = np.sort(rng.choice(count, size=sampled, replace=False)).astype(np.int64)
    found = {m: nearest_others(vectors, rows, m, OCCURRENCES) for m in Metric}
    return Calibration(
        nearest={m: np.sort(near[:, :1].ravel()) for m, (_, near) in found.items()},
        overlap={
            f"{a}-{b}": neighbour_overlap(found[a][0][:, :TOP], found[b][0][:, :TOP])
            for a, b in PAIRS
        },
        hubness={m.value: hubness(others, count) for m, (others, _) in found.items()},
        rows=rows,
    )


def neighbour_overlap(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """Mean share of the same posters in two lists of neighbours, int64[S, k] each, 0 to 1.

    overlap@k = mean over queries of |top-k of one and of the other| / k. With no neighbours, 1.
    [[1, 2]] and [[2, 3]] overlap by 0.5.
    """
    if one.size == 0:
        return 1.0
    shared = (one[:, :, None] == other[:, None, :]).any(axis=2)
    return float(shared.mean())


def hubness(neighbours: NDArray[np.int64], gallery: int) -> float:
    """Skewness of the k-occurrence: how unevenly posters appear among others' k nearest.

    N_k(x) counts the queries that have x among their k nearest; its skewness is the third
    standardised moment over the gallery (Radovanovic, Nanopoulos, Ivanovic, "Hubs in Space",
    JMLR 2010). 0 is even; above about 1, a few posters crowd into everybody's results.

    neighbours: int64[Q, k] rows below `gallery`. Where Q is a sample of the gallery, the
    counts' factorial moments are scaled up by the chance that r posters are all in the sample,
    which makes the moments those of the full counts.
    """
    queries = len(neighbours)
    counts = np.bincount(neighbours.ravel(), minlength=gallery).astype(np.float64)
    factorial, falling, scale = [], np.ones_like(counts), 1.0
    for r in range(3):
        falling = falling * (counts - r)
        scale *= (gallery - r) / (queries - r) if queries > r else 1.0
        factorial.append(float(falling.mean()) * scale)
    first, second = factorial[0], factorial[1] + factorial[0]
    third = factorial[2] + 3 * factorial[1] + factorial[0]
    variance = second - first**2
    if variance <= 1e-12:
        return 0.0
    return float((third - 3 * first * second + 2 * first**3) / variance**1.5)


def closeness(distance: NDArray[np.float64], nearest: NDArray[np.float64]) -> NDArray[np.float64]:
    """Percent of posters whose own nearest neighbour is farther than `distance`, float64[M].

    nearest: float64[S], sorted. 0 where there is no other poster to compare with.
    """
    if len(nearest) == 0:
        return np.zeros_like(distance)
    nearer = np.searchsorted(nearest, distance, side="right")
    return np.asarray(100.0 * (len(nearest) - nearer) / len(nearest))
