"""Films of a Jellyfin server: api.jellyfin.org, `GET /Items`."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from catalog.records import CatalogError
from catalog.sources.server_film import (
    FILMS_A_QUESTION,
    OTHER_ANSWER,
    ServerFilm,
    next_page,
    object_in,
    objects_in,
)
from catalog.sources.source import LONGEST_ORIGIN, FirstTold, SourceFilm, SourceNotes, number_of
from catalog.sources.web import Web

_PICTURE = urlencode({"maxWidth": 1000, "quality": 90})


class JellyfinFilms:
    """The films of a server's libraries with their posters; `web` has the key."""

    name = "jellyfin"
    at_once = 4

    def __init__(self, web: Web, address: str) -> None:
        self._web, self._address = web, address

    def description(self) -> Sequence[str]:
        """See `FilmSource`."""
        if not self.count():
            raise CatalogError(f"The Jellyfin server at {self._address} shows this key no films.")
        return [f"A Jellyfin server at {self._address} with {number_of(self.count(), 'film')}."]

    def count(self) -> int:
        """See `FilmSource`."""
        count = object_in(self._first).get("TotalRecordCount")
        if not isinstance(count, int):
            raise CatalogError(OTHER_ANSWER)
        return count

    def films(self, notes: SourceNotes) -> Iterator[SourceFilm]:
        """See `FilmSource`."""
        answer, start, told = self._first, 0, FirstTold()
        while items := objects_in(answer, "Items"):
            for item in items:
                yield from map(told.agreed, self._film(item, notes))
            start += len(items)
            if start >= self.count():
                return
            answer = next_page(self._asked(start), answer)

    @cached_property
    def _first(self) -> Any:
        return self._asked(0)

    def _asked(self, start: int) -> Any:
        fields = {
            "IncludeItemTypes": "Movie",
            "Recursive": "true",
            "Fields": "ProviderIds,Genres",
            "SortBy": "DateCreated,SortName",  # what is new comes last while pages are read
            "StartIndex": start,
            "Limit": FILMS_A_QUESTION,
        }
        return self._web.json(f"{self._address}/Items?{urlencode(fields)}")

    def _film(self, item: dict[str, Any], notes: SourceNotes) -> Iterator[SourceFilm]:
        number, title = str(item.get("Id") or ""), item.get("Name")
        where = f"Jellyfin {title or number}"
        ids, tags = item.get("ProviderIds"), item.get("ImageTags")
        ids = ids if isinstance(ids, dict) else {}
        tag = tags.get("Primary") if isinstance(tags, dict) else None
        said = ServerFilm(
            title=title,
            year=item.get("ProductionYear"),
            rating=item.get("CommunityRating"),
            genres=item.get("Genres"),
            imdb=ids.get("Imdb"),
            tmdb=ids.get("Tmdb"),
        )
        try:
            record = said.record(where, notes)
        except ValueError as error:
            notes.skipped.append(f"{where}: {error}")
            return
        if not tag or not number:
            yield SourceFilm(where, record, None)
            return
        picture = f"{self._address}/Items/{quote(number)}/Images/Primary?tag={quote(str(tag))}"
        origin = f"jellyfin:{number}:{tag}"[:LONGEST_ORIGIN]
        yield SourceFilm(where, record, lambda: self._web.image(f"{picture}&{_PICTURE}"), origin)
