"""Films of TMDB's lists, with their posters."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from catalog.records import CatalogError
from catalog.sources.source import SourceFilm, SourceNotes
from catalog.sources.tmdb import OTHER_THAN_TMDB, Tmdb
from catalog.sources.tmdb_results import TmdbResults, tmdb_number

LISTS: Final = {
    "popular": "movie/popular",
    "top_rated": "movie/top_rated",
    "now_playing": "movie/now_playing",
    "discover": "discover/movie",
}
LAST_PAGE: Final = 500
"""TMDB gives no later one."""
FILMS_A_PAGE: Final = 20


@dataclass(frozen=True)
class TmdbWish:
    """Which films: a list of `LISTS`, its pages from the first, and fields of `discover`; with
    `all_posters` each film's alternates too."""

    listing: str = "popular"
    pages: int = 5
    fields: Mapping[str, str] = field(default_factory=dict)
    all_posters: bool = False


class TmdbFilms:
    """The films of one of TMDB's lists. `known_imdb`: see `TmdbResults`."""

    name = "tmdb"
    at_once = 8

    def __init__(self, tmdb: Tmdb, wish: TmdbWish, known_imdb: Callable[[int], str | None]) -> None:
        """Raises ValueError for a list that TMDB has not."""
        if wish.listing not in LISTS:
            raise ValueError(f"{wish.listing} is none of {', '.join(LISTS)}")
        self._tmdb, self._wish = tmdb, wish
        self._results = TmdbResults(tmdb, known_imdb, all_posters=wish.all_posters)
        self._pages = min(wish.pages, LAST_PAGE)

    def description(self) -> Sequence[str]:
        """See `FilmSource`."""
        return [f"TMDB's list {self._wish.listing}, {self._pages} pages of {FILMS_A_PAGE} films."]

    def count(self) -> int | None:
        """See `FilmSource`: as many as the pages hold, until a list turns out shorter."""
        return self._pages * FILMS_A_PAGE

    def films(self, notes: SourceNotes) -> Iterator[SourceFilm]:
        """See `FilmSource`."""
        met: set[int] = set()  # a list moves while it is read, so that films come twice
        with ThreadPoolExecutor(self.at_once) as pool:
            for page in range(1, self._pages + 1):
                said = self._tmdb.ask(
                    LISTS[self._wish.listing], **{**self._wish.fields, "page": str(page)}
                )
                results = said.get("results")
                if not isinstance(results, list):
                    raise CatalogError(OTHER_THAN_TMDB)
                fresh = [each for each in results if tmdb_number(each) not in {None, *met}]
                met |= {each["id"] for each in fresh}
                for films in pool.map(lambda each: self._results.films(each, notes), fresh):
                    yield from films
                self._pages = min(self._pages, max(page, said.get("total_pages") or 0))
