"""Every title in memory, folded: a typed one is found in milliseconds however it is spelt."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import func, select

from catalog.cards import FIRST_POSTER
from catalog.database import Reader
from catalog.lookups.latest import Latest
from catalog.lookups.title_folding import bare, folded, numbered, spelling, without_spaces
from catalog.models import ADULT, Movie, Poster
from catalog.records import YEARS
from catalog.state import State, state

LONGEST_TITLE: Final = 500
"""Characters of a title; what is longer is none."""
_HITS: Final = 400
"""Titles looked at in one pass, most voted first: a single letter begins half of them."""
_WORD: Final = re.compile(r"(?<= )[^ \n]+")
_MOST_MISTYPED: Final = 8
"""Words that are looked at where none of a title may be right."""
_LEAST_MISTYPED: Final = 3
"""Letters of a word that may be another; those with fewer are too many others."""
_TWICE_MISTYPED: Final = 8
"""Letters from which on two of a word may be wrong."""
_NEAR_WORDS: Final = 8
"""Words that one mistyped word may be, the nearest first, then those of the most voted films."""


@dataclass(frozen=True)
class TitleTable:
    """Folded titles, one a line, the most voted film first.

    A title stands there with its article and without, with its numbers as they are and in digits,
    each once, and as its spelling (see `spelling`) behind a `~`. `starts[i]` is where line i begins
    in `text`, and `poster_ids[i]` and `years[i]` tell the film's first poster and its year, or 0.
    """

    text: str
    starts: Sequence[int]
    poster_ids: Sequence[int]
    years: Sequence[int]

    @classmethod
    def read(cls, reader: Reader, *, without_adult: bool = False) -> Self:
        """Read the films that have a poster, but for films for adults where these are left out."""
        oldest = func.min(Poster.id)
        query = (
            select(FIRST_POSTER, Movie.title, Movie.year)
            .join(Poster.movie)
            .group_by(Movie.id)
            .order_by(func.coalesce(Movie.votes, 0).desc(), oldest)
        )
        if without_adult:
            query = query.where(~ADULT)
        lines: list[str] = []
        starts, poster_ids, years, end = array("q"), array("q"), array("h"), 0
        for poster_id, title, year in reader.execute(query):
            words = folded(title)
            for line in (*(f" {each}" for each in _variants(words)), f"~{spelling(words)}"):
                starts.append(end)
                lines.append(f"\n{line}")
                end += len(lines[-1])
                poster_ids.append(poster_id)
                years.append(year or 0)
        return cls("".join(lines) + "\n", starts, poster_ids, years)

    def matching(self, text: str, limit: int, *, mistyped: bool = False) -> list[int]:
        """Return the first posters' ids of at most `limit` films, the best match first.

        First come titles that are what was typed, then those spelt so but for spaces and umlauts,
        then those that begin with it, its last word whole before it begun, then those that have a
        word beginning with each word of it; among equals the most voted. A year at the end may be
        part of the title or say which film is meant. With `mistyped` come, where no title is so,
        those with a word for each that is a letter or two off, the fewest off first, whole titles
        before others.
        """
        found: dict[int, None] = {}
        words = folded(text[:LONGEST_TITLE])
        for row in self._mistyped(words) if mistyped else self._rows(words):
            found.setdefault(self.poster_ids[row])
            if len(found) >= limit:
                break
        return list(found)

    def titled(self, text: str) -> list[int]:
        """Return the first posters' ids of films with exactly this title, but for the folding;
        where there is none, of those spelt so but for spaces and umlauts."""
        words = folded(text[:LONGEST_TITLE])
        if not words:
            return []
        rows = [row for each in _variants(words) for row in self._exact(each)]
        rows = rows or list(self._spelt(words))
        return list(dict.fromkeys(self.poster_ids[row] for row in rows))

    def _rows(self, words: str) -> Iterator[int]:
        if not words:
            return
        rest, _, last = words.rpartition(" ")
        year = int(last) if rest and last.isdecimal() and len(last) == 4 else None
        for typed in _variants(words):
            yield from self._exact(typed)
        yield from self._spelt(words)
        for end in (" ", ""):
            for typed in _variants(words):
                yield from self._at(f"\n {typed}{end}")
        if year in YEARS:
            yield from (row for row in self._rows(rest) if self.years[row] == year)
        yield from self._spelt(words, "")
        for typed in _variants(words):
            yield from self._with_words(typed.split())

    def _exact(self, words: str) -> Iterator[int]:
        return self._at(f"\n {words}\n")

    def _spelt(self, words: str, end: str = "\n") -> Iterator[int]:
        key = spelling(words)
        return self._at(f"\n~{key}{end}") if len(key) > 1 else iter(())

    def _with_words(self, words: list[str]) -> Iterator[int]:
        needles = [word if without_spaces(word) else f" {word}" for word in words]
        for row in self._at(max(needles, key=len)):
            line = self._line(row)
            if all(needle in line for needle in needles):
                yield row

    def _mistyped(self, words: str) -> list[int]:
        near = {word: self._near(word) for word in words.split()[:_MOST_MISTYPED]}
        if not all(near.values()):
            return []
        rarest = min(near, key=lambda word: (near[word][0][1] == 0, -len(word)), default="")
        off: dict[int, tuple[int, bool]] = {}  # letters, and whether the title goes on
        for row in (row for needle, _ in near.get(rarest, ()) for row in self._at(needle)):
            if row not in off:
                line = self._line(row)
                firsts = [next((n for n in each if n[0] in line), None) for each in near.values()]
                found = [first for first in firsts if first]
                if len(found) == len(near):
                    goes_on = len(line) > len("\n") + sum(len(needle) for needle, _ in found)
                    off[row] = sum(letters for _, letters in found), goes_on
        return sorted(off, key=lambda row: (off[row], row))

    def _near(self, word: str) -> list[tuple[str, int]]:
        """What is searched for where a word may be mistyped, and how many letters off each is: the
        word itself as titles' words begin with it, and the words that are near it."""
        found = [(f" {word}", 0)] if f" {word}" in self.text else []
        if len(word) < _LEAST_MISTYPED:
            return found
        most = 1 if len(word) < _TWICE_MISTYPED else 2
        near = process.extract(
            word, self._words, scorer=OSA.distance, score_cutoff=most, limit=_NEAR_WORDS
        )
        return found + [(f" {each}", off) for each, off, _ in near if off]

    @cached_property
    def _words(self) -> list[str]:
        """Each word of a title once, those of the most voted films first."""
        return list(dict.fromkeys(match[0] for match in _WORD.finditer(self.text)))

    def _line(self, row: int) -> str:
        end = self.starts[row + 1] if row + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[row] : end]

    def _at(self, needle: str) -> Iterator[int]:
        """The lines in which `needle` stands, in their order."""
        place = self.text.find(needle)
        for _ in range(_HITS):
            if place < 0:
                return
            row = bisect_right(self.starts, place) - 1
            yield row
            place = self.text.find(needle, place + 1)


def _variants(words: str) -> list[str]:
    """Folded words with their article and without, numbers as they are and in digits."""
    digits = numbered(words)
    return list(dict.fromkeys((words, bare(words), digits, bare(digits))))


class TitleCache:
    """The title table of a database, read anew when a film or a poster was added or changed."""

    def __init__(self, without_adult: bool = False) -> None:
        self._latest: Latest[State, TitleTable] = Latest()
        self._without_adult = without_adult

    def table(self, reader: Reader) -> TitleTable:
        """Return the table as this transaction sees it, or a former one; see `Latest`."""
        return self._latest.value(
            state(reader), lambda _: TitleTable.read(reader, without_adult=self._without_adult)
        )
