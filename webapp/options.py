"""What may be asked for beside the poster, from form fields (text) or JSON (typed)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

from werkzeug.datastructures import MultiDict

from bandit import Rating
from embedder import ModelCard
from index import Metric
from webapp.queries import SAMPLE as POSTER_ID
from webapp.queries import QueryError
from webapp.recommender import ARMS, MOST_SHOWN, SHOWN
from webapp.settings import Settings
from webapp.translation import gettext as _
from webapp.view import View

RATINGS = tuple(rating.value for rating in Rating)
WITHDRAW = "none"
"""What a form sends to take a rating back."""
MOST_POSTERS = 100
"""Posters that the API tells of at once."""
SWITCH = {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}


def metric_named(value: object) -> Metric | None:
    """The metric asked for by name, or None to leave the choice to the bandit."""
    if value is None or value == "":
        return None
    if value not in ARMS:
        raise QueryError(
            _(
                "metric must be one of %(metrics)s; leave it out to let us choose.",
                metrics=", ".join(ARMS),
            )
        )
    return Metric(str(value))


def number_of_results(value: object, most: int = MOST_SHOWN) -> int:
    """How many films to show, at most `most`; 5 where nothing is said."""
    if value is None or value == "":
        return SHOWN
    number = int(value) if isinstance(value, str) and _digits(value) else value
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
        raise QueryError(_("k must be a whole number from 1 to %(most)s.", most=str(most)))
    return number


def restriction(value: object) -> bool:
    """Whether to stay within the predicted genres; yes where nothing is said."""
    return switched("restrict", value)


def keeps(fields: Mapping[str, object], settings: Settings) -> bool:
    """Whether to keep an upload: unless `keep` is false, or the operator keeps none."""
    return switched("keep", fields.get("keep")) and settings.keep_days > 0


def switched(name: str, value: object) -> bool:
    """A field that is true or false; true where nothing is said."""
    if value is None or value == "":
        return True
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in SWITCH:
        return SWITCH[value]
    raise QueryError(_("%(field)s must be true or false.", field=name))


def poster_ids(values: Sequence[str]) -> list[int]:
    """Posters by their numbers, at least one and at most MOST_POSTERS."""
    if not 1 <= len(values) <= MOST_POSTERS or not all(POSTER_ID.fullmatch(v) for v in values):
        raise QueryError(
            _("id must be a poster's number, given 1 to %(most)s times.", most=str(MOST_POSTERS))
        )
    return [int(value) for value in values]


def genres_named(
    values: Iterable[str], known: Collection[str], field: str = "intended"
) -> list[str]:
    """The `known` genres named, each value one or several joined with |, in any case, each once."""
    names = {name.casefold(): name for name in known}
    wanted = [part.strip().casefold() for value in values for part in value.split("|")]
    if not all(part in names for part in wanted if part):
        raise QueryError(
            _(
                "%(field)s must name genres among %(genres)s.",
                field=field,
                genres=", ".join(sorted(known)),
            )
        )
    return list(dict.fromkeys(names[part] for part in wanted if part))


def view_asked(fields: Mapping[str, object], card: ModelCard) -> View:
    """The view that the fields balance, colour, genre and decade ask for; several genres and
    several decades are lists, or joined with |."""
    balance = _share("balance", fields.get("balance"))
    return View(
        balance=balance,
        colour=_share("colour", fields.get("colour")) or 0.0,
        genres=tuple(genres_named(_texts("genre", fields.get("genre")), card.genres, "genre")),
        decades=tuple(dict.fromkeys(map(_decade, _texts("decade", fields.get("decade"))))),
    ).settled(card)


def view_fields(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields of a view from a JSON object, a form or an address; the latter two may name
    several genres and decades by repeating the field."""
    if isinstance(fields, MultiDict):
        lists = {name: fields.getlist(name) for name in ("genre", "decade")}
        return {**fields.to_dict(), **lists}
    return dict(fields)


def _share(field: str, value: object) -> float | None:
    """A number of 0-1, or None where nothing is said."""
    if value is None or value == "":
        return None
    try:
        number = float(value) if isinstance(value, str | int | float) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if isinstance(value, bool) or not 0 <= number <= 1:
        raise QueryError(_("%(field)s must be a number from 0 to 1.", field=field))
    return number


def _texts(field: str, value: object) -> list[str]:
    """The values of a field that may be given several times, or once with | between them."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(each, str | int) and not isinstance(each, bool) for each in values):
        raise QueryError(_("%(field)s must be text, or a list of texts.", field=field))
    parts = [part.strip() for each in values for part in str(each).split("|")]
    return [part for part in parts if part]


def _decade(text: str) -> int:
    """The first year of the decade that a year, or a decade such as 1990s, names."""
    digits = text.removesuffix("s")
    if not (_digits(digits) and len(digits) == 4):
        raise QueryError(_("decade must be a year such as 1990."))
    return int(digits) // 10 * 10


def rating_named(value: object) -> Rating:
    if value not in RATINGS:
        raise QueryError(_("rating must be one of %(ratings)s.", ratings=", ".join(RATINGS)))
    return Rating(str(value))


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9
