"""What a source of films is: films with their posters out, one after the other.

A source knows how its films are laid out and nothing of the catalogue; `catalog.sources.importing`
knows the catalogue and nothing of layouts.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Final, Protocol

from catalog.records import MovieRecord

LONGEST_ORIGIN: Final = 200
_MOST_NAMED: Final = 12
_LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class SourceFilm:
    """One film as a source tells it. `where` is how a report names it: a table's line, a file.

    `poster` gives its picture's bytes, and raises OSError or ValueError with a sentence; None:
    it has none. `origin` is where a picture from elsewhere came from, in `LONGEST_ORIGIN`
    characters: what the catalogue has from there is not fetched again. `place` is where in a list
    it stands, as on its page 7: once one of a place is imported, all of the places before are done
    with."""

    where: str
    record: MovieRecord
    poster: Callable[[], bytes] | None
    origin: str | None = None
    place: int = 0


@dataclass(slots=True)
class SourceNotes:
    """What a source could not use: films it left out and values it left empty, a line each; and
    the genres it does not know, with how many films have them."""

    skipped: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unknown_genres: Counter[str] = field(default_factory=Counter)


class FirstTold:
    """Films that a source has more than once, as two pictures of one: what was said of it first
    stays, else each import would change it to and fro."""

    def __init__(self) -> None:
        self._records: dict[str, MovieRecord] = {}

    def agreed(self, film: SourceFilm) -> SourceFilm:
        """Return the film with what was said of it before, where that was more than nothing."""
        record = film.record
        before = self._records.get(record.imdb_id)
        if before is not None:
            said = {each.name: getattr(before, each.name) for each in fields(before)}
            kept = {name: value for name, value in said.items() if value not in (None, ())}
            record = replace(record, **kept)
        self._records[record.imdb_id] = record
        return film if before is None else replace(film, record=record)


class FilmSource(Protocol):
    """Where films come from."""

    @property
    def name(self) -> str:
        """What the catalogue writes down as the source of posters that have no origin."""

    @property
    def at_once(self) -> int:
        """How many posters to read at the same time; 1 for files."""

    def description(self) -> Sequence[str]:
        """What was found and how it will be read, for people: a few lines."""

    def count(self) -> int | None:
        """How many films there are, those left out among them; None where nobody knows yet."""

    def films(self, notes: SourceNotes) -> Iterator[SourceFilm]:
        """Yield the films in a fixed order; what cannot be used goes into `notes`. Raises
        `CatalogError` where the source as a whole cannot be read."""


def number_of(things: int, name: str) -> str:
    """Return how many of something there are, in words.

    >>> number_of(1, "poster"), number_of(1200, "poster")
    ('1 poster', '1200 posters')
    """
    return f"{things} {name}" if things == 1 else f"{things} {name}s"


def names_listed(names: Sequence[str]) -> str:
    """Return the names of columns, or of files, for a sentence: the first of many."""
    found = [name[:_LONGEST_NAME] for name in names if name]
    more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    return (", ".join(found[:_MOST_NAMED]) or "no names") + more
