"""How good an embedding is, measured on posters it never saw.

Queries are held-out posters, the gallery is what they are searched in. All figures come a query
(float64 [Q]), so that means and bootstrap intervals can be taken of any subset of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

Floats = NDArray[np.float64]


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


def nearest(
    queries: NDArray[np.float32], gallery: NDArray[np.float32], metric: str, k: int
) -> NDArray[np.int64]:
    """Gallery rows of the k nearest of every query, nearest first, ties by row.

    Args:
        queries: float32 [Q, D]; gallery: float32 [N, D]; raw embeddings.
        metric: "cosine", "euclidean" or "manhattan".

    Returns:
        int64 [Q, min(k, N)].

    Raises:
        ValueError: an unknown metric.
    """
    k = min(k, len(gallery))
    chunks = [_smallest(distances, k) for distances in _distances(queries, gallery, metric)]
    return np.concatenate(chunks)


def _distances(
    queries: NDArray[np.float32], gallery: NDArray[np.float32], metric: str
) -> Iterator[NDArray[np.float32]]:
    if metric == "manhattan":
        from scipy.spatial.distance import cdist

        for start in range(0, len(queries), 64):
            yield cdist(queries[start : start + 64], gallery, "cityblock").astype(np.float32)
        return
    if metric == "cosine":
        queries, gallery = (
            x / np.linalg.norm(x, axis=1, keepdims=True) for x in (queries, gallery)
        )
    elif metric != "euclidean":
        raise ValueError(f"unknown metric {metric!r}")
    lengths = (gallery**2).sum(1) if metric == "euclidean" else np.zeros(len(gallery), np.float32)
    for start in range(0, len(queries), 256):
        yield lengths - 2 * queries[start : start + 256] @ gallery.T


def _smallest(distances: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    near = np.sort(np.argpartition(distances, k - 1, axis=1)[:, :k], axis=1)
    order = np.argsort(np.take_along_axis(distances, near, 1), axis=1, kind="stable")
    return np.asarray(np.take_along_axis(near, order, 1), np.int64)


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
        genres: bool [N, C], at least one a row; train: bool [M, C].

    Returns:
        int64 [N], columns.
    """
    counts = np.where(genres, train.sum(0)[None], np.iinfo(np.int64).max)
    return np.asarray(counts.argmin(1), np.int64)


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


def rank_of(
    query: NDArray[np.float32],
    wanted: Sequence[int],
    gallery: NDArray[np.float32],
    metric: str,
    exclude: Sequence[int] = (),
) -> int:
    """Best rank, from 1, of the wanted gallery rows around one query, ties against it.

    Args:
        query: float32 [D]; exclude: gallery rows left out.
    """
    distances = next(_distances(query[None], gallery, metric))[0]
    distances[list(exclude)] = np.inf
    best = distances[list(wanted)].min()
    return int((distances <= best).sum())


@dataclass(frozen=True)
class Alteration:
    """A way posters come back changed, and how to make it."""

    name: str
    apply: Callable[[Image.Image], Image.Image]


def alterations() -> list[Alteration]:
    """The altered copies that must find their original: cropped, compressed, darkened …"""
    return [
        Alteration("cropped 10%", _crop),
        Alteration("JPEG quality 40", _recompress),
        Alteration("darkened", lambda image: ImageEnhance.Brightness(image).enhance(0.6)),
        Alteration("96 pixels wide", _downscale),
        Alteration("tilted 3 degrees", _tilt),
        Alteration("framed", _frame),
    ]


def _crop(image: Image.Image) -> Image.Image:
    """10% off the width and the height, 5% at each edge."""
    width, height = image.size
    x, y = round(width * 0.05), round(height * 0.05)
    return image.crop((x, y, width - x, height - y))


def _recompress(image: Image.Image) -> Image.Image:
    import io

    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=40)
    return Image.open(buffer).convert("RGB")


def _downscale(image: Image.Image) -> Image.Image:
    width, height = image.size
    return image.resize((96, round(96 * height / width)), Image.Resampling.BICUBIC)


def _tilt(image: Image.Image) -> Image.Image:
    return image.rotate(3, Image.Resampling.BICUBIC, fillcolor=(128, 128, 128))


def _frame(image: Image.Image) -> Image.Image:
    """A white border of 6% of the width all round."""
    width, height = image.size
    border = round(width * 0.06)
    framed = Image.new("RGB", (width + 2 * border, height + 2 * border), (255, 255, 255))
    framed.paste(image, (border, border))
    return framed
