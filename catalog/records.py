"""What goes into the catalogue and what comes out of it, as plain frozen values."""

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from catalog.models import GENRE_SEPARATOR

SPLITS: Final = ("train", "val", "test")
YEARS: Final = range(1870, 2101)
WITHOUT_IMDB: Final = ("tmdb-", "file-")
"""How the id of a film begins whose IMDb id is not known."""
ID_AT_IMDB: Final = re.compile(r"tt\d{7,10}", re.ASCII)
INVENTED_ID: Final = re.compile(r"demo-\d{4,10}", re.ASCII)
OWN_ID: Final = re.compile(r"tmdb-\d{1,10}|file-[0-9a-f]{12}", re.ASCII)
"""The catalogue's id of a film whose IMDb id is not known."""


class CatalogError(ValueError):
    """Data that the catalogue cannot take; the message is one sentence a person can act on."""


def is_at_imdb(film: str) -> bool:
    """Return whether the id of a film in the catalogue is the one that IMDb gave it."""
    return film.startswith("tt")


def is_storable(text: str) -> bool:
    r"""Return whether a database takes a text: one that UTF-8 can encode, without NUL.

    >>> is_storable("Amélie"), is_storable("Am\udce9lie"), is_storable("A\0B")
    (True, False, False)
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


@dataclass(frozen=True, slots=True)
class MovieRecord:
    """What a source says of one movie. `split` None: the catalogue decides (see `Catalog`).

    `imdb_id` is `tt` and 7 to 10 digits; `demo-` and 4 to 10 for an invented film; `tmdb-` and
    TMDB's number, or `file-` and 12 hexadecimal digits, for a film whose IMDb id is not known.
    `genres` may be empty, and `adult` None: not known. Raises `CatalogError`
    naming the first value that cannot be right.
    """

    imdb_id: str
    tmdb_id: int | None
    title: str
    year: int | None
    rating: float | None
    votes: int | None
    genres: tuple[str, ...]
    split: str | None
    invented: bool = False
    adult: bool | None = None

    def __post_init__(self) -> None:
        if not any(each.fullmatch(self.imdb_id) for each in (ID_AT_IMDB, INVENTED_ID, OWN_ID)):
            raise CatalogError(f"imdb_id {self.imdb_id!r} is not tt and 7 to 10 digits")
        if not self.title.strip() or len(self.title) > 500:
            raise CatalogError("title must have 1 to 500 characters")
        if not all(map(is_storable, (self.title, *self.genres))):
            raise CatalogError("title and genres must be text in UTF-8, without NUL")
        if self.year is not None and self.year not in YEARS:
            raise CatalogError(f"year {self.year} is not within {YEARS[0]}-{YEARS[-1]}")
        if self.rating is not None and not (math.isfinite(self.rating) and 0 <= self.rating <= 10):
            raise CatalogError(f"rating {self.rating} is not within 0-10")
        if self.votes is not None and not 0 <= self.votes < 2**31:
            raise CatalogError(f"votes {self.votes} cannot be right")
        if self.tmdb_id is not None and not 0 < self.tmdb_id < 2**31:
            raise CatalogError(f"tmdb_id {self.tmdb_id} cannot be right")
        self._check_genres()
        if self.split is not None and self.split not in SPLITS:
            raise CatalogError(f"split {self.split!r} is none of {', '.join(SPLITS)}")

    def _check_genres(self) -> None:
        if any(g != g.strip() or not g or GENRE_SEPARATOR in g for g in self.genres):
            raise CatalogError(f"genres {self.genres!r} must be names without {GENRE_SEPARATOR}")
        if len({g.casefold() for g in self.genres}) < len(self.genres):
            raise CatalogError(f"genres {self.genres!r} name one twice")
        if len(GENRE_SEPARATOR.join(self.genres)) > 400:
            raise CatalogError("genres are longer than 400 characters together")


@dataclass(frozen=True, slots=True)
class PosterCard:
    """A poster joined with its movie: everything that a page or the API shows.

    `content_hash` is the SHA-256 of the source's bytes (hex), `perceptual_hash` 64 bits, `width`
    and `height` the stored file's pixels, `adult` whether the film is for adults, and `alternate`
    whether the poster stands behind the film's own one.
    """

    poster_id: int
    movie_id: int
    imdb_id: str
    title: str
    year: int | None
    rating: float | None
    votes: int | None
    genres: tuple[str, ...]
    split: str
    invented: bool
    content_hash: str
    perceptual_hash: int
    width: int
    height: int
    adult: bool = False
    alternate: bool = False


class FilmFacts(NamedTuple):
    """A poster and what figures of a whole catalogue are made of: facts of its film."""

    poster_id: int
    movie_id: int
    year: int | None
    rating: float | None
    votes: int | None
    genres: tuple[str, ...]


class AdditionOutcome(StrEnum):
    """What an addition did to the catalogue."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Addition:
    """One movie after `Catalog.add`; `poster_id` is None when it came without a poster."""

    change: AdditionOutcome
    movie_id: int
    poster_id: int | None


@dataclass(slots=True)
class ImportReport:
    """What an import did, in movies. `updated`: a fact changed or a poster was added.

    `skipped` has one line for each movie left out, saying where and why, and `warnings` one for
    each value that meant nothing and was left empty, and for films with one number at TMDB and
    different IMDb ids. `unknown_genres` counts the films of each genre that is in no vocabulary
    known here. `across_splits` counts the posters added that are near-duplicates of a poster in
    another split.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[str] = field(default_factory=list)
    across_splits: int = 0
    warnings: list[str] = field(default_factory=list)
    unknown_genres: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the catalogue holds; `by_split` counts posters, with every split present, and
    `invented` the movies of the demo."""

    movies: int
    posters: int
    by_split: Mapping[str, int]
    invented: int
