"""The map of all posters as a browser gets it: one file of points, and the map in words.

The file is little-endian: the header's length in bytes as uint32, the header as JSON (padded with
spaces to a multiple of four), then columns one after the other, each of `count` values in the order
of poster ids:

    uint32  poster id, less the one before it (so it packs to almost nothing)
    uint32  the film's genres, bit i for the header's i-th genre
    uint16  x, and
    uint16  y, down the page, within a square of side 65535
    uint16  year, 0 where it is unknown
    uint8   rating in tenths, 255 where there is none
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from catalog.catalog import PosterCard
from index import Neighbour, PosterIndex
from webapp.answers import Answer

if TYPE_CHECKING:
    from catalog.state import State
    from webapp.instance import Instance

SIDE = 65535
"""The square that holds the map, in units of the file."""
MOST_GENRES = 32
"""Genres that the file can tell apart; rarer ones are left out of it."""
UNRATED = 255
CELLS = 32
"""Columns and rows of cells in which genres are compared."""
COMPANIONS = 2
AROUND = 100
"""Posters around a query whose genres are told."""
MANY = 0.2
"""Share of them that must have a genre for it to be told."""
FEW = 2
EFFORT = 6
"""Of gzip; 9 takes three times as long and saves nothing."""


@dataclass(frozen=True)
class Place:
    """Where a query lies on the map."""

    x: float
    y: float
    """0 to SIDE."""
    across: float
    down: float
    """The shares of all posters, 0 to 1, to its left and above it."""
    among: list[str]
    """Genres of the posters around it that are rarer elsewhere, the most so first."""


@dataclass(frozen=True)
class Region:
    """Where the posters of one genre hang."""

    genre: str
    films: int
    year: int | None
    """The median, where any is known."""
    rating: float | None
    """The mean, where any is known."""
    x: float
    y: float
    """The shares of all posters, 0 to 1, left of and above the genre's middle poster."""
    among: list[str]
    """The genres that hang most where it does."""


@dataclass(frozen=True)
class Frame:
    """How an index's map lies in the square: centred, both axes to one scale, y downwards."""

    left: float
    top: float
    scale: float

    @classmethod
    def around(cls, positions: NDArray[np.float32]) -> Frame:
        """The frame that holds `positions` float32[N, 2]."""
        low, high = positions.min(axis=0), positions.max(axis=0)
        extent = max(float((high - low).max()), 1e-6)
        left, top = (low + high) / 2 - np.array([extent, -extent]) / 2
        return cls(float(left), float(top), SIDE / extent)

    def within(self, positions: NDArray[np.float32]) -> NDArray[np.float64]:
        """`positions` float32[M, 2] in the square, float64[M, 2]."""
        across = (positions[:, 0].astype(np.float64) - self.left) * self.scale
        down = (self.top - positions[:, 1].astype(np.float64)) * self.scale
        return np.clip(np.stack([across, down], axis=1), 0, SIDE)


@dataclass(frozen=True)
class PosterMap:
    """The map of one state of the catalogue under one index."""

    fingerprint: str
    """Of the file of points, so that its address never changes its content."""
    packed: bytes
    """The file of points, gzipped."""
    count: int
    regions: list[Region]
    """Genres, the one with most films first."""
    poster_ids: NDArray[np.int64]
    """int64[N], ascending."""
    places: NDArray[np.float32]
    """float32[2, N], x and y, 0 to SIDE."""
    frame: Frame

    def points(self) -> bytes:
        """The file of points as it is."""
        return gzip.decompress(self.packed)

    def before(self, point: NDArray[np.float64]) -> tuple[float, float]:
        """The shares of all posters, 0 to 1, to the left of a point and above it."""
        x, y = self._sorted
        return float(x.searchsorted(point[0]) / len(x)), float(y.searchsorted(point[1]) / len(y))

    @cached_property
    def _sorted(self) -> NDArray[np.float32]:
        return np.sort(self.places, axis=1)

    def nearest(self, point: NDArray[np.float64]) -> NDArray[np.int64]:
        """The ids of the AROUND posters nearest to a point, or of all where there are fewer."""
        x, y = point.astype(np.float32)
        far = np.square(self.places[0] - x) + np.square(self.places[1] - y)
        if len(far) <= AROUND:
            return self.poster_ids
        return self.poster_ids[np.argpartition(far, AROUND)[:AROUND]]

    @classmethod
    def of(cls, index: PosterIndex, cards: Sequence[PosterCard]) -> PosterMap | None:
        """The map of those of `cards` (ordered by poster id) that the index holds; None where it
        was built without a map."""
        if index.map is None:
            return None
        ids = np.array([card.poster_id for card in cards], dtype=np.int64)
        held = np.isin(ids, index.folder_ids)  # those added since have no place yet
        shown = [card for card, on in zip(cards, held, strict=True) if on]
        rows = np.searchsorted(index.folder_ids, ids[held])
        frame = Frame.around(index.map)
        places = frame.within(index.map[rows])
        points = _rendered(shown, places)
        fingerprint = hashlib.sha256(points).hexdigest()[:16]
        packed = gzip.compress(points, EFFORT, mtime=0)
        regions = _regions(shown, places)
        numbers = ids[held]
        columns = np.ascontiguousarray(places.T, dtype=np.float32)
        return cls(fingerprint, packed, len(shown), regions, numbers, columns, frame)


@dataclass(frozen=True)
class _Held:
    """A map, the index's fingerprint and removals that it shows, and the catalogue's state when it
    was last found to hold."""

    drawn: tuple[str, int]
    state: State
    map: PosterMap | None


