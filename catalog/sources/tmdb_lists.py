"""Films of TMDB's lists, with their posters."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from catalog.records import CatalogError
from catalog.sources.source import SourceFilm, SourceNotes, number_of
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

    @property
    def listing_named(self) -> Mapping[str, Any]:
        """What names the list for a `Bookmark`, however many of its pages are wanted."""
        return {"tmdb": self.listing, **self.fields, "all": self.all_posters}


class TmdbFilms:
    """The films of one of TMDB's lists, from its page `first` on, where so many are wanted.
    `known_imdb`: see `TmdbResults`."""

    name = "tmdb"
    at_once = 8

    def __init__(
        self,
        tmdb: Tmdb,
        wish: TmdbWish,
        known_imdb: Callable[[int], str | None],
        *,
        first: int = 1,
    ) -> None:
        """Raises ValueError for a list that TMDB has not."""
        if wish.listing not in LISTS:
            raise ValueError(f"{wish.listing} is none of {', '.join(LISTS)}")
        self._tmdb, self._wish = tmdb, wish
        self._results = TmdbResults(tmdb, known_imdb, all_posters=wish.all_posters)
        self._pages = min(wish.pages, LAST_PAGE)
        self._first = first if 1 <= first <= self._pages else 1

    def description(self) -> Sequence[str]:
        """See `FilmSource`."""
        pages = number_of(self._pages, "page")
        lines = [f"TMDB's list {self._wish.listing}, {pages} of {FILMS_A_PAGE} films."]
        if self._first > 1:
            lines.append(f"It goes on at page {self._first}, which the last import had reached.")
        return lines

    def count(self) -> int | None:
        """See `FilmSource`: as many as the pages hold, until a list turns out shorter."""
        return (self._pages - self._first + 1) * FILMS_A_PAGE

    def films(self, notes: SourceNotes) -> Iterator[SourceFilm]:
        """See `FilmSource`."""
        met: set[int] = set()  # a list moves while it is read, so that films come twice
        page = self._first
        with ThreadPoolExecutor(self.at_once) as pool:
            while page <= self._pages:
                results = self._page(page)
                fresh = [each for each in results if tmdb_number(each) not in {None, *met}]
                met |= {each["id"] for each in fresh}
                films_of = partial(self._results.films, notes=notes, place=page)
                for films in pool.map(films_of, fresh):
                    yield from films
                page += 1

    def _page(self, page: int) -> list[Any]:
        """The results on a page; how many pages there are is learnt with each."""
        said = self._tmdb.ask(LISTS[self._wish.listing], **self._wish.fields, page=str(page))
        results, last = said.get("results"), said.get("total_pages")
        if not isinstance(results, list):
            raise CatalogError(OTHER_THAN_TMDB)
        self._pages = min(self._pages, max(page, last if isinstance(last, int) else 0))
        return results
