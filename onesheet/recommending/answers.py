"""What the web app shows: a recommendation joined with the films it speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from bandit import ArmStats, EpsilonGreedy, Policy, best_by_value, chances_of_best
from catalog.catalog import PosterCard
from catalog.images.surroundings.part import Part
from onesheet.base.payload import PLAIN, FoundFilm, LikenessWords, QueryKind, View
from onesheet.reading.readings import Reading

NEIGHBOURHOOD = 50
"""Films in the scatter of an answer."""


@dataclass(frozen=True)
class QueryView:
    """The poster somebody asked about."""

    kind: QueryKind
    poster_url: str
    """Where the page finds the image."""
    card: PosterCard | None
    """The film in the catalogue, for a query by IMDb id or sample; None for an upload."""
    title: str | None
    """The film's title where it is known (for an upload: None)."""
    film: FoundFilm | None = None
    """The film that the catalogue lacks, for a link whose poster was looked up elsewhere."""
    owner: str | None = None
    """The digest of the uploader's key, by which an upload can be deleted."""
    kept: bool = True
    """Whether the poster can be asked about again; False in an answer that is shown once."""
    likes: Sequence[PosterCard] = ()
    """Of a query of several posters, all that it is to be like; `card` is the first of them."""
    unlikes: Sequence[PosterCard] = ()
    """What it is to be less like."""
    part: Part | None = None
    """What was read of the picture; None for all of it."""
    picture_url: str | None = None
    """Where the page finds the whole picture that the part is of."""
    crop: Part | None = None
    """What of the poster alone was searched by; None for all of it."""
    several: bool = False
    """Whether several posters were asked about together, also where they are gone since."""
    like_several: bool = False
    """Whether it is to be like several posters, also where they are gone since."""

    @property
    def adult(self) -> bool:
        """Whether it is a film for adults that the catalogue lacks."""
        return self.film is not None and self.film.adult


@dataclass(frozen=True)
class Result:
    """One recommended poster."""

    card: PosterCard
    distance: float
    """In the metric's own unit; smaller is closer."""
    closeness: float
    """0-100: the share of the catalogue's posters whose own nearest neighbour is farther, under
    the metric searched. For the API alone, and only until its next version."""
    likeness: float | None = None
    """0-1: how likely a person finds the posters alike, whatever metric found it; None in records
    older than it, and for a part of a poster."""
    others: Sequence[PosterCard] = ()
    """The same film under each other id that the catalogue has it by."""

    @property
    def film(self) -> int:
        """The film's id; where it has several, the least, so that it is one film by any."""
        return min(each.movie_id for each in (self.card, *self.others))


