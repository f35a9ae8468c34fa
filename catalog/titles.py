"""Every title in memory, folded: a typed one is found in milliseconds however it is spelt."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

from sqlalchemy import func, select

from catalog.database import Reader
from catalog.models import Movie, Poster
from catalog.records import YEARS
from catalog.state import State, state

LONGEST: Final = 500
"""Characters of a title; what is longer is none."""
_HITS: Final = 400
"""Titles looked at in one pass, most voted first: a single letter begins half of them."""

_ARTICLES: Final = frozenset(
    (
        *("the", "a", "an"),
        *("le", "la", "les", "l", "un", "une"),
        *("der", "die", "das", "ein", "eine"),
        *("el", "los", "las", "il", "lo", "gli", "i", "uno", "una", "o", "os", "um", "uma"),
        *("de", "het", "een", "en", "ett", "den", "det"),
    )
)
_LETTERS: Final = str.maketrans(
    {
        **{"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i"},
        **{"þ": "th", "æ": "ae", "œ": "oe", "&": " and "},
    }
)
_ELISION: Final = re.compile(r"^l['’]")
_APOSTROPHES: Final = re.compile(r"['’‘`´]")
_NO_WORD: Final = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """The words of a title without case, accents and punctuation, parted by single spaces.

    >>> folded("L'Année dernière à Marienbad"), folded("Dr. Strangelove & Co.")
    ('l annee derniere a marienbad', 'dr strangelove and co')
    """
    text = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = _APOSTROPHES.sub("", _ELISION.sub("l ", text))
    return _NO_WORD.sub(" ", text).strip()


def bare(words: str) -> str:
    """Folded words without a leading article, unless nothing else is there.

    >>> bare("the matrix"), bare("die hard"), bare("the")
    ('matrix', 'hard', 'the')
    """
    first, _, rest = words.partition(" ")
    return rest if rest and first in _ARTICLES else words


@dataclass(frozen=True)
class TitleTable:
    """Folded titles, one a line, the most voted film first.

    A title with an article stands there twice, with it and without. `starts[i]` is where line i
    begins in `text`, and `films[i]` and `years[i]` tell the film's oldest poster and its year.
    """

    text: str
    starts: list[int]
    poster_ids: list[int]
    years: list[int | None]

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Read the films that have a poster."""
        oldest = func.min(Poster.id)
        query = (
            select(oldest, Movie.title, Movie.year)
            .join(Poster.movie)
            .group_by(Movie.id)
            .order_by(func.coalesce(Movie.votes, 0).desc(), oldest)
        )
        lines: list[str] = []
        starts, poster_ids, years, end = [], [], [], 0
        for poster_id, title, year in reader.execute(query):
            words = folded(title)
            for line in dict.fromkeys((words, bare(words))):
                starts.append(end)
                lines.append(f"\n {line}")
                end += len(lines[-1])
                poster_ids.append(poster_id)
                years.append(year)
        return cls("".join(lines) + "\n", starts, poster_ids, years)

    def matching(self, text: str, limit: int) -> list[int]:
        """Return the oldest posters' ids of at most `limit` films, the best match first.

        First come titles that are what was typed, then those that begin with it, its last word
        whole before it begun, then those that have a word beginning with each word of it; among
        equals the most voted. A year at the end may be part of the title or say which film is
        meant.
        """
        found: dict[int, None] = {}
        for row in self._rows(folded(text[:LONGEST])):
            found.setdefault(self.poster_ids[row])
            if len(found) >= limit:
                break
        return list(found)

    def titled(self, text: str) -> list[int]:
        """Return the oldest posters' ids of films with exactly this title, but for the folding."""
        words = folded(text[:LONGEST])
        typed = dict.fromkeys((words, bare(words))) if words else ()
        rows = (row for each in typed for row in self._exact(each))
        return list(dict.fromkeys(self.poster_ids[row] for row in rows))

    def _rows(self, words: str) -> Iterator[int]:
        if not words:
            return
        rest, _, last = words.rpartition(" ")
        year = int(last) if rest and last.isdecimal() and len(last) == 4 else None
        for typed in dict.fromkeys((words, bare(words))):
            yield from self._exact(typed)
        for end in (" ", ""):
            for typed in dict.fromkeys((words, bare(words))):
                yield from self._at(f"\n {typed}{end}")
        if year in YEARS:
            yield from (row for row in self._rows(rest) if self.years[row] == year)
        for typed in dict.fromkeys((words, bare(words))):
            yield from self._with_words(typed.split())

    def _exact(self, words: str) -> Iterator[int]:
        return self._at(f"\n {words}\n")

    def _with_words(self, words: list[str]) -> Iterator[int]:
        needles = [f" {word}" for word in words]
        for row in self._at(max(needles, key=len)):
            end = self.starts[row + 1] if row + 1 < len(self.starts) else len(self.text)
            if all(self.text.find(needle, self.starts[row], end) >= 0 for needle in needles):
                yield row

    def _at(self, needle: str) -> Iterator[int]:
        """The lines in which `needle` stands, in their order."""
        place = self.text.find(needle)
        for _ in range(_HITS):
            if place < 0:
                return
            row = bisect_right(self.starts, place) - 1
            yield row
            place = self.text.find(needle, place + 1)


class TitleCache:
    """The title table of a database, read anew when a film or a poster was added or changed."""

    def __init__(self) -> None:
        self._held: tuple[State, TitleTable] | None = None

    def table(self, reader: Reader) -> TitleTable:
        """Return the table as this transaction sees it."""
        now = state(reader)
        held = self._held
        if held is None or held[0] != now:
            held = now, TitleTable.read(reader)
            self._held = held  # one assignment: another thread sees the old pair or the new one
        return held[1]
