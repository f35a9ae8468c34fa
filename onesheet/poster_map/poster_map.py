"""The map of all posters under one index."""

from __future__ import annotations

import gzip
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from catalog.records import FilmFacts
from index import PosterIndex
from onesheet.poster_map.frame import Frame
from onesheet.poster_map.points_file import points_file
from onesheet.poster_map.regions import Region, regions_of

AROUND = 100
"""Posters around a query whose genres are told."""
EFFORT = 6
"""Of gzip; more takes longer and saves next to nothing."""


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
    shares: Mapping[str, float]
    """For each genre the share of the posters, 0-1, whose film has it."""
    poster_ids: NDArray[np.int64]
    """int64[N], ascending."""
    places: NDArray[np.float32]
    """float32[2, N], x and y, 0 to SIDE."""
    frame: Frame
    index: str
    """The fingerprint of the index."""

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
    def of(cls, index: PosterIndex, films: Sequence[FilmFacts]) -> PosterMap | None:
        """The map of those of `films` (ordered by poster id) that the index holds; None where it
        was built without a map."""
        if index.map is None:
            return None
        ids = np.array([film.poster_id for film in films], dtype=np.int64)
        indexed = np.isin(ids, index.folder_ids)  # those added since have no place yet
        shown = [film for film, on in zip(films, indexed, strict=True) if on]
        rows = np.searchsorted(index.folder_ids, ids[indexed])
        frame = Frame.around(index.map)
        places = frame.within(index.map[rows])
        points = points_file(shown, places)
        fingerprint = hashlib.sha256(points).hexdigest()[:16]
        packed = gzip.compress(points, EFFORT, mtime=0)
        regions = regions_of(shown, places)
        often = Counter(genre for film in shown for genre in film.genres)
        shares = {genre: posters / len(shown) for genre, posters in often.items()}
        numbers = ids[indexed]
        columns = np.ascontiguousarray(places.T, dtype=np.float32)
        of = index.manifest.fingerprint
        return cls(fingerprint, packed, len(shown), regions, shares, numbers, columns, frame, of)
