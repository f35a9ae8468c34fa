"""The map of one catalogue as it is now, and where a query lies on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from catalog.catalog import Catalog
from catalog.lookups.latest import Latest
from catalog.state import State
from index import Neighbour, PosterIndex
from onesheet.indexing.live import Live
from onesheet.poster_map.poster_map import PosterMap

MANY = 0.2
"""Share of the posters around a query that must have a genre for it to be told."""
TOLD = 2
"""Genres told of a place at most."""

MapKey = tuple[tuple[str, int], State]
"""The index's fingerprint and removals that a map shows, and the catalogue's state when it was last
found to hold."""


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


class PosterMaps:
    """The map of one catalogue, worked out again when its catalogue or its index changed."""

    def __init__(self, catalog: Catalog, live: Live) -> None:
        self._catalog = catalog
        self._live = live
        self._latest: Latest[MapKey, PosterMap | None] = Latest()

    def current(self) -> PosterMap | None:
        """The map as it is now, or a former one (see `Latest`); None where the index was built
        without. Raises what `Live.opened` raises."""
        index = self._live.opened().index
        if index.map is None:  # said without reading every film
            return None
        key = (index.manifest.fingerprint, index.gone), self._catalog.state()
        return self._latest.value(key, lambda held: self._drawn(index, key, held))

    def _drawn(
        self, index: PosterIndex, key: MapKey, held: tuple[MapKey, PosterMap | None] | None
    ) -> PosterMap | None:
        if held is not None:
            (indexed, state), found = held
            if indexed == key[0] and not self._moved(state, index):
                return found
        return PosterMap.of(index, self._catalog.film_facts())

    def _moved(self, before: State, index: PosterIndex) -> bool:
        """Whether a film that hangs on the map was changed. Films added since do not hang there,
        and laying the map out anew would make somebody wait."""
        changed = self._catalog.changed_since(before)
        return bool(np.isin(changed, index.folder_ids).any())

    def place(self, near: Sequence[Neighbour], shown: PosterMap) -> Place | None:
        """Where on the map `shown` a query lies whose nearest posters are `near`: at their mean,
        weighted by nearness, and so on the poster itself where its distance is 0. None where the
        index holds none of them, or has no map, or `shown` is another index's."""
        index = self._live.opened().index
        if shown.index != index.manifest.fingerprint:
            return None
        indexed = index.holds([each.poster_id for each in near])
        known = [each for each, there in zip(near, indexed, strict=True) if there]
        found = index.place(known) if known else None
        if found is None:
            return None
        point = shown.frame.within(np.array([found], dtype=np.float32))[0]
        across, down = shown.before(point)
        shares = self._catalog.facets().shares(shown.nearest(point))
        among = _above_average(shares, shown)
        return Place(float(point[0]), float(point[1]), across, down, among)


def _above_average(shares: Mapping[str, float], shown: PosterMap) -> list[str]:
    """Of genres that a share of MANY of some posters have, the TOLD most over-represented there."""
    usual = shown.shares
    over = {
        genre: share / usual[genre]
        for genre, share in shares.items()
        if genre in usual and share >= MANY and share > usual[genre]
    }
    return sorted(over, key=lambda genre: (-over[genre], genre))[:TOLD]
