"""The records of two sites as one: each takes over what the other has, as often as anybody likes.

Ids are random, so that a recommendation is new here or the very same one. Of two ratings of it,
that counts which was given, changed or withdrawn last, by the clocks of the machines that took
them; of two at one moment the same one counts everywhere. So it does not matter who merges first,
nor how often.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.orm import Session

from bandit.models import RecommendationRow
from catalog.database import querying, writing

ROWS_A_PAGE: Final = 500
_UNRATED: Final = datetime.min.replace(tzinfo=UTC)
_ID: Final = RecommendationRow.id
_VERDICT: Final = (
    RecommendationRow.rating,
    RecommendationRow.rated_at,
    RecommendationRow.rating_changed,
    RecommendationRow.set_aside,
    RecommendationRow.credited,
)
"""All of a recommendation that changes, but for what is forgotten of its payload."""
Redact = Callable[[Any, datetime], Any]
"""What is to be known here of a payload as the other stores it, recorded at that moment."""
_Verdict = Mapping[str, Any]
"""Values of these columns by their names."""


@dataclass(frozen=True)
class MergeOutcome:
    """How many recommendations were new here, and of how many known ones the verdict changed."""

    recommendations: int = 0
    verdicts: int = 0


def merge_record(source: Engine, target: Engine, redact: Redact) -> MergeOutcome:
    """Take over into `target` what the record of `source` has, which is only read.

    Payloads are as `redact` leaves them, and who rated is not taken over. Every ROWS_A_PAGE rows
    are one transaction: what was merged before an interruption stays, and merging again does the
    rest.
    """
    new = changed = 0
    last = ""
    while True:
        with querying(source) as reader:
            page = select(_ID, *_VERDICT).where(last < _ID).order_by(_ID).limit(ROWS_A_PAGE)
            theirs = _by_id(reader, page)
        if not theirs:
            return MergeOutcome(new, changed)
        last = next(reversed(theirs))  # the database's order, which need not be Python's
        found = _merge_page(theirs, source, target, redact)
        new, changed = new + found.recommendations, changed + found.verdicts


def _merge_page(
    theirs: Mapping[str, _Verdict], source: Engine, target: Engine, redact: Redact
) -> MergeOutcome:
    with querying(target) as reader:
        absent, later = _differences(reader, theirs)
    if not absent and not later:
        return MergeOutcome()
    whole = select(RecommendationRow.__table__).where(_ID.in_(absent))
    with querying(source) as reader:
        rows = _by_id(reader, whole)
    with writing(target, flushed=True) as session:
        absent, later = _differences(session, theirs)  # somebody may have rated here meanwhile
        for number in absent:
            row = rows[number]
            payload = redact(row["payload"], row["created"])
            new_one = {**row, "id": number, "payload": payload, "expires": None, "rated_by": None}
            session.execute(insert(RecommendationRow).values(new_one))
        for number, verdict in later.items():
            known_one = update(RecommendationRow).where(RecommendationRow.id == number)
            session.execute(known_one.values(**verdict))
    return MergeOutcome(len(absent), len(later))


def _differences(
    reader: Connection | Session, theirs: Mapping[str, _Verdict]
) -> tuple[list[str], dict[str, _Verdict]]:
    """Which of the other's recommendations are not here, and of those here the verdicts that are
    not as they should be."""
    ours = _by_id(reader, select(_ID, *_VERDICT).where(_ID.in_(theirs)))
    later: dict[str, _Verdict] = {}
    for number, mine in ours.items():
        joined = _joined(mine, theirs[number])
        if joined != mine:
            elsewhere = _order(joined) != _order(mine)
            later[number] = {**joined, "rated_by": None} if elsewhere else joined
    return [number for number in theirs if number not in ours], later


def _joined(one: _Verdict, other: _Verdict) -> _Verdict:
    """The later of two verdicts; what either site sets aside for a burst is credited by neither."""
    latest = max(one, other, key=_order)
    set_aside = one["set_aside"] or other["set_aside"]
    credited = one["credited"] and other["credited"]
    return {**latest, "set_aside": set_aside, "credited": credited}


def _order(verdict: _Verdict) -> tuple[datetime, str]:
    """By when it was given, changed or withdrawn. A worker of a version that does not know of
    `rating_changed`, beside newer ones for a while, dates ratings alone."""
    moments = (verdict["rating_changed"], verdict["rated_at"])
    return max(filter(None, moments), default=_UNRATED), verdict["rating"] or ""


def _by_id(reader: Connection | Session, query: Any) -> dict[str, dict[str, Any]]:
    rows: Sequence[Any] = reader.execute(query).mappings().all()
    return {row["id"]: {name: row[name] for name in row if name != "id"} for row in rows}
