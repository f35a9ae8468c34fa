"""What is asked of the world outside: pictures by their address, and films the catalogue lacks.

TMDB (developer.themoviedb.org/reference/find-by-id) is asked first, then OMDb (omdbapi.com), each
only where its key is set. IMDb's own pages answer programs with nothing, so they are not fetched.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from msgspec import structs

from catalog.records import ID_AT_IMDB, YEARS, is_storable
from catalog.sources.tmdb_results import tmdb_number
from onesheet.base.payload import FoundFilm
from onesheet.base.settings import LEFT_OUT, Settings
from onesheet.base.texts import marked
from onesheet.fetching.errors import FetchError, StatusError

if TYPE_CHECKING:
    from onesheet.fetching.fetcher import Fetcher

log = logging.getLogger("onesheet")

OFF = marked("Onesheet fetches no addresses here; save the picture and upload it.")
YEAR = re.compile(r"\d{4}", re.ASCII)
POSTER_PATH = re.compile(r"/[\w.-]+", re.ASCII)


@dataclass(frozen=True)
class Services:
    """Where the services answer; tests put a local server here."""

    tmdb: str = "https://api.themoviedb.org/3"
    tmdb_images: str = "https://image.tmdb.org/t/p/w780"
    omdb: str = "https://www.omdbapi.com/"


class Outside:
    """Everything that leaves this machine, by one guarded client."""

    def __init__(
        self, settings: Settings, fetcher: Fetcher | None = None, services: Services | None = None
    ) -> None:
        self._settings = settings
        self._given_fetcher = fetcher
        self._services = services or Services()

    @cached_property
    def _fetcher(self) -> Fetcher:
        # Many instances never fetch, and the client is the slowest import of a start.
        from onesheet.fetching.fetcher import Fetcher

        return self._given_fetcher or Fetcher()

    @property
    def known_to(self) -> tuple[str, ...]:
        """The services that may be asked for a film, by name."""
        keys = {"TMDB": self._settings.tmdb_key, "OMDb": self._settings.omdb_key}
        return tuple(name for name, key in keys.items() if key)

    @property
    def learns(self) -> bool:
        """Whether a film that was looked up stays in the catalogue."""
        return self._settings.learn_films

    def refused(self, url: str) -> FetchError | None:
        """Why an address that a visitor named cannot be fetched, as far as it shows unasked."""
        try:
            self._permitted(url)
        except FetchError as error:
            return error
        return None

    def picture(self, url: str) -> bytes:
        """The bytes at an address that a visitor named. Raises FetchError."""
        self._permitted(url)
        return self._fetcher.image(url)

    def _permitted(self, url: str) -> None:
        if not self._settings.fetch_urls:
            raise FetchError(OFF)
        from onesheet.fetching.fetcher import check

        check(url)

    def poster(self, film: FoundFilm) -> bytes:
        """The bytes of a found film's poster. Raises FetchError."""
        return self._fetcher.image(film.poster_url)

    def source_of(self, film: FoundFilm) -> str:
        """The service that told of a film, as sources are named."""
        return "tmdb" if film.poster_url.startswith(self._services.tmdb_images) else "omdb"

    def by_imdb(self, imdb_id: str) -> FoundFilm | None:
        """The film at TMDB, else at OMDb; None where neither has its poster, and for a film for
        adults where these are left out.

        Raises FetchError where a service failed and no other knew the film.
        """
        return self._unless_left_out(
            _first(
                *([lambda: self._tmdb_find(imdb_id)] if self._settings.tmdb_key else []),
                *([lambda: self._omdb(imdb_id)] if self._settings.omdb_key else []),
            )
        )

    def by_tmdb(self, tmdb_id: int) -> FoundFilm | None:
        """The film at TMDB; None where it is unknown there, or left out. Raises FetchError."""
        found = self._tmdb_movie(tmdb_id) if self._settings.tmdb_key else None
        return self._unless_left_out(found)

    def _unless_left_out(self, film: FoundFilm | None) -> FoundFilm | None:
        left_out = self._settings.adult == LEFT_OUT
        return None if film is not None and film.adult and left_out else film

    def _tmdb_find(self, imdb_id: str) -> FoundFilm | None:
        said = self._tmdb(f"find/{quote(imdb_id)}", external_source="imdb_id")
        results = said.get("movie_results") if isinstance(said, dict) else None
        return (
            self._tmdb_film(results[0], imdb_id) if isinstance(results, list) and results else None
        )

    def _tmdb_movie(self, tmdb_id: int) -> FoundFilm | None:
        try:
            said = self._tmdb(f"movie/{tmdb_id}")
        except StatusError as error:
            if error.status == 404:  # by which TMDB says so of a number
                return None
            raise
        return self._tmdb_film(said, said.get("imdb_id")) if isinstance(said, dict) else None

    def _tmdb(self, path: str, **fields: str) -> Any:
        key = self._settings.tmdb_key or ""
        token = key.startswith("eyJ")  # the newer, longer kind goes into a header
        query = urlencode(fields if token else {**fields, "api_key": key})
        headers = {"Authorization": f"Bearer {key}"} if token else {}
        return self._fetcher.json(f"{self._services.tmdb}/{path}?{query}", headers)

    def _tmdb_film(self, said: Any, imdb_id: object) -> FoundFilm | None:
        path = said.get("poster_path") if isinstance(said, dict) else None
        if not isinstance(path, str) or not POSTER_PATH.fullmatch(path):
            return None
        date = said.get("release_date")
        found = _film(said.get("title"), date, imdb_id, self._services.tmdb_images + path)
        adult = said.get("adult") is True
        return found and structs.replace(found, adult=adult, tmdb_id=tmdb_number(said))

    def _omdb(self, imdb_id: str) -> FoundFilm | None:
        query = urlencode({"i": imdb_id, "apikey": self._settings.omdb_key or ""})
        said = self._fetcher.json(f"{self._services.omdb}?{query}")
        if not isinstance(said, dict) or said.get("Response") != "True":
            return None
        poster = said.get("Poster")
        if not isinstance(poster, str) or not poster.startswith("http"):
            return None
        return _film(said.get("Title"), said.get("Year"), imdb_id, poster)


def _film(title: object, date: object, imdb_id: object, poster_url: str) -> FoundFilm | None:
    """None for a film without a title; of what else means nothing it is not known."""
    if not isinstance(title, str) or not title.strip() or not is_storable(title):
        return None
    digits = YEAR.match(date) if isinstance(date, str) else None
    year = int(digits.group()) if digits else None
    return FoundFilm(
        title.strip()[:500],
        year if year in YEARS else None,
        imdb_id if isinstance(imdb_id, str) and ID_AT_IMDB.fullmatch(imdb_id) else None,
        poster_url,
    )


def _first(*asked: Callable[[], FoundFilm | None]) -> FoundFilm | None:
    """The first film that any of them knows; a failure counts only where nobody knows one."""
    failure: FetchError | None = None
    for ask in asked:
        try:
            if (film := ask()) is not None:
                return film
        except FetchError as error:
            log.warning("a film could not be looked up: %s", error)
            failure = error
    if failure is not None:
        raise failure
    return None
