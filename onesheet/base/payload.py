"""What the durable record holds of an answer, typed once: read from every version ever written.

The record holds ids and numbers, not films: a film's facts come from the catalogue whenever the
record is shown. docs/decisions/0016-the-record-is-typed.md says how versions are told apart.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from bandit import FeedbackStore, PayloadCodec, Recommendation
from catalog.images.surroundings.part import Corners

VERSION = 3
"""Of what is written today. Version 1 is everything from before there was a number: fields came
in one after the other, and those that a record lacks have their defaults. Version 3 may ask about
several posters, or about a part of one."""

QueryKind = Literal["upload", "catalogue"]
RemovalReason = Literal["deleted", "elsewhere", "expired", "unkept"]


class PayloadError(ValueError):
    """A payload that no version of the record explains."""


class FoundFilm(Struct, frozen=True, omit_defaults=True):
    """A film as a service tells of it; `adult`: that it is for adults; `tmdb_id`: its number, where
    TMDB told of it."""

    title: str
    year: int | None
    imdb_id: str | None
    poster_url: str
    adult: bool = False
    tmdb_id: int | None = None


class RecordedQuery(Struct, frozen=True, omit_defaults=True):
    """What was asked about.

    Attributes:
        poster_id: of the catalogue's poster; None for an upload.
        content_hash: SHA-256 of the poster's bytes as they came, hex; empty once an upload is gone.
        film: what a service told of a film that the catalogue lacks.
        owner: digest of the uploader's key; None where nobody can delete the upload by one.
        root: id of the recommendation that first kept the upload.
        like: posters of the catalogue that are the query together, `poster_id` the first of them;
            empty where it is one alone.
        unlike: posters that the query turns away from.
        part: corners of what was read of the picture, in its widths and heights; None for all of
            it, and in records older than that choice.
        crop: corners of the part of the poster that alone was searched by, in the poster's widths
            and heights; None for all of it.
    """

    kind: QueryKind
    poster_id: int | None
    content_hash: str
    film: FoundFilm | None = None
    owner: str | None = None
    root: str | None = None
    like: tuple[int, ...] = ()
    unlike: tuple[int, ...] = ()
    part: Corners | None = None
    crop: Corners | None = None

    @property
    def adult(self) -> bool:
        """Whether it is a film for adults that a service told of."""
        return self.film is not None and self.film.adult


class RecordedNeighbour(Struct, frozen=True, array_like=True):
    """A poster as a JSON row: its id, its distance in the metric's own unit, its closeness, 0-100,
    and its likeness, 0-1, which records older than it lack."""

    poster_id: int
    distance: float
    closeness: float
    likeness: float | None = None


class LikenessWords(Struct, frozen=True):
    """What a likeness is called, as the model has it that measured it.

    Attributes:
        very_like, like: the least likeness, 0-1, that earns these words.
        nothing: below it even the best is not worth calling alike; None: that is never said.
        little: the least likeness that is called a little like; below it two posters hardly are.
    """

    very_like: float
    like: float
    nothing: float | None = None
    little: float = 0.2


class View(Struct, frozen=True):
    """What a person set beside the poster; as it stands by default, nothing.

    Attributes:
        balance: share of looks in a similarity, 0-1, the rest being promise; None leaves the
            model's own, with which the index was searched.
        colour: weight of the palettes' distance beside the metric's, 0-1.
        genres: only films that have one of these; they replace the predicted genres.
        decades: only films of one of these, as first years.
    """

    balance: float | None = None
    colour: float = 0.0
    genres: tuple[str, ...] = ()
    decades: tuple[int, ...] = ()

    @property
    def reranks(self) -> bool:
        """Whether the order is another than the index's."""
        return self.balance is not None or self.colour > 0

    @property
    def plain(self) -> bool:
        """Whether nothing is set."""
        return not (self.reranks or self.genres or self.decades)

    def settled(self, own: float) -> View:
        """The same view; the model's `own` balance counts as none set."""
        return msgspec.structs.replace(self, balance=None) if self.balance == own else self


PLAIN = View()


