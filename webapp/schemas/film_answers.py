"""A film, and answers that are films."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from onesheet.queries.meaning import Kind

Likeness = Annotated[
    float,
    Meta(
        ge=0,
        le=1,
        description="How likely a person finds the two posters alike; whatever distance found them",
    ),
]
Closeness = Annotated[
    float,
    Meta(
        description="Deprecated, use likeness; gone in the next version. The percentage of the "
        "catalogue's posters whose own nearest neighbour is farther by the distance searched, so "
        "that one pair has another by every distance.",
        extra_json_schema={"deprecated": True},
    ),
]


class Film(Struct, frozen=True, kw_only=True):
    """A film by one of its posters; `thumbnail_url` is a smaller copy of it. The posters of a film
    for adults may come blurred; with `?shown=1` they come as they are."""

    poster_id: int
    imdb_id: str
    title: str
    year: int | None
    rating: float | None
    genres: tuple[str, ...]
    content_hash: str
    width: int
    height: int
    poster_url: str
    thumbnail_url: str
    imdb_url: str | None
    adult: bool


class FilmInBrief(Struct, frozen=True, kw_only=True):
    """A film by those of its facts that an answer needs; `sample` is its `poster_id` under the
    name by which a search takes it."""

    sample: int | UnsetType = UNSET
    imdb_id: str
    title: str
    year: int | UnsetType | None = UNSET
    poster_url: str | UnsetType = UNSET
    thumbnail_url: str | UnsetType = UNSET


class ResultFilm(Film, frozen=True, kw_only=True):
    """A film with its distance to the query, in the metric's own unit, and how alike the posters
    are, which records older than that lack. `others` is the same film under each other id that the
    catalogue has it by, for which it stands here."""

    distance: float
    closeness: Closeness
    likeness: Likeness | None
    others: list[FilmInBrief] = []


class DraftFilm(ResultFilm, frozen=True, kw_only=True):
    """A film found for a draft; `new` where the draft before did not have it."""

    new: bool


class FilmsAnswer(Struct, frozen=True, kw_only=True):
    """The films of the posters that were named."""

    posters: list[Film]


class SuggestionsAnswer(Struct, frozen=True, kw_only=True):
    """What a text means, in a sentence, and the films it may mean."""

    kind: Kind | None
    says: str
    films: list[FilmInBrief]
