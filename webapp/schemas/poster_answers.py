"""What is answered about one poster: recommendations, readings and explanations."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from catalog.images.surroundings.part import Corners
from onesheet.base.payload import View
from webapp.schemas.film_answers import Film, FilmInBrief, ResultFilm

Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
"""With its offset, which is UTC's."""
Probability = Annotated[float, Meta(ge=0, le=1)]
Grid = list[list[float]]
"""A number for each position of a poster, row by row from the top."""


class ViewAnswer(View, frozen=True, kw_only=True):
    """The films of a recommendation as a view has them; recorded nowhere."""

    metric: str | None
    restrict: bool
    restricted_to: list[str] | None
    credited: bool
    films: list[ResultFilm]


class RecommendationAnswer(Struct, frozen=True, kw_only=True):
    """A recommendation as recorded.

    What tells of the arm and its choice is None where a rating is still to come. `thumbs` are up or
    down, by the posters' numbers. `scores` are probabilities of a rating out of ten in 0-2, 2-4,
    4-6, 6-8 and 8-10, `score_told` whether they beat a guess that never looks at the poster: else
    no page shows them. `delete_key` comes once, to whoever uploads a poster that is kept, and
    `rating_key` to whoever asks; `viewed` where a view was asked for.
    `part` are the corners of what was read of an upload, clockwise from the top left, in its
    widths and heights; left out where that is all of it. `crop` are those of the part of the poster
    that alone was searched by, in the poster's own; the films then have no likeness.
    """

    id: str
    created: Time
    expires: Time | None
    arm: str | None
    explored: bool | None
    epsilon: float | None
    propensity: float | None
    credited: bool
    rating: str | None
    thumbs: dict[int, str]
    results: list[ResultFilm]
    same_as: FilmInBrief | None
    genres: dict[str, Probability]
    scores: list[Probability]
    score_told: bool
    restricted_to: list[str] | None
    view: View | None
    delete_key: str | UnsetType = UNSET
    rating_key: str | UnsetType = UNSET
    part: Corners | UnsetType = UNSET
    crop: Corners | UnsetType = UNSET
    viewed: ViewAnswer | UnsetType = UNSET


class TabledPoster(Struct, frozen=True, kw_only=True):
    """A row of a table of posters: the answer's `id`, its `page`, what the poster says and the
    films it looks like; `trouble` says in a sentence why there is nothing else."""

    id: str
    page: str | None
    same_as: Film | None
    reading: ReadingAnswer | None
    films: list[Film]
    trouble: str | None


class BatchAnswer(Struct, frozen=True, kw_only=True):
    """The posters of a table, in the order they were named."""

    posters: list[TabledPoster]


class RatingAnswer(Struct, frozen=True, kw_only=True):
    """The present rating of a recommendation; None once it is withdrawn."""

    id: str
    rating: str | None


class ThumbAnswer(Struct, frozen=True, kw_only=True):
    """The present thumb of one film of a recommendation: up, down, or None once withdrawn."""

    id: str
    poster_id: int
    thumb: str | None


class IntentAnswer(Struct, frozen=True, kw_only=True):
    """What a poster was meant to promise, and what it does."""

    promises: dict[str, Probability]
    kept: list[str]
    missing: list[str]
    instead: list[str]
    rival: str | None
    examples: list[FilmInBrief]


class ReadingAnswer(Struct, frozen=True, kw_only=True):
    """What a poster says; `intended` only where genres were named. No page shows a score, or
    decades, that is not told: on held-out posters they were no better than a guess."""

    genres: dict[str, Probability]
    predicted: list[str]
    scores: list[Probability]
    score: float
    score_interval: tuple[float, float]
    decades: dict[str, Probability]
    score_told: bool
    decades_told: bool
    intended: IntentAnswer | UnsetType = UNSET


class EmbeddedReading(ReadingAnswer, frozen=True, kw_only=True):
    """A reading with the poster's raw embedding, and the fingerprint of the model."""

    embedding: list[float]
    model: str


class HeatAnswer(Struct, frozen=True, kw_only=True):
    """What each position of a poster contributes, how strongly it pulls (0-1), and where that is,
    in words."""

    shares: Grid
    pull: Grid
    region: str


class SharedTraitsAnswer(Struct, frozen=True, kw_only=True):
    """What is true of both of two posters; `decade` is the first year of their films' own, `part`
    that of the embedding which brings them together more than it does most near posters."""

    traits: list[str]
    colours: list[str]
    genres: list[str]
    decade: int | None
    part: str | None


class NearnessAnswer(Struct, frozen=True, kw_only=True):
    """What two posters have in common, and which regions of them draw them together; the shares of
    each sum to `whole`. What pulls does so beyond what is usual at its place, and is the same by
    every metric. `alike` and `where` are the two in a sentence each, `says` is both."""

    poster_id: int
    metric: str | None
    whole: float
    query: HeatAnswer
    result: HeatAnswer
    shared: SharedTraitsAnswer
    alike: str
    where: str
    says: str


class GenrePlaceAnswer(Struct, frozen=True, kw_only=True):
    """Where on a poster a genre is seen."""

    genre: str
    query: HeatAnswer
    says: str
