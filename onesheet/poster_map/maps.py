"""The map of one catalogue as it is now, and where a query lies on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from catalog.catalog import Catalog
from catalog.state import State
from index import Neighbour, PosterIndex
from onesheet.indexing.live import Live
from onesheet.poster_map.poster_map import PosterMap

MANY = 0.2
"""Share of the posters around a query that must have a genre for it to be told."""
TOLD = 2
"""Genres told of a place at most."""


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
class _Drawn:
    """A map, the index's fingerprint and removals that it shows, and the catalogue's state when it
    was last found to hold."""

    shows: tuple[str, int]
    state: State
    map: PosterMap | None


class PosterMaps:
    """The map of one catalogue, worked out again when its catalogue or its index changed."""

    def __init__(self, catalog: Catalog, live: Live) -> None:
        self._catalog = catalog
        self._live = live
        self._last: _Drawn | None = None

    def current(self) -> PosterMap | None:
        """The map as it is now; None where the index was built without. Raises what `Live.opened`
        raises."""
        index = self._live.opened().index
        shows, state = (index.manifest.fingerprint, index.gone), self._catalog.state()
        last = self._last
        if last is None or last.shows != shows or self._redrawn(last, state, index):
            last = _Drawn(shows, state, PosterMap.of(index, self._catalog.all_cards()))
        elif last.state != state:
            last = replace(last, state=state)
        self._last = last  # one assignment: another thread sees the old one or the new one
        return last.map

    def _redrawn(self, last: _Drawn, state: State, index: PosterIndex) -> bool:
        """Whether a film that hangs on the map was changed. Films added since do not hang there,
        and laying the map out anew would make somebody wait."""
        if last.state == state:
            return False
        changed = self._catalog.changed_since(last.state)
        return bool(np.isin(changed, index.folder_ids).any())

    def place(self, near: Sequence[Neighbour], shown: PosterMap) -> Place | None:
        """Where on the map `shown` a query lies whose nearest posters are `near`: at their mean,
        weighted by nearness, and so on the poster itself where its distance is 0. None where the
        index holds none of them, or has no map."""
        index = self._live.opened().index
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
