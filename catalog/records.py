"""What goes into the catalogue and what comes out of it, as plain frozen values."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from catalog.models import GENRE_SEPARATOR

SPLITS: Final = ("train", "val", "test")
YEARS: Final = range(1870, 2101)
_IMDB_ID: Final = re.compile(r"tt\d{7,10}|demo-\d{4,}")


class CatalogError(ValueError):
    """Data that the catalogue cannot take; the message is one sentence a person can act on."""


@dataclass(frozen=True, slots=True)
class MovieRecord:
    """What a source says of one movie. `split` None: the catalogue decides (see `Catalog`).

    `imdb_id` is `tt` and 7 to 10 digits, or `demo-` and digits for an invented film. Raises
    `CatalogError` naming the first value that cannot be right.
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

    def __post_init__(self) -> None:
        if not _IMDB_ID.fullmatch(self.imdb_id):
            raise CatalogError(f"imdb_id {self.imdb_id!r} is not tt and 7 to 10 digits")
        if not self.title.strip() or len(self.title) > 500:
            raise CatalogError("title must have 1 to 500 characters")
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
        if not self.genres:
            raise CatalogError("there is no genre")
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
    and `height` the stored file's pixels.
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


class Change(StrEnum):
    """What an addition did to the catalogue."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Added:
    """One movie after `Catalog.add`; `poster_id` is None when it came without a poster."""

    change: Change
    movie_id: int
    poster_id: int | None


@dataclass(slots=True)
class ImportReport:
    """What an import did, in movies. `updated`: a fact changed or a poster was added.

    `skipped` has one line for each movie left out, saying where and why. `across_splits` counts
    the posters added that are near-duplicates of a poster in another split.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[str] = field(default_factory=list)
    across_splits: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the catalogue holds; `by_split` counts posters, with every split present, and
    `invented` the movies of the demo."""

    movies: int
    posters: int
    by_split: Mapping[str, int]
    invented: int
