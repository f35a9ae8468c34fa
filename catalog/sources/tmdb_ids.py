"""Films that a file names by ids or titles alone, found at TMDB."""

import heapq
import json
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from catalog.lookups.title_folding import folded
from catalog.records import CatalogError, is_at_imdb
from catalog.sources.detection import table_alone
from catalog.sources.source import SourceFilm, SourceNotes, number_of
from catalog.sources.tables.columns import understood_columns
from catalog.sources.tables.encodings import encoding_of, opened_bytes, opened_text
from catalog.sources.tables.rows import rows_of
from catalog.sources.tmdb import Tmdb, listed_objects
from catalog.sources.tmdb_results import TmdbResults, tmdb_number
from catalog.sources.values import UnreadableValueError, imdb_id_in, tmdb_id_in, year_in

_NUMBER: Final = re.compile(r"\d{1,10}", re.ASCII)
_TMDB_DIGITS: Final = 7
"""More digits, or a zero in front, are IMDb's."""
_ASKED_AHEAD: Final = 100
"""Films asked for before those before them are imported: an export has a million."""
_UNKNOWN: Final = "TMDB does not know it"
_NAMED_BY: Final = "put an id or a link on each line, or give a table with ids or titles"
_EXPORT: Final = ('"original_title"', '"popularity"')


@dataclass(frozen=True)
class WantedFilm:
    """A film that somebody names: by IMDb's id, TMDB's number, or title and year. `problem` says
    why it cannot be found."""

    where: str
    imdb_id: str | None = None
    tmdb_id: int | None = None
    title: str = ""
    year: int | None = None
    problem: str | None = None


def wanted_films(path: Path, most: int | None = None) -> list[WantedFilm]:
    """Return the films that a file names, at most so many.

    It is a list of ids or links, one a line; TMDB's daily export, of which the most popular come
    first; or a table with ids or with titles and years. Raises `CatalogError` where it is none.
    """
    with opened_bytes(path) as file:
        head = file.read(10_000).decode("utf-8", "replace")
    if all(name in head for name in _EXPORT):
        return exported_films(path, most)
    if any(map(_id_on, [line for line in head.splitlines() if _is_entry(line)][:1])):
        with opened_text(path, encoding_of(path)) as text:
            return [_listed(*each) for each in enumerate(text, 1) if _is_entry(each[1])][:most]
    try:
        understood_columns(rows_of(path).header)
    except CatalogError as error:
        raise CatalogError(f"{path} names no films: {_NAMED_BY}") from error
    notes = SourceNotes()
    found = [
        WantedFilm(
            f"line {line}",
            record.imdb_id if is_at_imdb(record.imdb_id) else None,
            record.tmdb_id,
            record.title,
            record.year,
        )
        for line, _, record in table_alone(path).records(notes)
    ]
    if not found and not notes.skipped:
        raise CatalogError(f"{path} names no films: nothing stands below its first line")
    lost = (line.partition(": ") for line in notes.skipped)
    return [*found, *(WantedFilm(where, problem=why) for where, _, why in lost)][:most]


def exported_films(path: Path, most: int | None = None) -> list[WantedFilm]:
    """Return the films of TMDB's daily export of ids, at most so many, the most popular first.
    Raises `CatalogError` where the file is something else."""

    def films() -> Iterator[tuple[float, int, str]]:
        with opened_bytes(path) as file:
            for line in filter(bytes.strip, file):
                said = json.loads(line)
                if not isinstance(said, dict):
                    raise TypeError(f"{said!r} is no film")
                if not said.get("adult") and not said.get("video"):
                    yield float(said["popularity"]), int(said["id"]), str(said["original_title"])

    try:
        found = list(films()) if most is None else heapq.nlargest(most, films())
    except (ValueError, KeyError, TypeError, EOFError) as error:
        raise CatalogError(f"{path} is not TMDB's daily export, or is cut short") from error
    return [
        WantedFilm(f"TMDB {number}", tmdb_id=number, title=title)
        for _, number, title in sorted(found, reverse=True)
    ]


def listing_of(wanted: Sequence[WantedFilm], *, all_posters: bool) -> Any:
    """What names the films wanted for a `Bookmark`: all of them, in their order."""
    named = repr([(each.imdb_id, each.tmdb_id, each.title, each.year) for each in wanted])
    return {"wanted": sha256(named.encode()).hexdigest(), "all": all_posters}


