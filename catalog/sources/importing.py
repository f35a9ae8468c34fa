"""Films on their way from any source into the catalogue."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from catalog.catalog import Catalog
from catalog.importer import SourcedItem
from catalog.records import ImportReport
from catalog.sources.source import FilmSource, SourceFilm, SourceNotes

_LINE: Final = re.compile(r"line (\d+): ")
_AHEAD: Final = 4
"""Posters waiting, for each that is read at the same time."""

SourceProgress = Callable[[int, int], None]


def import_films(
    catalog: Catalog,
    source: FilmSource,
    *,
    progress: SourceProgress | None = None,
    workers: int | None = None,
) -> ImportReport:
    """Bring the catalogue up to date with a source.

    Repeating it changes nothing, and after an interruption it goes on from the last batch. A film
    whose picture is missing or unreadable is left out and reported; one without any picture only
    brings the facts of a film that is there already up to date. A film whose picture has changed
    gets the new one as another poster.

    `progress(done, total)` is called now and then, from the calling thread; the last call has
    done == total. `workers`: see `Catalog.add_many`. Raises `CatalogError` where the source as a
    whole cannot be read.
    """
    notes = SourceNotes()
    reading = _Reading(catalog, source, notes)

    def taken(_: int = 0) -> None:
        if progress is not None:
            done = reading.yielded + len(notes.skipped)
            progress(done, max(source.count() or done, done))

    taken()
    report = catalog.add_many(reading.items(), source.name, progress=taken, workers=workers)
    if progress is not None:
        done = reading.yielded + len(notes.skipped)
        progress(done, done)
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
        self.yielded = 0

    def items(self) -> Iterator[SourcedItem]:
        films = self._wanted(self._source.films(self._notes))
        if self._source.at_once == 1:
            read: Iterable[SourcedItem | str] = map(_item, films)
        else:
            read = self._ahead(films)
        for item in read:
            if isinstance(item, str):
                self._notes.skipped.append(item)
            else:
                self.yielded += 1
                yield item

    def _ahead(self, films: Iterator[SourceFilm]) -> Iterator[SourcedItem | str]:
        """Read posters at the same time and yield them in the films' order."""
        waiting: deque[Future[SourcedItem | str]] = deque()
        with ThreadPoolExecutor(self._source.at_once) as pool:
            try:
                for film in films:
                    waiting.append(pool.submit(_item, film))
                    if len(waiting) >= _AHEAD * self._source.at_once:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _wanted(self, films: Iterator[SourceFilm]) -> Iterator[SourceFilm]:
        """Films without a poster only where they are known; posters fetched before not again."""
        known = self._catalog.known_films()
        for film in films:
            record = film.record
            here = known.of(record.imdb_id, record.tmdb_id)
            if film.poster is None and here is None:
                self._notes.skipped.append(f"{film.where}: there is no picture of {record.title}")
            elif film.origin is not None and known.has(here, film.origin):
                yield SourceFilm(film.where, record, None, film.origin)
            else:
                yield film


def _item(film: SourceFilm) -> SourcedItem | str:
    """The film with its poster's bytes, or the line that says why it is left out."""
    try:
        data = None if film.poster is None else film.poster()
    except OSError as error:
        return f"{film.where}: {error.strerror or error}"
    except ValueError as error:
        return f"{film.where}: {error}"
    return SourcedItem(film.record, data, film.where, film.origin)
