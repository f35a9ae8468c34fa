"""What a distance is worth: closeness, overlap between arms, and hubness, measured at build."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.flat import Flat, all_cores, prepared
from index.metric import PAIRS, Metric, distances

# Posters whose neighbours are measured; above it, a seeded sample of that many against all. The
# standard error of a closeness is then at most half a point, and all pairs under L1 alone would
# take two thirds of the build's time at 30,000.
SAMPLE = 10_000

# Pairs compared a metric, which bounds the sample of large catalogues: 1,000 of a million, so that
# a closeness is uncertain by a point and a half, within some minutes.
_PAIRS = 1_000_000_000

TOP = 5
OCCURRENCES = 10

# From here up, the differences that remain are float32 rounding of one and the same ranking.
IDENTICAL = 0.999

# Vectors a pass: 2,048 of 320 floats stay in a core's cache, which halves the time under L1.
_GALLERY_CHUNK = 2048
_REFINE_CHUNK = 512


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
    sampled = min(count, SAMPLE, max(_PAIRS // count, TOP))
    rows = np.sort(rng.choice(count, size=sampled, replace=False)).astype(np.int64)
    found = {m: nearest_others(vectors, rows, m, OCCURRENCES) for m in Metric}
    return Calibration(
        nearest={m: np.sort(near[:, :1].ravel()) for m, (_, near) in found.items()},
        overlap={f"{a}-{b}": overlap(found[a][0][:, :TOP], found[b][0][:, :TOP]) for a, b in PAIRS},
        hubness={m.value: hubness(others, count) for m, (others, _) in found.items()},
        rows=rows,
    )


def nearest_others(
    vectors: NDArray[np.float32], rows: NDArray[np.int64], metric: Metric, k: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The k nearest other rows of each of `rows`: int64[S, k], float64[S, k], nearest first.

    k falls to N - 1 where there are no more. Uses all cores.
    """
    return nearest_of(vectors, vectors[rows], metric, min(k, len(vectors) - 1), itself=rows)


def nearest_of(
    vectors: NDArray[np.float32],
    asked: NDArray[np.float32],
    metric: Metric,
    k: int,
    *,
    itself: NDArray[np.int64] | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The k rows of `vectors` nearest to each of `asked` float32[S, D]: int64 and float64[S, k].

    itself: int64[S], a row that is no neighbour of each. Uses all cores.
    """
    queries = prepared(asked, metric)
    best_keys = np.full((len(asked), 0), np.inf)
    best = np.full((len(asked), 0), -1, dtype=np.int64)
    with all_cores():
        for start in range(0, len(vectors), _GALLERY_CHUNK):
            part = prepared(vectors[start : start + _GALLERY_CHUNK], metric)
            keys, found = Flat.over(part, metric).nearest(queries, min(k + 1, len(part)))
            if itself is not None:
                keys[found + start == itself[:, None]] = np.inf
            best_keys = np.concatenate([best_keys, keys], axis=1)
            best = np.concatenate([best, found + start], axis=1)
            if best.shape[1] > k + 1:
                keep = np.argpartition(best_keys, k, axis=1)[:, : k + 1]
                best_keys = np.take_along_axis(best_keys, keep, axis=1)
                best = np.take_along_axis(best, keep, axis=1)
    order = np.argsort(best_keys, axis=1)[:, :k]  # itself, at infinity, falls off the end
    return _refined(vectors, asked, np.take_along_axis(best, order, axis=1), metric)


def _refined(
    vectors: NDArray[np.float32],
    asked: NDArray[np.float32],
    others: NDArray[np.int64],
    metric: Metric,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """`others` in the order of their exact distances: FAISS's batches round near-copies badly."""
    others = others.copy()
    near = np.empty(others.shape)
    for start in range(0, len(asked), _REFINE_CHUNK):
        part = slice(start, start + _REFINE_CHUNK)
        exact = distances(asked[part], vectors[others[part]], metric)
        order = np.lexsort((others[part], exact), axis=-1)
        near[part] = np.take_along_axis(exact, order, axis=1)
        others[part] = np.take_along_axis(others[part], order, axis=1)
    return others, near


def overlap(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
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
