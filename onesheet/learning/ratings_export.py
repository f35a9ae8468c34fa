"""Every rating as CSV or JSON, for those who want to count for themselves."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import msgspec

from bandit import Recommendation
from onesheet.base.csv_cells import harmless
from onesheet.base.film_thumbs import Thumbs
from onesheet.base.payload import PayloadError, QueryKind, RecordStore, kind_in

RATINGS_A_QUERY = 500


class ExportedRating(msgspec.Struct, frozen=True, kw_only=True):
    """One rating and the choice it speaks of; times in UTC, `agreeing` joined with |, as are the
    numbers of the posters that got a thumb up, and down.

    `recommendation` tells ratings apart and is no id: with that, an upload could be seen.
    The thumbs of an upload are left out, since they tell what it looks like.
    """

    rated_at: str | None
    created: str
    recommendation: str
    query: QueryKind
    arm: str
    rating: str | None
    reward: int | None
    credited: bool
    explored: bool | None
    epsilon: float | None
    propensity: float | None
    agreeing: str
    thumbs_up: str
    thumbs_down: str
    model: str
    index: str


def as_csv(feedback: RecordStore, thumbs: Thumbs) -> Iterator[str]:
    """A header and a line for each rating, in order of rating; some hundred lines at a time."""
    yield _csv_lines([ExportedRating.__struct_fields__])
    for part in _exports(feedback, thumbs):
        yield _csv_lines(map(msgspec.structs.astuple, part))


def as_json(feedback: RecordStore, thumbs: Thumbs) -> Iterator[str]:
    """A list with an object for each rating, in order of rating."""
    before = "[\n"
    for part in _exports(feedback, thumbs):
        yield before + ",\n".join(msgspec.json.encode(each).decode() for each in part)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def exported(
    rated: Recommendation[Any], kind: QueryKind, thumbs: Mapping[int, bool]
) -> ExportedRating:
    """A rated recommendation about something of this kind as it is exported, with its thumbs:
    whether each poster's is up."""
    told = thumbs if kind == "catalogue" else {}
    return ExportedRating(
        rated_at=rated.rated_at.isoformat() if rated.rated_at else None,
        created=rated.created.isoformat(),
        recommendation=published_id(rated.id),
        query=kind,
        arm=rated.arm,
        rating=rated.rating.value if rated.rating else None,
        reward=rated.rating.reward if rated.rating else None,
        credited=rated.credited,
        explored=rated.explored,
        epsilon=rated.epsilon,
        propensity=rated.propensity,
        agreeing="|".join(rated.agreeing),
        thumbs_up="|".join(str(poster) for poster, up in told.items() if up),
        thumbs_down="|".join(str(poster) for poster, up in told.items() if not up),
        model=rated.model,
        index=rated.index,
    )


def published_id(recommendation_id: str) -> str:
    """A text that is the same in every export, from which the id cannot be found."""
    return hashlib.sha256(f"published {recommendation_id}".encode()).hexdigest()[:24]


def _exports(feedback: RecordStore, thumbs: Thumbs) -> Iterator[list[ExportedRating]]:
    ratings = feedback.ratings(page=RATINGS_A_QUERY)
    while part := list(islice(ratings, RATINGS_A_QUERY)):
        found = thumbs.of_each([each.id for each in part])
        yield [exported(each, _kind(each), found.get(each.id, {})) for each in part]


def _kind(rated: Recommendation[str]) -> QueryKind:
    try:
        return kind_in(rated.payload)
    except PayloadError as error:  # a log has this, and names no answer: its id is its address
        name = f"{published_id(rated.id)}, rated at {rated.rated_at}"
        raise PayloadError(f"{name}: {error}") from error


def _csv_lines(rows: Iterable[Iterable[object]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(map(harmless, row) for row in rows)
    return buffer.getvalue()
