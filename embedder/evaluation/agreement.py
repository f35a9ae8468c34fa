"""How far the posters found share the genres of the query.

All figures come a query, float64 [Q], so that means and bootstrap intervals can be taken of any
subset of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def shared_genre_precision(
    queries: NDArray[np.bool_], gallery: NDArray[np.bool_], found: NDArray[np.int64], k: int
) -> Floats:
    """P@k: the share of the first k that share at least one genre with the query.

    Args:
        queries: bool [Q, C]; gallery: bool [N, C]; found: int64 [Q, >= k] gallery rows.

    >>> genres = np.array([[1, 0], [0, 1]], bool)
    >>> shared_genre_precision(genres[:1], genres, np.array([[0, 1]]), 2)
    array([0.5])
    """
    shared = (gallery[found[:, :k]] & queries[:, None]).any(2)
    result: Floats = shared.mean(1)
    return result


def jaccard(
    queries: NDArray[np.bool_], gallery: NDArray[np.bool_], found: NDArray[np.int64], k: int
) -> Floats:
    """Mean over the first k of |shared genres| / |genres of either|.

    >>> genres = np.array([[1, 1, 0], [0, 1, 1]], bool)
    >>> jaccard(genres[:1], genres, np.array([[1]]), 1).round(3)
    array([0.333])
    """
    other, own = gallery[found[:, :k]], queries[:, None]
    result: Floats = ((other & own).sum(2) / np.maximum((other | own).sum(2), 1)).mean(1)
    return result


def map_at_r(
    queries: NDArray[np.bool_], gallery: NDArray[np.bool_], found: NDArray[np.int64]
) -> Floats:
    """MAP@R (Musgrave et al. 2020) with "shares a genre" as relevance, R capped at found's width.

    With R the number of relevant gallery posters (at most the width K of `found`):
    1/R sum_{i=1..R} P@i rel(i).

    >>> genres = np.array([[1, 0], [1, 0], [0, 1]], bool)
    >>> map_at_r(genres[:1], genres[1:], np.array([[0, 1]]))
    array([1.])
    """
    relevant_rows = queries.astype(np.float32) @ gallery.T.astype(np.float32) > 0
    r = np.minimum(relevant_rows.sum(1), found.shape[1])
    hit = np.take_along_axis(relevant_rows, found, 1)
    ranks = np.arange(1, found.shape[1] + 1)
    precision = np.cumsum(hit, 1) / ranks
    within = ranks[None] <= r[:, None]
    result: Floats = (precision * hit * within).sum(1) / np.maximum(r, 1)
    return result


def primary_genres(genres: NDArray[np.bool_], train: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Each film's rarest genre in train: lists are alphabetical, so "first" means nothing.

    Args:
        genres: bool [N, C]; train: bool [M, C].

    Returns:
        int64 [N], columns; -1 where a film has no genre.
    """
    counts = np.where(genres, train.sum(0)[None], np.iinfo(np.int64).max)
    return np.where(genres.any(1), counts.argmin(1), -1).astype(np.int64)


def recall_at(
    queries: NDArray[np.int64], gallery: NDArray[np.int64], found: NDArray[np.int64], k: int
) -> Floats:
    """1 where any of the first k has the query's primary genre, else 0."""
    return np.asarray((gallery[found[:, :k]] == queries[:, None]).any(1), np.float64)


def majority_at(
    queries: NDArray[np.int64], gallery: NDArray[np.int64], found: NDArray[np.int64], k: int
) -> Floats:
    """1 where the commonest primary genre of the first k is the query's; ties go to the nearer.

    >>> majority_at(np.array([1]), np.array([1, 0, 0]), np.array([[0, 1, 2]]), 3)
    array([0.])
    """
    names = gallery[found[:, :k]]  # [Q, k]
    votes = (names[:, :, None] == names[:, None, :]).sum(2)  # each neighbour's genre's votes
    chosen = names[np.arange(len(names)), votes.argmax(1)]
    return np.asarray(chosen == queries, np.float64)
