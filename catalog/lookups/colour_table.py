"""The main colours of every poster, in memory: a search by colour in some milliseconds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import String, func, select, type_coerce

from catalog.database import Reader
from catalog.images.oklab import to_oklab
from catalog.images.palette import CHROMATIC, SWATCHES, Palette
from catalog.lookups.latest import Latest
from catalog.models import Poster, PosterImpression
from catalog.state import State, state

_PALETTES: Final = (
    select(Poster.id, type_coerce(PosterImpression.palette, String))
    .join(PosterImpression, PosterImpression.content_hash == Poster.content_hash)
    .order_by(Poster.id)
)
_IMPRESSIONS: Final = select(func.count()).select_from(PosterImpression)
_AT_A_TIME: Final = 50_000
"""Posters whose texts are held at a time: a million of them would take a gigabyte."""
_ROWS_A_BLOCK: Final = 8192
REACH: Final = 0.12
"""Distance in Oklab, weighed by `CHROMATIC`, at which a colour counts for 1/e of the asked one:
reds stay red, and orange is not among them."""


@dataclass(frozen=True, eq=False)
class ColourTable:
    """Poster ids int64[N], ascending, and of each its main colours: float32[N, SWATCHES, 3] in
    Oklab weighed by `CHROMATIC`, and their shares float32[N, SWATCHES], summing to 1."""

    poster_ids: NDArray[np.int64]
    points: NDArray[np.float32]
    shares: NDArray[np.float32]

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Read every poster whose colours were looked at."""
        found = reader.execute(_PALETTES).partitions(_AT_A_TIME)
        parts = [cls._of([row for row in rows if row[1]]) for rows in found] or [cls._of([])]
        columns = zip(*((each.poster_ids, each.points, each.shares) for each in parts), strict=True)
        return cls(*map(np.concatenate, columns))

    @classmethod
    def _of(cls, rows: Sequence[Any]) -> Self:
        # Their text at once: a palette at a time would take ten times as long.
        swatches = [each for _, text in rows for each in text.split(", ")]
        counts = np.array([text.count(", ") + 1 for _, text in rows], np.int64)
        row = np.repeat(np.arange(len(rows)), counts)
        slot = np.arange(len(swatches)) - np.repeat(np.cumsum(counts) - counts, counts)
        colours = np.array([int(each[1:7], 16) for each in swatches], np.int64)
        srgb = np.zeros((len(rows), SWATCHES, 3), np.uint8)
        srgb[row, slot] = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=-1)
        shares = np.zeros((len(rows), SWATCHES), np.float32)
        shares[row, slot] = [float(each[8:]) for each in swatches]
        points = (to_oklab(srgb) * CHROMATIC).astype(np.float32)
        shares /= np.maximum(shares.sum(1, keepdims=True), 1e-6)
        return cls(np.array([number for number, _ in rows], np.int64), points, shares)

    def of(self, poster_ids: Sequence[int]) -> Self:
        """Return the table of those of these posters, ascending, that are in it."""
        asked = np.asarray(poster_ids, np.int64)
        rows = np.searchsorted(self.poster_ids, asked)
        asked, rows = asked[rows < len(self.poster_ids)], rows[rows < len(self.poster_ids)]
        rows = rows[self.poster_ids[rows] == asked]
        return type(self)(self.poster_ids[rows], self.points[rows], self.shares[rows])

    @property
    def colours(self) -> NDArray[np.float64]:
        """The main colours in Oklab, float64[N, SWATCHES, 3]."""
        return np.asarray(self.points / CHROMATIC, np.float64)

    def distances(self, palette: Palette) -> NDArray[np.float64]:
        """How differently coloured each poster is from a palette, float64[N]: what
        `catalog.images.palette.palette_distances` measures."""
        points = _points([each.colour for each in palette])
        weights = np.array([each.share for each in palette], np.float32)
        weights = weights / weights.sum()
        across = np.empty(len(self.poster_ids))
        for rows in self._blocks():
            apart = np.sqrt(_squares(self.points[rows], points))
            each = np.einsum("imj,mj->im", apart, self.shares[rows])
            # A matrix product adds up otherwise at a block's end: the same colours, one distance.
            across[rows] = sum(weight * row for weight, row in zip(weights, each, strict=True))
        own = weights @ np.sqrt(_squares(points[None], points))[:, 0] @ weights
        return np.asarray(np.sqrt(np.maximum(2 * across - self._inside - own, 0.0) / 2), np.float64)

    @cached_property
    def _inside(self) -> NDArray[np.float64]:
        """How far apart each poster's own colours are on average, float64[N]."""
        found = np.empty(len(self.poster_ids))
        for rows in self._blocks():
            points, shares = self.points[rows], self.shares[rows]
            between = points[:, :, None] - points[:, None]
            apart = np.sqrt(np.einsum("mijc,mijc->mij", between, between))
            found[rows] = np.einsum("mi,mij,mj->m", shares, apart, shares)
        return found

    def coverage(self, colours: Sequence[str]) -> NDArray[np.float64]:
        """How much of each poster is in the colours, such as #c0392b, float64[N], 0-1.

        Of one colour the share of the poster, each of its main colours counting by
        exp(-(distance / REACH)^2); of several the geometric mean, so that none may be missing.
        """
        points = _points(colours)
        found = np.empty(len(self.poster_ids))
        for rows in self._blocks():
            near = np.exp(_squares(self.points[rows], points) / np.float32(-(REACH**2)))
            covered = np.einsum("imj,mj->im", near, self.shares[rows])
            found[rows] = np.exp(np.log(np.maximum(covered, 1e-9)).mean(axis=0))
        return found

    def _blocks(self) -> Iterator[slice]:
        """Rows in parts that stay in the processor's cache while they are worked on."""
        for start in range(0, len(self.poster_ids), _ROWS_A_BLOCK):
            yield slice(start, start + _ROWS_A_BLOCK)


class ColourCache:
    """The colour table of a database, read anew when a film, a poster or an impression came."""

    def __init__(self) -> None:
        self._latest: Latest[tuple[State, int], ColourTable] = Latest()

    def table(self, reader: Reader) -> ColourTable:
        """Return the table as this transaction sees it, or a former one; see `Latest`."""
        now = state(reader), reader.scalar(_IMPRESSIONS) or 0
        return self._latest.value(now, lambda _: ColourTable.read(reader))


def _points(colours: Sequence[str]) -> NDArray[np.float32]:
    srgb = np.array([list(bytes.fromhex(each[1:])) for each in colours], np.uint8)
    return np.asarray(to_oklab(srgb) * CHROMATIC, np.float32)


def _squares(points: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Squared Euclidean distances [k, m, n] of points [m, n, 3] from each of others [k, 3]."""
    between = (points - other for other in others)
    return np.stack([np.einsum("mnc,mnc->mn", each, each) for each in between])
