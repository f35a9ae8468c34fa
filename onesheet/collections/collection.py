"""A collection as a link or a form says it: names, notes, and posters by their numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from onesheet.base.refusals import QueryError

MOST_FILMS = 100
MOST_SEARCHES = 4
"""Posters searched with that a collection shows before its films."""
LONGEST_NAME = 80
LONGEST_NOTE = 1000
LONGEST_FILM_NOTE = 280
"""Characters; what is longer is cut."""
LONGEST_SHARED_LINK = 3800
"""Characters of a link's path and query: servers take a request line of about four thousand."""
CHECK = 6
"""Digits of a poster's content hash that a link names beside its number: numbers are given anew
where a catalogue is."""

_JOINERS = "\u200c\u200d"
"""They print nothing, but hold letters apart or join them in Persian, in India's scripts and in
emoji."""
_FILM = re.compile(
    rf"(?P<number>\d{{1,18}})(?:-(?P<check>[0-9a-f]{{{CHECK}}}))?"
    r"(?:\.(?P<search>\d))?(?:\s+(?P<note>.*))?",
    re.ASCII | re.DOTALL,
)


@dataclass(frozen=True)
class KeptPoster:
    """A poster by its number, and what somebody wrote of it."""

    poster_id: int
    check: str = ""
    """The first CHECK digits of its content hash; "" where nothing is said."""
    note: str = ""
    search: str | None = None
    """The id of the recommendation that it was found by, one of the collection's searches."""


@dataclass(frozen=True)
class Collection:
    """Films that somebody put together."""

    name: str
    note: str
    films: tuple[KeptPoster, ...]
    searches: tuple[str, ...] = ()
    """Ids of the recommendations that films were found by; shown first."""


def collection_of(
    name: str, note: str, films: Sequence[str], searches: Sequence[str]
) -> Collection:
    """The collection that the fields of a link or a form say, each poster once.

    A film is said as `12-a1b2c3.0 the note`: its poster's number, the beginning of its content
    hash, which of the searches found it, and its note; all but the number may be left out.

    >>> collection_of("Noir", "", ["12-a1b2c3 Red title", "7"], []).films[0].note
    'Red title'

    Raises QueryError for no film, more than MOST_FILMS, and what is none.
    """
    known = tuple(dict.fromkeys(searches))[:MOST_SEARCHES]
    found: dict[int, KeptPoster] = {}
    for said in films:
        kept = _poster(said, known)
        found.setdefault(kept.poster_id, kept)
    if not 1 <= len(found) <= MOST_FILMS:
        raise QueryError("A collection has 1 to %(most)s films.", most=str(MOST_FILMS))
    return Collection(
        name=" ".join(_text(name, LONGEST_NAME).split()),
        note=_text(note, LONGEST_NOTE),
        films=tuple(found.values()),
        searches=known,
    )


def _poster(said: str, searches: Sequence[str]) -> KeptPoster:
    match = _FILM.fullmatch(said)
    if match is None:
        raise QueryError("film must be a poster’s number, and after a space its note.")
    place = int(match["search"] or len(searches))
    return KeptPoster(
        poster_id=int(match["number"]),
        check=match["check"] or "",
        note=_text(match["note"] or "", LONGEST_FILM_NOTE),
        search=searches[place] if place < len(searches) else None,
    )


def _text(said: str, longest: int) -> str:
    """The text without what no page or spreadsheet can show, cut where it is too long."""
    shown = "".join(map(_legible, said))
    return shown[:longest].strip()


def _legible(letter: str) -> str:
    r"""The letter, a plain space for a space of any other kind, or "" for what is left out, such as
    controls that turn the words after them.

    >>> _legible("a"), _legible("\u3000"), _legible("\u202e")
    ('a', ' ', '')
    """
    if letter.isprintable() or letter == "\n" or letter in _JOINERS:
        return letter
    return " " if letter.isspace() and letter != "\r" else ""
