"""Posters of the catalogue that show one picture: found when its index is built."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.images import NEAR_DUPLICATE
from catalog.images.registration import SAME_PICTURE, correlation

Pairs = NDArray[np.int64]

NEAR = 0.06
"""Cosine distance up to which two posters are compared pixel by pixel. Nearly all re-compressed,
darkened and tilted copies are nearer, and hardly any other posters
(docs/benchmarks/duplicates.md)."""
POSTERS_A_PAIR = 50
"""The pairs that are compared for their embeddings alone are one for so many posters, the nearest
first: a network that has learned little has all posters near, and comparing takes long."""
NEAREST_LATER = 4
"""Of the posters after it that are near, a poster is compared with so many, the nearest embeddings:
all posters of one colour have one hash. Copies of one picture are connected all the same."""
MOST_COMPARED = 100_000
"""Posters of which every pair is looked at; of more, none is, since the effort grows with the
square."""
_AXES = 48
"""Principal axes on which embeddings are told apart before they are compared whole."""
_BLOCK = 256
"""Rows that a thread compares with all others at once, and pairs that are looked at at once."""


def same_pictures(
    contents: Sequence[str],
    hashes: NDArray[np.uint64],
    embeddings: NDArray[np.float32],
    image: Callable[[int], Image.Image | None],
) -> Pairs:
    """Rows that show the same picture, int64[P, 2]: each with the lowest that does.

    contents: N, equal where files are. hashes: uint64[N], perceptual. embeddings: float32[N, D],
    raw. image: of a row, or None where there is none. Pairs near by hash, and the nearest by
    embedding, are laid upon each other to tell, unless they are of one file, or each shows the
    picture of a third.
    """
    if not 1 < len(hashes) <= MOST_COMPARED:
        return np.empty((0, 2), np.int64)
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    near = np.concatenate([_near_hashes(hashes, unit), _near_embeddings(unit)])
    near = np.unique(near, axis=0)

    def agree(pair: Sequence[int]) -> bool:
        if contents[pair[0]] == contents[pair[1]]:
            return True
        one, other = image(pair[0]), image(pair[1])
        if one is None or other is None:
            return False
        return correlation(one, other) >= SAME_PICTURE

    groups = Groups()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(near), _BLOCK):
            part = [pair for pair in near[start : start + _BLOCK].tolist() if not groups.has(pair)]
            for pair, same in zip(part, pool.map(agree, part), strict=True):
                if same:
                    groups.join(pair)
    pairs = [(rows[0], row) for rows in groups.all() for row in rows[1:]]
    return np.array(pairs, np.int64).reshape(-1, 2)


class Groups:
    """What is connected by pairs, as a disjoint-set forest (Galler and Fischer, 1964)."""

    def __init__(self) -> None:
        self._lower: dict[int, int] = {}

    def join(self, pair: Sequence[int]) -> None:
        least, most = sorted(map(self._first, pair))
        self._lower[most] = least

    def has(self, pair: Sequence[int]) -> bool:
        """Whether both are of one group."""
        return self._first(pair[0]) == self._first(pair[1])

    def all(self) -> list[list[int]]:
        """The groups, each ascending, in the order of their first."""
        groups: dict[int, list[int]] = {}
        for each in sorted(self._lower):
            groups.setdefault(self._first(each), []).append(each)
        return list(groups.values())

    def _first(self, each: int) -> int:
        while (other := self._lower.setdefault(each, each)) != each:
            self._lower[each] = each = self._lower[other]
        return each


def grouped(pairs: Iterable[Sequence[int]]) -> list[list[int]]:
    """Groups of what is connected by pairs, each ascending, in the order of their first.

    >>> grouped([(1, 4), (2, 3), (4, 9)])
    [[1, 4, 9], [2, 3]]
    """
    groups = Groups()
    for pair in pairs:
        groups.join(pair)
    return groups.all()


def _near_hashes(hashes: NDArray[np.uint64], unit: NDArray[np.float32]) -> Pairs:
    def near(start: int) -> NDArray[np.bool_]:
        bits = np.bitwise_count(hashes[start : start + _BLOCK, None] ^ hashes[None, start:])
        return np.asarray(bits <= NEAR_DUPLICATE)

    return _near_pairs(near, unit)


def _near_embeddings(unit: NDArray[np.float32]) -> Pairs:
    """Within NEAR by cosine. For unit vectors |x - y|^2 = 2 (1 - cosine), and a projection to a
    few principal axes only shortens a distance: what is far there need not be looked at."""
    _, axes = np.linalg.eigh(np.cov(unit, rowvar=False).reshape(unit.shape[1], -1))
    placed = unit @ axes[:, -_AXES:].astype(np.float32)
    halves = np.einsum("ij,ij->i", placed, placed)[:, None] / 2
    ones = np.ones_like(halves)
    # <x, y> - |x|^2 / 2 - |y|^2 / 2, by one product of matrices, is -|x - y|^2 / 2.
    left, right = np.hstack([placed, ones, -halves]), np.hstack([placed, -halves, ones])

    def near(start: int) -> NDArray[np.bool_]:
        limit = np.float32(NEAR + 1e-4)  # float32 rounds
        return np.asarray(left[start : start + _BLOCK] @ right[start:].T >= -limit)

    pairs = _near_pairs(near, unit)
    cosines = np.einsum("ij,ij->i", unit[pairs[:, 0]], unit[pairs[:, 1]])
    nearest = np.argsort(-cosines, kind="stable")[: 2 + len(unit) // POSTERS_A_PAIR]
    return np.asarray(pairs[nearest[1 - cosines[nearest] <= NEAR]])


def _near_pairs(near: Callable[[int], NDArray[np.bool_]], unit: NDArray[np.float32]) -> Pairs:
    """Pairs, each once, of what near(start) says of rows from `start` and all from there on; of a
    row with more than NEAREST_LATER after it, those with the nearest of them."""

    def block(start: int) -> Pairs:
        marked = near(start)
        # Of the flat array, since NumPy looks at two dimensions several times as long.
        one, other = np.divmod(np.flatnonzero(marked), marked.shape[1])
        later = other > one
        one, other = one[later] + start, other[later] + start
        many = np.flatnonzero(np.bincount(one, minlength=1) > NEAREST_LATER)
        few = ~np.isin(one, many)
        kept = [np.stack([one[few], other[few]], axis=1)]
        for row in many.tolist():
            others = other[slice(*np.searchsorted(one, [row, row + 1]))]
            nearest = np.argsort(-(unit[others] @ unit[row]), kind="stable")[:NEAREST_LATER]
            kept.append(np.stack([np.full(NEAREST_LATER, row), others[nearest]], axis=1))
        return np.concatenate(kept)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        blocks = pool.map(block, range(0, len(unit), _BLOCK))
        return np.concatenate([np.empty((0, 2), np.int64), *blocks])
