"""What is usual between near posters of a catalogue, beside which a pair's own stands out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from catalog.catalog import Catalog, CatalogError
from embedder.likeness import position_shares
from index import Metric

if TYPE_CHECKING:
    from onesheet.indexing.live import Opened

Floats = NDArray[np.float64]

POSTERS_DRAWN: Final = 64
"""Posters drawn from the catalogue; read within a second or two, once a process and index."""
NEAR_EACH: Final = 5
"""Posters near to each of them."""
FEWEST_READ: Final = 8
"""Posters that must have been read: with fewer nothing is known to be usual."""
PICTURES_AT_ONCE: Final = 16
"""Posters whose pictures are in memory together."""
STANDS_OUT: Final = 0.5
"""Standard deviations above what is usual from which a part is told to bring two together more
than it does most."""


@dataclass(frozen=True)
class UsualShares:
    """How the likeness of near posters is usually made up.

    Every poster has a title, a sky or a ground at much the same places, and every place of the
    network is read by a map of its own, so a share tells first of all where it lies. What is usual
    of it is its mean part of the whole.

    Attributes:
        places: float64[P], each position's usual part of the whole; they sum to 1.
        place_spread: float64[P], standard deviation of a share from its usual part.
        parts, part_spread: float64[K], the same of the embedding's parts.
    """

    places: Floats
    place_spread: Floats
    parts: Floats
    part_spread: Floats

    @classmethod
    def of(cls, shares: Floats) -> UsualShares:
        """Of the shares float64[M, P, K] of M near pairs, as `position_shares` has them."""
        places, place_spread = _usual(shares.sum(axis=2))
        return cls(places, place_spread, *_usual(shares.sum(axis=1)))

    @classmethod
    def even(cls, places: int, parts: int) -> UsualShares:
        """Where nothing is known: all places alike, and no part stands out."""
        known = np.full(places, 1 / places), np.ones(places)
        return cls(*known, np.full(parts, 1 / parts), np.full(parts, np.inf))

    def pull(self, shares: Floats) -> Floats:
        """How far each position of a pair is above what is usual there, in its standard
        deviations: float64[P], from the pair's shares float64[P, K]."""
        return _excess(shares.sum(axis=1), self.places) / self.place_spread

    def part(self, shares: Floats) -> int | None:
        """The part that brings a pair together more than it does most near pairs, the one that
        stands out most; None where none does."""
        above = _excess(shares.sum(axis=0), self.parts) / self.part_spread
        most = int(above.argmax())
        return most if above[most] >= STANDS_OUT else None


class UsualSharesOfIndexes:
    """Measures what is usual on the index in use, once for each that it meets."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._kept: tuple[str, UsualShares | None] | None = None

    def of(self, opened: Opened) -> UsualShares | None:
        """None where the catalogue has too few posters to tell."""
        index = opened.index.manifest.fingerprint
        with self._lock:  # who comes meanwhile waits, rather than measuring the same
            if self._kept is None or self._kept[0] != index:
                self._kept = index, usual_shares(opened, self._catalog)
            return self._kept[1]


def usual_shares(opened: Opened, catalog: Catalog) -> UsualShares | None:
    """Of posters drawn from the index and those nearest to each by cosine. The same posters are
    drawn from the same index, so that all workers say the same."""
    model, shares = opened.embedder.card, []
    drawn = np.random.default_rng(0).permutation(opened.index.poster_ids)[:POSTERS_DRAWN]
    for number, positions in _positions_of(drawn.tolist(), opened, catalog):
        one = positions.mean(axis=0)
        near = opened.index.search(one, Metric.COSINE, NEAR_EACH, exclude=[number])
        shares += [
            position_shares(model.likeness, model.parts, positions, other)
            for other in opened.index.embeddings([each.poster_id for each in near])
        ]
    return UsualShares.of(np.array(shares)) if len(shares) >= FEWEST_READ * NEAR_EACH else None


def _positions_of(
    numbers: list[int], opened: Opened, catalog: Catalog
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """The positions float32[P, D] of each poster whose picture can be read."""
    cards = list(catalog.cards(numbers).items())
    for start in range(0, len(cards), PICTURES_AT_ONCE):
        found = {}
        for number, card in cards[start : start + PICTURES_AT_ONCE]:
            try:
                found[number] = catalog.picture_of(card)
            except CatalogError:
                continue
        if found:
            read = opened.embedder.read(list(found.values()), positions=True)
            flat = np.asarray(read.positions).reshape(len(found), -1, opened.index.manifest.d)
            yield from zip(found, flat, strict=True)


def _usual(shares: Floats) -> tuple[Floats, Floats]:
    """Of the shares float64[M, N] of M pairs: the usual part of each, and the spread about it."""
    usual = shares.sum(axis=0) / shares.sum()
    spread = (shares - shares.sum(axis=1, keepdims=True) * usual).std(axis=0)
    return usual, np.maximum(spread, 1e-9)


def _excess(shares: Floats, usual: Floats) -> Floats:
    return np.asarray(shares - shares.sum() * usual)