class PosterMaps:
    """The map of one instance, worked out again when its catalogue or its index changed."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._held: _Held | None = None

    def current(self) -> PosterMap | None:
        """The map as it is now; None where the index was built without. Raises what
        Instance.index raises."""
        index, catalog = self._instance.index(), self._instance.catalog
        drawn, state = (index.manifest.fingerprint, index.gone), catalog.state()
        held = self._held
        if held is None or held.drawn != drawn or self._redrawn(held, state, index):
            held = _Held(drawn, state, PosterMap.of(index, catalog.all_cards()))
        elif held.state != state:
            held = replace(held, state=state)
        self._held = held  # one assignment: another thread sees the old one or the new one
        return held.map

    def _redrawn(self, held: _Held, state: State, index: PosterIndex) -> bool:
        """Whether a film that hangs on the map was changed: those added since do not hang there,
        and laying it out takes a quarter of a second for 30,000."""
        if held.state == state:
            return False
        changed = self._instance.catalog.changed_since(held.state)
        return bool(np.isin(changed, index.folder_ids).any())

    def place(self, answer: Answer, shown: PosterMap) -> Place | None:
        """Where on the map `shown` an answer's query lies: on the poster itself where the catalogue
        has it, else at the mean of its results, weighted by nearness. None without results."""
        index = self._instance.index()
        itself = answer.query.card or answer.same_as
        near = [Neighbour(itself.poster_id, 0.0, 100.0)] if itself else []
        near += [Neighbour(r.card.poster_id, r.distance, r.closeness) for r in answer.results]
        held = index.holds([each.poster_id for each in near])
        known = [each for each, on in zip(near, held, strict=True) if on]
        found = index.place(known) if known else None
        if found is None:
            return None
        point = shown.frame.within(np.array([found], dtype=np.float32))[0]
        across, down = shown.before(point)
        shares = self._instance.catalog.facets().shares(shown.nearest(point))
        among = _above_average(shares, shown)
        return Place(float(point[0]), float(point[1]), across, down, among)


def _above_average(shares: Mapping[str, float], shown: PosterMap) -> list[str]:
    """Of genres that a share of MANY of some posters have, the FEW most over-represented there."""
    usual = {region.genre: region.films / shown.count for region in shown.regions}
    over = {
        genre: share / usual[genre]
        for genre, share in shares.items()
        if genre in usual and share >= MANY and share > usual[genre]
    }
    return sorted(over, key=lambda genre: (-over[genre], genre))[:FEW]


def _rendered(cards: Sequence[PosterCard], places: NDArray[np.float64]) -> bytes:
    """The file of points, as the module describes it."""
    often = Counter(genre for card in cards for genre in card.genres)
    genres = [genre for genre, _ in often.most_common(MOST_GENRES)]
    bit = {genre: 1 << place for place, genre in enumerate(genres)}
    header = json.dumps({"count": len(cards), "side": SIDE, "genres": genres}).encode()
    header += b" " * (-len(header) % 4)
    ids = np.array([card.poster_id for card in cards], dtype=np.int64)
    across, down = places.round().astype("<u2").T
    columns = [
        np.diff(ids, prepend=0).astype("<u4"),
        np.array([sum(bit.get(g, 0) for g in card.genres) for card in cards], dtype="<u4"),
        across,
        down,
        np.array([card.year or 0 for card in cards], dtype="<u2"),
        np.array([_tenths(card.rating) for card in cards], dtype="u1"),
    ]
    return b"".join(
        [len(header).to_bytes(4, "little"), header, *(column.tobytes() for column in columns)]
    )


def _tenths(rating: float | None) -> int:
    return UNRATED if rating is None else round(10 * rating)


def _regions(cards: Sequence[PosterCard], places: NDArray[np.float64]) -> list[Region]:
    if not cards:
        return []
    rows: dict[str, list[int]] = {}
    for row, card in enumerate(cards):
        for genre in card.genres:
            rows.setdefault(genre, []).append(row)
    ranks = places.argsort(axis=0).argsort(axis=0) / len(places)
    companions = _companions(rows, places)
    found = [
        _region(genre, [cards[row] for row in those], ranks[those], companions[genre])
        for genre, those in rows.items()
    ]
    return sorted(found, key=lambda region: (-region.films, region.genre))


def _region(
    genre: str, cards: Sequence[PosterCard], ranks: NDArray[np.float64], among: list[str]
) -> Region:
    years = [card.year for card in cards if card.year is not None]
    ratings = [card.rating for card in cards if card.rating is not None]
    x, y = np.median(ranks, axis=0)
    return Region(
        genre=genre,
        films=len({card.movie_id for card in cards}),
        year=int(np.median(years)) if years else None,
        rating=float(np.mean(ratings)) if ratings else None,
        x=float(x),
        y=float(y),
        among=among,
    )


def _companions(rows: Mapping[str, list[int]], places: NDArray[np.float64]) -> dict[str, list[str]]:
    """For each genre the COMPANIONS others whose shares of the map's cells are most like its own,
    by the Bhattacharyya coefficient; every genre counts alike, however many posters it has."""
    cells = np.minimum(places * (CELLS / SIDE), CELLS - 1).astype(np.intp)
    cell = cells[:, 1] * CELLS + cells[:, 0]
    names = list(rows)
    counts = np.stack([np.bincount(cell[rows[name]], minlength=CELLS * CELLS) for name in names])
    roots = np.sqrt(counts / counts.sum(axis=1, keepdims=True))
    alike = roots @ roots.T
    np.fill_diagonal(alike, -1.0)
    nearest = np.argsort(-alike, axis=1, kind="stable")[:, : min(COMPANIONS, len(names) - 1)]
    return {
        name: [names[other] for other in others]
        for name, others in zip(names, nearest, strict=True)
    }
