"""A similarity split over the positions whose mean each vector is, without a remainder."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.metric import Metric, distances

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Shares:
    """How much each position contributes to the nearness of two vectors.

    Attributes:
        whole: the cosine, or the Euclidean or Manhattan distance, of the two vectors.
        one, other: float64[P] and float64[Q]; each sums to `whole`.
    """

    whole: float
    one: Floats
    other: Floats


def shares(one: NDArray[np.float32], other: NDArray[np.float32], metric: Metric) -> Shares:
    """Split the similarity of two vectors over their positions, `one` [P, D] and `other` [Q, D].

    With the vectors e = mean_p z_p and g = mean_q z'_q, the shares of p and of q are

        cosine:     <z_p, g> / (|e| |g| P)      and  <e, z'_q> / (|e| |g| Q)
        distances:  <z_p - g, u> / P            and  <e - z'_q, u> / Q

    where u = (e - g) / |e - g| for the Euclidean distance and sign(e - g) for Manhattan's. Since
    <e - g, u> is the distance, either side sums to the whole, as does the difference of the two
    sides' means of <z, u>. Equal vectors have no direction between them: all shares are 0.

    Raises:
        ValueError: the arrays do not have two dimensions and as many columns.
    """
    if one.ndim != 2 or other.ndim != 2 or one.shape[1] != other.shape[1]:
        raise ValueError(f"positions must be [P, D] and [Q, D], not {one.shape} and {other.shape}")
    z, y = one.astype(np.float64), other.astype(np.float64)
    e, g = z.mean(0), y.mean(0)
    if metric is Metric.COSINE:
        scale = float(np.linalg.norm(e) * np.linalg.norm(g))
        whole = float(e @ g) / scale
        here, there = z @ g / scale / len(z), y @ e / scale / len(y)
        return Shares(whole, here, there)
    whole = float(distances(e, g[None], metric)[0])
    gap = e - g
    direction = np.sign(gap) if metric is Metric.MANHATTAN else gap / (whole or 1.0)
    here, there = (z - g) @ direction / len(z), (e - y) @ direction / len(y)
    return Shares(whole, here, there)
