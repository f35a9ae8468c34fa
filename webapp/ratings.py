"""Every rating as CSV or JSON, for those who want to count for themselves."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from bandit import FeedbackStore, Recommendation

COLUMNS = (
    "rated_at",
    "created",
    "recommendation",
    "query",
    "arm",
    "rating",
    "reward",
    "credited",
    "explored",
    "epsilon",
    "propensity",
    "agreeing",
    "model",
    "index",
)


def as_csv(feedback: FeedbackStore) -> Iterator[str]:
    """A header and a line for each rating, in order of rating."""
    yield _line(COLUMNS)
    for each in feedback.ratings():
        facts = _facts(each)
        yield _line([*(facts[name] for name in COLUMNS)])


def as_json(feedback: FeedbackStore) -> Iterator[str]:
    """A list with an object for each rating, in order of rating."""
    before = "[\n"
    for each in feedback.ratings():
        yield before + json.dumps(_facts(each))
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _facts(rated: Recommendation) -> dict[str, Any]:
    """An upload's id is left out: it is the address under which its poster can be seen."""
    kind = rated.payload["query"]["kind"]
    return {
        "rated_at": rated.rated_at.isoformat() if rated.rated_at else None,
        "created": rated.created.isoformat(),
        "recommendation": rated.id if kind == "catalogue" else None,
        "query": kind,
        "arm": rated.arm,
        "rating": rated.rating.value if rated.rating else None,
        "reward": rated.rating.reward if rated.rating else None,
        "credited": rated.credited,
        "explored": rated.explored,
        "epsilon": rated.epsilon,
        "propensity": rated.propensity,
        "agreeing": "|".join(rated.agreeing),
        "model": rated.model,
        "index": rated.index,
    }


def _line(cells: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue()
