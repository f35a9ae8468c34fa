"""What may be asked for beside the poster, from form fields (text) or JSON (typed)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bandit import Rating
from index import Metric
from webapp.queries import QueryError
from webapp.recommender import ARMS, MOST_SHOWN, SHOWN

RATINGS = tuple(rating.value for rating in Rating)
WITHDRAW = "none"
"""What a form sends to take a rating back."""
SWITCH = {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}


def metric_named(value: object) -> Metric | None:
    """The metric asked for by name, or None to leave the choice to the bandit."""
    if value is None or value == "":
        return None
    if value not in ARMS:
        raise QueryError(f"metric must be one of {', '.join(ARMS)}; leave it out to let us choose.")
    return Metric(str(value))


def number_of_results(value: object) -> int:
    """How many films to show; 5 where nothing is said."""
    if value is None or value == "":
        return SHOWN
    number = int(value) if isinstance(value, str) and _digits(value) else value
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MOST_SHOWN:
        raise QueryError(f"k must be a whole number from 1 to {MOST_SHOWN}.")
    return number


def restriction(value: object) -> bool:
    """Whether to stay within the predicted genres; yes where nothing is said."""
    if value is None or value == "":
        return True
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in SWITCH:
        return SWITCH[value]
    raise QueryError("restrict must be true or false.")


def genres_named(values: Iterable[str], known: Collection[str]) -> list[str]:
    """The `known` genres named, each value one or several joined with |, in any case, each once."""
    names = {name.casefold(): name for name in known}
    wanted = [part.strip().casefold() for value in values for part in value.split("|")]
    if not all(part in names for part in wanted if part):
        raise QueryError(f"intended must name genres among {', '.join(sorted(known))}.")
    return list(dict.fromkeys(names[part] for part in wanted if part))


def rating_named(value: object) -> Rating:
    if value not in RATINGS:
        raise QueryError(f"rating must be one of {', '.join(RATINGS)}.")
    return Rating(str(value))


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9
