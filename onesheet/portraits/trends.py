"""How posters and films changed: what each year and decade of a catalogue looks like."""

from __future__ import annotations

import csv
import io
import weakref
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from catalog.catalog import Catalog
from catalog.lookups.colour_table import ColourTable
from catalog.lookups.latest import Latest
from catalog.records import FilmFacts
from catalog.state import State
from onesheet.base.csv_cells import BYTE_ORDER_MARK, harmless
from onesheet.portraits.colour_census import Census, Tint

PERIOD_POSTERS = 12
"""Posters that stand for a period: those of the most votes."""
TOLD_FROM = 5
"""Films from which anything is told of a period: fewer say what each of them is like."""
CSV_TINTS = 6
_Known = tuple[weakref.ref[ColourTable], State]
"""What a book was made of; the table itself would stay in memory once another takes its place."""


@dataclass(frozen=True)
class Period:
    """The films of the years `first` to `last`.

    `coloured` are those whose posters' colours are known and `rated` those that have a rating.
    `brightness` is the mean lightness of the main colours, 0 black to 1 white (Oklab), and `tints`
    are the colours they use more than all posters; None and empty where no colours are known.
    `rating` is the mean of those rated; `genres` gives the share of films that have each,
    the commonest first; `examples` are ids of posters.
    """

    first: int
    last: int
    films: int
    coloured: int
    rated: int
    brightness: float | None
    tints: tuple[Tint, ...]
    rating: float | None
    genres: dict[str, float]
    examples: tuple[int, ...]

    @property
    def few(self) -> bool:
        """Whether there are too few films to tell of their genres."""
        return self.films < TOLD_FROM

    @property
    def few_coloured(self) -> bool:
        """Whether colours are known of too few films to tell of them and of brightness."""
        return self.coloured < TOLD_FROM

    @property
    def few_rated(self) -> bool:
        """Whether too few films have a rating to tell of their average."""
        return self.rated < TOLD_FROM


class Trends:
    """The years of one catalogue: worked out again once films came, changed or went, and once
    colours are known that were missing. Safe for several threads."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._latest: Latest[_Known, YearBook] = Latest()

    def book(self) -> YearBook:
        """Every film as of now, or a while ago (see `Latest`)."""
        colours = self._catalog.colours()
        now = weakref.ref(colours), self._catalog.state()
        return self._latest.value(now, lambda _: self._read(colours))

    def _read(self, colours: ColourTable) -> YearBook:
        return YearBook(self._catalog.film_facts(firsts=True), colours)


@dataclass(frozen=True)
class _Tally:
    """What is kept of a year's films: their number, the sum of the ratings and how many these are,
    how many have each genre, and those of the most votes."""

    films: int
    rated: int
    ratings: float
    genres: Counter[str]
    loved: list[FilmFacts]

    @classmethod
    def of(cls, films: Sequence[FilmFacts]) -> _Tally:
        ratings = [film.rating for film in films if film.rating is not None]
        genres = Counter(name for film in films for name in film.genres)
        return cls(len(films), len(ratings), sum(ratings), genres, _most_loved(films))


class YearBook:
    """A catalogue's films, each of a year and by its newest poster that is no alternate; periods
    are worked out on demand, from sums over each year."""

    def __init__(self, films: Iterable[FilmFacts], colours: ColourTable) -> None:
        of_year: dict[int, list[FilmFacts]] = defaultdict(list)
        for film in films:
            if film.year:
                of_year[film.year].append(film)
        self._years = sorted(of_year)
        self._tallies = [_Tally.of(of_year[year]) for year in self._years]
        self._census = Census.of_tables(
            colours.of([film.poster_id for film in of_year[year]]) for year in self._years
        )
        self._periods: dict[tuple[int, int], Period] = {}

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
            self._periods[first, last] = self._worked_out(first, last)
        return self._periods[first, last]

    def _worked_out(self, first: int, last: int) -> Period:
        rows = [row for row, year in enumerate(self._years) if first <= year <= last]
        tallies, years = [self._tallies[row] for row in rows], np.array(rows, np.int64)
        films, rated = sum(each.films for each in tallies), sum(each.rated for each in tallies)
        named: Counter[str] = Counter()
        for each in tallies:
            named.update(each.genres)
        coloured = self._census.known(years)
        return Period(
            first,
            last,
            films,
            coloured,
            rated,
            self._census.brightness(years),
            tuple(self._census.tints(years)) if coloured >= TOLD_FROM else (),
            sum(each.ratings for each in tallies) / rated if rated else None,
            {name: count / films for name, count in named.most_common()},
            tuple(film.poster_id for film in _most_loved(f for t in tallies for f in t.loved)),
        )


def _most_loved(films: Iterable[FilmFacts]) -> list[FilmFacts]:
    """At most PERIOD_POSTERS of the films, those of the most votes first."""
    return sorted(films, key=lambda film: (-(film.votes or 0), film.poster_id))[:PERIOD_POSTERS]


def trends_csv(periods: Iterable[Period]) -> str:
    """The periods as a table: a row each, and a column for each genre's share."""
    every = list(periods)
    genres = sorted({name for period in every for name in period.genres})
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    facts = ["first", "last", "films", "brightness", "rating", "colours", "coloured", "rated"]
    writer.writerow([*facts, *(harmless(name) for name in genres)])
    for each in every:
        told = [_number_cell(each.brightness), _number_cell(each.rating)]
        colours = " ".join(tint.colour for tint in each.tints[:CSV_TINTS])
        shares = [round(each.genres.get(name, 0.0), 4) for name in genres]
        known = [each.coloured, each.rated]
        writer.writerow([each.first, each.last, each.films, *told, colours, *known, *shares])
    return BYTE_ORDER_MARK + buffer.getvalue()


def _number_cell(value: float | None) -> float | str:
    return "" if value is None else round(value, 3)