@dataclass(frozen=True)
class Answer:
    """A recommendation as a page or the API shows it."""

    id: str
    created: datetime
    """With its time zone, UTC."""
    arm: str
    """The metric that chose the results: cosine, euclidean or manhattan."""
    explored: bool | None
    """True when the bandit tried an arm at random; None when the metric was asked for by name."""
    epsilon: float | None
    propensity: float | None
    credited: bool
    """Whether a rating teaches the bandit; False when a person asked for the metric by name or
    for all films."""
    rating: str | None
    """None, "good", "okay" or "bad"."""
    query: QueryView
    results: list[Result]
    """The k nearest films, one poster a film, nearest first."""
    same_as: PosterCard | None
    """The catalogue film whose poster was uploaded (identical or nearly); not among the results."""
    neighbourhood: list[Result]
    """The NEIGHBOURHOOD nearest films, the results first among them; for the scatter."""
    reading: Reading
    """What the poster says."""
    expires: datetime | None = None
    """Until when an upload is shown."""
    restrict: bool | None = None
    """Whether a person asked to stay within the predicted genres; None where nothing was said."""
    restricted_to: list[str] | None = None
    """The genres of which every film shown has one or more; None: all films were candidates."""
    view: View = PLAIN
    """The filters and weights that were set when it was asked."""
    likeness_words: LikenessWords | None = None
    """What the results' likeness is called; None where they have none."""
    draft: bool = False
    """Whether it was asked to be compared with others, by the distance of their first."""
    lost: bool = False
    """Whether films that were found are not here any more."""

    @property
    def asked_about(self) -> Sequence[PosterCard]:
        """What of the catalogue somebody asked about: several posters, one or none."""
        one = self.query.card or self.same_as
        return self.query.likes or ([one] if one else [])

    @property
    def title(self) -> str | None:
        """The film's title where it is known."""
        return self.query.title or (self.same_as.title if self.same_as else None)

    @property
    def film_year(self) -> int | None:
        """The year of the film asked about; None where only the poster is known."""
        films = (self.query.card, self.same_as, self.query.film)
        return next((film.year for film in films if film and film.year), None)

    @property
    def invented(self) -> bool:
        """Whether a film among the results is invented."""
        return any(each.card.invented for each in self.results)

    @property
    def genres(self) -> dict[str, float]:
        """Genre: probability in 0-1, likeliest first."""
        return self.reading.genres

    @property
    def within_genres(self) -> bool:
        """Whether the search was to stay within the predicted genres, whoever decided that."""
        return self.restricted_to is not None if self.restrict is None else self.restrict

    @property
    def forced(self) -> bool:
        """Whether the metric was asked for by name."""
        return self.explored is None and not self.draft

    @property
    def arm_told(self) -> bool:
        """Whether pages name the arm: once it can sway no rating any more, nor surprise anybody. A
        draft's is also the first draft's, which may still wait for its rating."""
        return self.forced or (self.rating is not None and not self.draft)

    @property
    def plain(self) -> bool:
        """Whether all of the poster was searched by, among all films, with nothing set beside."""
        return self.restricted_to is None and self.view.plain and self.query.crop is None


@dataclass(frozen=True)
class FilmsInView:
    """What a view of an answer shows; recorded nowhere."""

    view: View
    metric: str
    restrict: bool
    """Whether to stay within the predicted genres."""
    restricted_to: list[str] | None
    """The predicted genres of which every film shown has one or more; None: no such restriction."""
    films: list[Result]
    """As the view orders them."""
    likeness_words: LikenessWords | None


@dataclass(frozen=True)
class BanditState:
    """What the bandit knows at present, under the model in use."""

    arms: list[ArmStats]
    policy: Policy
    shared: bool
    """Whether a rating counts for every arm that would have shown the same films."""
    model: str
    """The model's fingerprint."""

    @property
    def rated(self) -> int:
        """Recommendations with a rating that is credited."""
        return sum(arm.rated for arm in self.arms)

    @property
    def epsilon(self) -> float:
        """The chance that the next search picks at random, whatever the ratings say."""
        if not isinstance(self.policy, EpsilonGreedy):
            return 0.0
        return self.policy.epsilon(self.rated)

    @cached_property
    def chances(self) -> dict[str, float]:
        """Each arm's chance to be picked by the next search."""
        return self.policy.propensities(self.arms)

    @cached_property
    def best(self) -> dict[str, float]:
        """The chance that each arm is truly the best."""
        return chances_of_best(self.arms)

    @property
    def leaders(self) -> list[str]:
        """The arms with the highest value."""
        return best_by_value(self.arms)

    def of(self, arm: str) -> ArmStats:
        return next(stats for stats in self.arms if stats.arm == arm)


def poster_url(content_hash: str) -> str:
    return f"/posters/{content_hash}.webp"


def thumbnail_url(content_hash: str, width: int) -> str:
    """A smaller copy of a poster; width must be one of webapp.pictures.thumbnails.WIDTHS."""
    return f"/posters/{content_hash}-{width}.webp"


def upload_url(recommendation_id: str) -> str:
    return f"/uploads/{recommendation_id}.jpg"


def whole_url(recommendation_id: str) -> str:
    """An upload with what surrounds the part of it that was read."""
    return f"/uploads/{recommendation_id}/whole.jpg"


def imdb_url(imdb_id: str) -> str | None:
    """The film's page at IMDb; None for an invented film, which has none."""
    return f"https://www.imdb.com/title/{imdb_id}/" if imdb_id.startswith("tt") else None