class Removal(Struct, frozen=True):
    """Why an upload is gone, and since when (with a time zone)."""

    why: RemovalReason
    when: datetime


class Payload(Struct, frozen=True, kw_only=True):
    """An answer as it is recorded, to be shown again under whichever metric.

    Attributes:
        same_as: the catalogue's copy of an uploaded poster.
        k: how many films were asked for.
        results: the k nearest under every metric, by its name.
        neighbourhood: the films around the poster under the metric shown, the results first.
        likeness_words: what the neighbours' likeness is called; None where they have none.
        restrict: whether to stay within the predicted genres was asked for; None where that was
            left to us, and in records older than that switch. Until version 0.1, where nobody said
            anything, it was True.
        restricted_to: the genres of which every film found has one; None: all were candidates.
        view: filters and weights set beside the poster; None: the plain view.
        genres: genre to probability, likeliest first; what `reading.readings.Reading` says, as do
            the fields from here to `decades_told`.
        rater: digest of the key of whoever asked, for this answer alone; None where it is not
            known, as in records older than that.
        draft: whether it was asked to be compared with others, by the distance of their first;
            False in records older than that.
        file_digest: SHA-256 of the file that is kept of an upload; None in records older than that.
        gone: set once the poster and all that was read off it are removed.
        version: see `VERSION`.
    """

    version: int = 1
    query: RecordedQuery
    same_as: int | None
    k: int
    results: dict[str, tuple[RecordedNeighbour, ...]]
    neighbourhood: tuple[RecordedNeighbour, ...]
    likeness_words: LikenessWords | None = None
    restrict: bool | None = None
    restricted_to: list[str] | None = None
    view: View | None = None
    genres: dict[str, float]
    predicted: list[str] = []
    scores: list[float]
    decades: dict[str, float] = {}
    score_told: bool = True
    decades_told: bool = True
    rater: str | None = None
    draft: bool = False
    file_digest: str | None = None
    gone: Removal | None = None

    def redacted(self, why: RemovalReason, when: datetime) -> Payload:
        """The payload without the poster's digest, what it read, and which films are like it; which
        arms would have shown the same films stays in the recommendation itself."""
        return Payload(
            version=VERSION,
            query=RecordedQuery("upload", None, ""),
            same_as=None,
            k=self.k,
            results=dict.fromkeys(self.results, ()),
            neighbourhood=(),
            restrict=self.restrict,
            genres={},
            scores=[],
            rater=self.rater,
            draft=self.draft,
            gone=Removal(why, when),
        )


class _Outline(Struct, frozen=True):
    """Of a payload what `kind_in` reads."""

    query: RecordedQuery
    version: int = 1


# Decoders are made as this is imported, by one thread: msgspec crashes where two meet a new type.
_OUTLINES, _PAYLOADS = msgspec.json.Decoder(_Outline), msgspec.json.Decoder(Payload)
_Told = TypeVar("_Told", Payload, _Outline)
Record = Recommendation[Payload]
RecordStore = FeedbackStore[Payload]


def from_json(stored: Any) -> Payload:
    """A payload from JSON's own types. Raises PayloadError for what no version explains."""
    return _explained(lambda: msgspec.convert(stored, Payload))


def kind_in(text: str) -> QueryKind:
    """What was asked about, by a payload's JSON, whose rest is skipped: a small part of the work of
    reading it. Raises PayloadError for text that is no JSON, and for another kind or version."""
    return _explained(lambda: _OUTLINES.decode(text)).query.kind


def _explained(read: Callable[[], _Told]) -> _Told:
    """What was read, if it is of a version that this program knows."""
    try:
        found = read()
    except msgspec.DecodeError as error:
        raise PayloadError(f"This record cannot be read: {error}.") from error
    if found.version > VERSION:
        raise PayloadError(
            f"This record is of version {found.version}, written by a later Onesheet; "
            f"this one reads up to version {VERSION}."
        )
    return found


CODEC: PayloadCodec[Payload] = PayloadCodec(encode=msgspec.to_builtins, decode=from_json)
"""How the database keeps payloads: as JSON, so that SQL can look into them."""