class TmdbByIds:
    """The films that somebody wants, as far as TMDB knows them: from the one at place `first` on,
    counted from 0, where there is one."""

    name = "tmdb"
    at_once = 8

    def __init__(
        self,
        tmdb: Tmdb,
        wanted: Sequence[WantedFilm],
        known_imdb: Callable[[int], str | None],
        *,
        all_posters: bool = False,
        first: int = 0,
    ) -> None:
        self._tmdb, self._wanted = tmdb, wanted
        self._first = first if 0 < first < len(wanted) else 0
        self._results = TmdbResults(tmdb, known_imdb, all_posters=all_posters)

    def description(self) -> Sequence[str]:
        """See `FilmSource`."""
        lines = [f"{number_of(len(self._wanted), 'film')} to be found at TMDB."]
        if self._first:
            lines.append(
                f"It goes on at film {self._first + 1}, which the last import had reached."
            )
        return lines

    def count(self) -> int | None:
        """See `FilmSource`."""
        return len(self._wanted) - self._first

    def films(self, notes: SourceNotes) -> Iterator[SourceFilm]:
        """See `FilmSource`."""
        _ = self._tmdb.genres  # a refused key ends it here, and is not told of each film
        with ThreadPoolExecutor(self.at_once) as pool:
            places = range(self._first, len(self._wanted))
            for start in range(0, len(places), _ASKED_AHEAD):
                part = places[start : start + _ASKED_AHEAD]
                for films in pool.map(partial(self._found, notes=notes), part):
                    yield from films

    def _found(self, place: int, notes: SourceNotes) -> list[SourceFilm]:
        wanted = self._wanted[place]
        try:
            said = self._said(wanted)
            if said is None or tmdb_number(said) is None:
                raise CatalogError(wanted.problem or _UNKNOWN)
        except ValueError as error:
            unknown = getattr(error, "status", None) == 404  # by which TMDB says so of a number
            notes.skipped.append(f"{wanted.where}: {_UNKNOWN if unknown else error}")
            return []
        return self._results.films(said, notes, place)

    def _said(self, wanted: WantedFilm) -> dict[str, Any] | None:
        if wanted.problem is not None:
            return None
        if wanted.tmdb_id is not None:
            return self._tmdb.ask(f"movie/{wanted.tmdb_id}")
        if wanted.imdb_id is not None:
            answer = self._tmdb.ask(f"find/{wanted.imdb_id}", external_source="imdb_id")
            films = listed_objects(answer, "movie_results")
            return films[0] | {"imdb_id": wanted.imdb_id} if films else None
        year = {} if wanted.year is None else {"year": str(wanted.year)}
        answer = self._tmdb.ask("search/movie", query=wanted.title, **year)
        return _best(listed_objects(answer, "results"), wanted)


def _best(found: Sequence[dict[str, Any]], wanted: WantedFilm) -> dict[str, Any] | None:
    """The first of this title and year; TMDB puts the most likely one first."""
    for said in found:
        titles = {folded(str(said.get(name) or "")) for name in ("title", "original_title")}
        if folded(wanted.title) in titles and wanted.year in (None, _year(said)):
            return said
    return None


def _year(said: dict[str, Any]) -> int | None:
    """The year of a result; None also where its date means nothing."""
    try:
        return year_in(str(said.get("release_date") or ""))
    except UnreadableValueError:
        return None


def _is_entry(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _listed(number: int, line: str) -> WantedFilm:
    where = f"line {number}"
    wanted = _id_on(line)
    if wanted is not None:
        return WantedFilm(where, *wanted)
    problem = f"{line.strip()[:60]!r} is neither an id nor a link of IMDb or TMDB"
    return WantedFilm(where, problem=problem)


def _id_on(line: str) -> tuple[str | None, int | None] | None:
    """IMDb's id or TMDB's number that a line is; None where it is neither."""
    bare = line.strip("\ufeff \t\r\n,;\"'")
    try:
        if _NUMBER.fullmatch(bare) and len(bare) <= _TMDB_DIGITS and not bare.startswith("0"):
            return None, tmdb_id_in(bare)
        if "tmdb" in bare.casefold() or "themoviedb" in bare.casefold():
            return None, tmdb_id_in(bare)
        return (imdb_id_in(bare), None) if bare else None
    except UnreadableValueError:
        return None
