"""Groups of vectors that point the same way."""

import faiss
import numpy as np
from numpy.typing import NDArray

from index.arguments import check_vectors
from index.search.flat import use_one_thread

_CLUSTER_ROUNDS = 25
_STARTS = 3


def clusters(
    vectors: NDArray[np.float32], count: int, *, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Spherical k-means: the group int64[N] of each of `vectors` float32[N, D], and its closeness.

    Closeness float32[N] is the cosine of a vector and its group's centre. Groups are numbered by
    size, the largest first; fewer than `count` where some stay empty. Dhillon and Modha, "Concept
    decompositions for large sparse text data using clustering" (2001), the best of three starts.
    ValueError unless 1 <= count <= N.
    """
    use_one_thread()  # so that one seed gives one grouping however many cores there are
    check_vectors(vectors, "vectors")
    if not 1 <= count <= len(vectors):
        raise ValueError(f"cannot make {count} groups of {len(vectors)} vectors")
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    unit = np.ascontiguousarray(vectors / lengths, dtype=np.float32)
    means = faiss.Kmeans(
        unit.shape[1],
        count,
        niter=_CLUSTER_ROUNDS,
        nredo=_STARTS,
        seed=seed,
        spherical=True,
        min_points_per_centroid=1,  # small groups are groups too: no warning
        max_points_per_centroid=len(unit),
    )
    means.train(unit)
    closeness, nearest = means.index.search(unit, 1)
    sizes = np.bincount(nearest[:, 0], minlength=count)
    place = np.argsort(np.argsort(-sizes, kind="stable"), kind="stable")
    return place[nearest[:, 0]].astype(np.int64), closeness[:, 0]
