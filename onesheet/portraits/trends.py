"""How posters and films changed: what each year and decade of a catalogue looks like."""

from __future__ import annotations

import csv
import io
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.catalog import Catalog, PosterCard
from catalog.images.palette import Palette, oklab_of
from catalog.impressions import Impressions
from catalog.state import State
from onesheet.base.csv_cells import BYTE_ORDER_MARK, harmless
from onesheet.portraits.colour_census import Census, Tint

PERIOD_POSTERS = 12
"""Posters that stand for a period: those of the most votes."""
COLOURED = 5
"""Films from which the colours of a period are told."""
CSV_TINTS = 6


@dataclass(frozen=True)
class Period:
    """The films of the years `first` to `last`.

    `brightness` is the mean lightness of their posters' main colours, 0 black to 1 white (Oklab),
    and `tints` are the colours they use more than all posters; None and empty where no colours are
    known. `rating` is the mean of those rated; `genres` gives the share of films that have each,
    the commonest first; `examples` are ids of posters.
    """

    first: int
    last: int
    films: int
    brightness: float | None
    tints: tuple[Tint, ...]
    rating: float | None
    genres: dict[str, float]
    examples: tuple[int, ...]


class Trends:
    """The years of one catalogue: worked out again once films came, changed or went, and once
    colours are known that were missing. Safe for several threads."""

    def __init__(self, catalog: Catalog, impressions: Impressions) -> None:
        self._catalog, self._impressions = catalog, impressions
        self._lock = threading.Lock()
        self._held: tuple[tuple[State, int], YearBook] | None = None
        self._looked_at = 0

    def book(self) -> YearBook:
        """Every film as of now. Films are counted for it, since the catalogue's state says nothing
        of removals, so a page asks once."""
        films = self._catalog.state(), self._catalog.movies()
        with self._lock:
            held = self._held
            if held is None or held[0] != films or self._may_be_completed(held[1]):
                self._looked_at = self._impressions.count()
                held = self._held = films, self._read()
            return held[1]

    def _may_be_completed(self, book: YearBook) -> bool:
        return not book.complete and self._impressions.count() != self._looked_at

    def _read(self) -> YearBook:
        dated = [card for card in self._catalog.first_cards() if card.year]
        kept = self._impressions.kept(card.content_hash for card in dated)
        palettes = [
            kept[card.content_hash].palette if card.content_hash in kept else () for card in dated
        ]
        return YearBook(dated, palettes)


class YearBook:
    """A catalogue's films, each of a year and by its newest poster that is no alternate; periods
    are worked out on demand.

    `complete`: whether the colours of all these posters are known."""

    def __init__(self, cards: Sequence[PosterCard], palettes: Sequence[Palette]) -> None:
        self._cards = cards
        self._of_year = np.array([card.year for card in cards], np.int64)
        self._brightness = _brightness(palettes)
        self._census = Census(palettes)
        self._coloured = np.array([len(each) > 0 for each in palettes], bool)
        self._periods: dict[tuple[int, int], Period] = {}
        self._years: list[int] = np.unique(self._of_year).tolist()
        self.complete = bool(self._coloured.all())

    def decades(self) -> list[Period]:
        """Every decade that has a film, the oldest first."""
        return [self.period(each, each + 9) for each in sorted({y // 10 * 10 for y in self._years})]

    def years(self) -> list[Period]:
        """Every year that has a film, the oldest first."""
        return [self.period(each, each) for each in self._years]

    def span(self) -> tuple[int, int] | None:
        """The first and the last year that have a film; None where no film has a year."""
        return (self._years[0], self._years[-1]) if self._years else None

    def period(self, first: int, last: int) -> Period:
        """The films of these years, be they none."""
        if (first, last) not in self._periods:
            rows = np.flatnonzero((self._of_year >= first) & (self._of_year <= last))
            self._periods[first, last] = self._worked_out(first, last, rows)
        return self._periods[first, last]

    def _worked_out(self, first: int, last: int, rows: NDArray[np.int64]) -> Period:
        cards = [self._cards[row] for row in rows]
        coloured = rows[self._coloured[rows]]
        tints = self._census.tints(coloured) if len(coloured) >= COLOURED else []
        ratings = [card.rating for card in cards if card.rating is not None]
        named = Counter(name for card in cards for name in card.genres)
        loved = sorted(cards, key=lambda card: (-(card.votes or 0), card.poster_id))
        return Period(
            first,
            last,
            len(cards),
            float(self._brightness[coloured].mean()) if len(coloured) else None,
            tuple(tints),
            sum(ratings) / len(ratings) if ratings else None,
            {name: count / len(cards) for name, count in named.most_common()},
            tuple(card.poster_id for card in loved[:PERIOD_POSTERS]),
        )


def trends_csv(periods: Iterable[Period]) -> str:
    """The periods as a table: a row each, and a column for each genre's share."""
    every = list(periods)
    genres = sorted({name for period in every for name in period.genres})
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    facts = ["first", "last", "films", "brightness", "rating", "colours"]
    writer.writerow([*facts, *(harmless(name) for name in genres)])
    for each in every:
        told = [_number_cell(each.brightness), _number_cell(each.rating)]
        colours = " ".join(tint.colour for tint in each.tints[:CSV_TINTS])
        shares = [round(each.genres.get(name, 0.0), 4) for name in genres]
        writer.writerow([each.first, each.last, each.films, *told, colours, *shares])
    return BYTE_ORDER_MARK + buffer.getvalue()


def _number_cell(value: float | None) -> float | str:
    return "" if value is None else round(value, 3)


def _brightness(palettes: Sequence[Palette]) -> NDArray[np.float64]:
    """The mean lightness, 0-1, of each palette's colours by their shares, float64[N]; 0 without."""
    owner = np.repeat(np.arange(len(palettes)), [len(each) for each in palettes])
    swatches = [swatch for each in palettes for swatch in each]
    lightness = oklab_of(swatches)[:, 0]
    shares = np.array([swatch.share for swatch in swatches])
    sums = np.bincount(owner, shares * lightness, len(palettes))
    found: NDArray[np.float64] = sums / np.maximum(np.bincount(owner, shares, len(palettes)), 1e-9)
    return found
