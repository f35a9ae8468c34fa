"""Films on their way from any source into the catalogue."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import starmap
from typing import Final, Protocol

from catalog.catalog import Catalog
from catalog.importer import SourcedItem, StoreAll
from catalog.records import ImportReport
from catalog.sources.bookmark import Bookmark
from catalog.sources.source import FilmSource, SourceFilm, SourceNotes

_LINE: Final = re.compile(r"line (\d+): ")
_AHEAD: Final = 4
"""Posters waiting, for each that is read at the same time."""

_ReadFilm = tuple[SourceFilm, SourcedItem | str]
"""A film with its poster's bytes, or with the line that says why it is left out."""
_UnreadFilm = tuple[SourceFilm, str | None]
"""A film with the content hash of its poster, where the catalogue has that from there already."""


class FilmProgress(Protocol):
    """What is told how many of `total` films are `done`, and how many `posters` were read."""

    def __call__(self, done: int, total: int, *, posters: int) -> None: ...


def import_films(
    catalog: Catalog,
    source: FilmSource,
    *,
    progress: FilmProgress | None = None,
    workers: int | None = None,
    bookmark: Bookmark | None = None,
    store_all: StoreAll | None = None,
) -> ImportReport:
    """Bring the catalogue up to date with a source.

    Repeating it changes nothing, and after an interruption it goes on from the last batch. A film
    whose picture is missing or unreadable is left out and reported; one without any picture only
    brings the facts of a film that is there already up to date. A film whose picture has changed
    gets the new one as another poster.

    `progress` is called now and then, from the calling thread; the last call has done == total.
    `workers` and `store_all`: see `Catalog.add_many`. `bookmark` keeps the place of the last film
    that is imported, until the source is read to its end; the source itself is to begin there.
    Raises `CatalogError` where the source as a whole cannot be read.
    """
    notes = SourceNotes()
    reading = _Reading(catalog, source, notes)

    def taken(count: int = 0) -> None:
        if count and bookmark is not None:
            bookmark.keep(reading.places[count - 1])
        if progress is not None:
            done = reading.done()
            progress(done, max(source.count() or done, done), posters=reading.posters)

    taken()
    report = catalog.add_many(
        reading.items(), source.name, progress=taken, workers=workers, store_all=store_all
    )
    if bookmark is not None:
        bookmark.forget()
    if progress is not None:
        progress(reading.done(), reading.done(), posters=reading.posters)
    report.skipped[:] = sorted(notes.skipped + report.skipped, key=_table_line)
    report.warnings[:0] = notes.warnings
    report.unknown_genres = notes.unknown_genres
    return report


def _table_line(message: str) -> int:
    """The line of a table that a message is about; messages of another kind stay in their order."""
    found = _LINE.match(message)
    return int(found[1]) if found else 0


class _Reading:
    """The posters of a source's films, read ahead by some threads where that helps."""

    def __init__(self, catalog: Catalog, source: FilmSource, notes: SourceNotes) -> None:
        self._catalog, self._source, self._notes = catalog, source, notes
        self._met: str | None = None
        self._films = self._lost = 0
        self.posters = 0
        """Posters read."""
        self.places: list[int] = []
        """The place of each film yielded, in their order."""

    def done(self) -> int:
        """Return how many films came, or could not: one with several posters once."""
        return self._films + len(self._notes.skipped) - self._lost

    def items(self) -> Iterator[SourcedItem]:
        films = self._wanted(self._source.films(self._notes))
        if self._source.at_once == 1:
            read: Iterable[_ReadFilm] = starmap(self._with_poster, films)
        else:
            read = self._ahead(films)
        for film, item in read:
            self._films += film.where != self._met
            self._met = film.where
            if isinstance(item, str):
                self._notes.skipped.append(item)
                self._lost += 1
            else:
                self.posters += item.poster is not None
                self.places.append(film.place)
                yield item

    def _ahead(self, films: Iterator[_UnreadFilm]) -> Iterator[_ReadFilm]:
        """Read posters at the same time and yield them in the films' order; where the films end in
        an error, those before it come first."""
        waiting: deque[Future[_ReadFilm]] = deque()
        failed: Exception | None = None
        with ThreadPoolExecutor(self._source.at_once) as pool:
            try:
                try:
                    for film in films:
                        waiting.append(pool.submit(self._with_poster, *film))
                        if len(waiting) >= _AHEAD * self._source.at_once:
                            yield waiting.popleft().result()
                except Exception as error:
                    failed = error
                while waiting:
                    yield waiting.popleft().result()
            finally:
                pool.shutdown(cancel_futures=True)
        if failed is not None:
            raise failed

    def _wanted(self, films: Iterator[SourceFilm]) -> Iterator[_UnreadFilm]:
        """Films without a poster only where they are known."""
        known = self._catalog.known_films()
        for film in films:
            record = film.record
            here = known.of(record.imdb_id, record.tmdb_id)
            if film.poster is None and here is None:
                self._notes.skipped.append(f"{film.where}: there is no picture")
            else:
                yield film, known.picture(here, film.origin) if film.origin else None

    def _with_poster(self, film: SourceFilm, there: str | None) -> _ReadFilm:
        """A poster that was fetched before is fetched again only where its file is lost."""
        data = None
        if film.poster is not None and not (there and self._catalog.has_file(there)):
            try:
                data = film.poster()
            except OSError as error:
                return film, f"{film.where}: {error.strerror or error}"
            except ValueError as error:
                return film, f"{film.where}: {error}"
        return film, SourcedItem(film.record, data, film.where, film.origin)
