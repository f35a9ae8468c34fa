"""No query may find itself: what a gallery must not hold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class LeakError(ValueError):
    """A gallery that holds a query's film or its duplicate."""


def check_gallery(
    query_films: Sequence[str],
    query_hashes: NDArray[np.uint64],
    gallery_films: Sequence[str],
    gallery_hashes: NDArray[np.uint64],
    at_most: int,
) -> None:
    """Refuse a gallery that would let a query find itself.

    Args:
        query_hashes, gallery_hashes: perceptual hashes, uint64 [Q] and [N].
        at_most: hashes that differ in so many bits or fewer are near-duplicates.

    Raises:
        LeakError: naming the first query whose film or near-duplicate the gallery holds.
    """
    gallery = set(gallery_films)
    for film, value in zip(query_films, query_hashes, strict=True):
        if film in gallery:
            raise LeakError(f"the gallery holds the query's own film {film}")
        near = np.flatnonzero(np.bitwise_count(gallery_hashes ^ value) <= at_most)
        if len(near):
            raise LeakError(
                f"the gallery's {gallery_films[near[0]]} is a near-duplicate of the query {film}"
            )
