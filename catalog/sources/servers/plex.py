"""Films of a Plex server: developer.plex.tv/pms, its libraries of films."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote, urlencode

from catalog.records import CatalogError
from catalog.sources.server_film import (
    FILMS_A_QUESTION,
    ServerFilm,
    next_page,
    object_in,
    objects_in,
)
from catalog.sources.source import LONGEST_ORIGIN, FirstTold, SourceFilm, SourceNotes, number_of
from catalog.sources.web import Web

_FILMS: Final = "1"
"""Plex's number for films among kinds of things."""


class PlexFilms:
    """The films of a server's libraries with their posters; `web` has the key."""

    name = "plex"
    at_once = 4

    def __init__(self, web: Web, address: str) -> None:
        self._web, self._address = web, address

    def description(self) -> Sequence[str]:
        """See `FilmSource`."""
        if not self.count():
            raise CatalogError(f"The Plex server at {self._address} shows this token no films.")
        count = len(self._libraries)
        libraries = "1 library" if count == 1 else f"{count} libraries"
        films = number_of(self.count(), "film")
        return [f"A Plex server at {self._address} with {films} in {libraries}."]

    def count(self) -> int:
        """See `FilmSource`."""
        return sum(map(_size, self._firsts.values()))

    def films(self, notes: SourceNotes) -> Iterator[SourceFilm]:
        """See `FilmSource`."""
        told = FirstTold()
        for library, first in self._firsts.items():
            answer, start, total = first, 0, _size(first)
            while items := objects_in(answer, "MediaContainer", "Metadata"):
                for item in items:
                    yield from map(told.agreed, self._film(item, notes))
                start += len(items)
                if start >= total:
                    break
                answer = next_page(self._asked(library, start), answer)

    @cached_property
    def _libraries(self) -> list[str]:
        said = self._web.json(f"{self._address}/library/sections")
        found = objects_in(said, "MediaContainer", "Directory")
        libraries = [str(each.get("key")) for each in found if each.get("type") == "movie"]
        if not libraries:
            raise CatalogError(f"The Plex server at {self._address} has no library of films.")
        return libraries

    @cached_property
    def _firsts(self) -> dict[str, Any]:
        return {library: self._asked(library, 0) for library in self._libraries}

    def _asked(self, library: str, start: int) -> Any:
        fields = {
            "type": _FILMS,
            "includeGuids": "1",
            "sort": "addedAt:asc",  # what is new comes last while pages are read
            "X-Plex-Container-Start": start,
            "X-Plex-Container-Size": FILMS_A_QUESTION,
        }
        place = f"{self._address}/library/sections/{quote(library)}/all"
        return self._web.json(f"{place}?{urlencode(fields)}")

    def _film(self, item: dict[str, Any], notes: SourceNotes) -> Iterator[SourceFilm]:
        title, thumb = item.get("title"), item.get("thumb")
        where = f"Plex {title or item.get('ratingKey')}"
        named = [str(each.get("id")) for each in _tags(item, "Guid")]
        ids = dict(each.split("://", 1) for each in named if "://" in each)
        said = ServerFilm(
            title=title,
            year=item.get("year"),
            rating=item.get("audienceRating") or item.get("rating"),
            genres=[each.get("tag") for each in _tags(item, "Genre")],
            imdb=ids.get("imdb"),
            tmdb=ids.get("tmdb"),
        )
        try:
            record = said.record(where, notes)
        except ValueError as error:
            notes.skipped.append(f"{where}: {error}")
            return
        if not isinstance(thumb, str) or not thumb.startswith("/"):
            yield SourceFilm(where, record, None)
            return
        origin = f"plex:{thumb}"[:LONGEST_ORIGIN]  # it ends in the time of its last change
        yield SourceFilm(where, record, lambda: self._web.image(self._address + thumb), origin)


def _size(said: Any) -> int:
    """How many films a library's answer says that there are; 0 where it says nothing of it."""
    size = object_in(said, "MediaContainer").get("totalSize")
    return size if isinstance(size, int) else 0


def _tags(item: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """What hangs on a film, as genres do; [] where that is no list."""
    found = item.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
