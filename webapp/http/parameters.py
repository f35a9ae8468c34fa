"""What may be asked for beside the poster, from form fields (text) or JSON (typed)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from flask import abort, request
from werkzeug.datastructures import MultiDict

from bandit import Rating
from embedder import ModelCard
from index import Metric
from onesheet.base.payload import View
from onesheet.base.refusals import QueryError
from onesheet.base.settings import SWITCH, Settings
from onesheet.base.texts import marked
from onesheet.reading.genre_names import genres_named
from onesheet.recommending.aspects import Aspect
from onesheet.recommending.recommender import ARMS, MOST_SHOWN, SHOWN
from webapp.text.translation import gettext as _

RATINGS = tuple(rating.value for rating in Rating)
WITHDRAW = "none"
"""What a form sends to take a rating back."""
THUMBS = {"up": True, "down": False, WITHDRAW: None}
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
ADJUSTED_BY = ("balance", "colour", "genre", "decade")
"""What in an address or a form filters and weighs."""
VIEWED_BY = (*ADJUSTED_BY, "metric", "restrict", "k")
"""What in the address of a recommendation asks for a view of it."""
MOST_POSTERS = 100
"""Posters that the API tells of at once."""
FILM_SENT = '{"imdb": "tt0111161"}'
"""The JSON that a program may send in the place of a poster."""
NO_DRAFTS = marked("Posters are not kept here, so drafts cannot be compared.")
NO_TABLE = marked("Posters are not kept here, so no table can be made of several.")
JSON_ALONE = marked("Send JSON such as %(example)s, with Content-Type: application/json.")
POSTER_ID = re.compile(r"[1-9][0-9]{0,8}")


def metric_named(value: object) -> Metric | None:
    """The metric asked for by name, or None to leave the choice to the bandit."""
    if value is None or value == "":
        return None
    if value not in ARMS:
        raise QueryError(
            "metric must be one of %(metrics)s; leave it out to let us choose.",
            metrics=", ".join(ARMS),
        )
    return Metric(str(value))


def number_of_results(value: object, most: int = MOST_SHOWN) -> int:
    """How many films to show, at most `most`; 5 where nothing is said."""
    if value is None or value == "":
        return SHOWN
    number = int(value) if isinstance(value, str) and _digits(value) else value
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
        raise QueryError("k must be a whole number from 1 to %(most)s.", most=str(most))
    return number


def restriction(value: object) -> bool | None:
    """Whether to stay within the predicted genres; None where nothing is said."""
    return None if value is None or value == "" else switched("restrict", value)


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
    raise QueryError("%(field)s must be true or false.", field=name)


def poster_ids(values: Sequence[str]) -> list[int]:
    """Posters by their numbers, at least one and at most MOST_POSTERS."""
    if not 1 <= len(values) <= MOST_POSTERS or not all(POSTER_ID.fullmatch(v) for v in values):
        raise QueryError(
            "id must be a poster’s number, given 1 to %(most)s times.", most=str(MOST_POSTERS)
        )
    return [int(value) for value in values]


def thumb_named(value: object) -> bool | None:
    """Whether a thumb is up; None to take it back."""
    if not isinstance(value, str) or value not in THUMBS:
        raise QueryError("thumb must be up or down.")
    return THUMBS[value]


def aspect_named(value: object) -> Aspect | None:
    """What alone posters are to be alike in; None where nothing is said."""
    if value is None or value == "":
        return None
    if value not in tuple(Aspect):
        raise QueryError("row must be one of %(aspects)s.", aspects=", ".join(Aspect))
    return Aspect(str(value))


def likes_named(fields: Mapping[str, object]) -> tuple[list[int], list[int]] | None:
    """The posters' numbers in the fields `like` and `unlike`; None where nothing is to be liked."""
    named = {}
    for name in ("like", "unlike"):
        several = fields.getlist(name) if isinstance(fields, MultiDict) else fields.get(name)
        listed = several if isinstance(several, list) else [several]
        values = [str(each) for each in listed if each is not None and each != ""]
        if not all(POSTER_ID.fullmatch(each) for each in values):
            raise QueryError("%(field)s must be posters’ numbers.", field=name)
        named[name] = [int(each) for each in values]
    return (named["like"], named["unlike"]) if named["like"] or named["unlike"] else None


def view_asked(fields: Mapping[str, object], card: ModelCard) -> View:
    """The view that the fields balance, colour, genre and decade ask for; several genres and
    several decades are lists, or joined with |."""
    balance = _share("balance", fields.get("balance"))
    return View(
        balance=balance,
        colour=_share("colour", fields.get("colour")) or 0.0,
        genres=tuple(genres_named(_texts("genre", fields.get("genre")), card.genres, "genre")),
        decades=tuple(dict.fromkeys(map(_decade, _texts("decade", fields.get("decade"))))),
    ).settled(card.balance)


def view_fields(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields of a view from a JSON object, a form or an address; the latter two may name
    several genres and decades by repeating the field."""
    if isinstance(fields, MultiDict):
        lists = {name: fields.getlist(name) for name in ("genre", "decade")}
        return {**fields.to_dict(), **lists}
    return dict(fields)


def fields_sent(example: str = FILM_SENT) -> Mapping[str, object]:
    """The request's fields: a form's as text, a JSON object's as they are. `example` is told to
    whoever sends neither."""
    if request.mimetype in FORMS:
        return request.form
    if not request.is_json:
        abort(415, None if example == FILM_SENT else _(JSON_ALONE, example=example))
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # a thousand brackets deep
        body = None
    if not isinstance(body, dict):
        abort(400, _("The body must be a JSON object, such as %(example)s.", example=example))
    return body


def uploaded() -> bytes | None:
    """The uploaded poster's bytes; None where none was chosen: a browser then sends neither a name
    nor bytes."""
    file = request.files.get("poster")
    data = file.read() if file is not None else b""
    return data if data or (file is not None and file.filename) else None


def _share(field: str, value: object) -> float | None:
    """A number of 0-1, or None where nothing is said."""
    if value is None or value == "":
        return None
    try:
        number = float(value) if isinstance(value, str | int | float) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if isinstance(value, bool) or not 0 <= number <= 1:
        raise QueryError("%(field)s must be a number from 0 to 1.", field=field)
    return number


def _texts(field: str, value: object) -> list[str]:
    """The values of a field that may be given several times, or once with | between them."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(each, str | int) and not isinstance(each, bool) for each in values):
        raise QueryError("%(field)s must be text, or a list of texts.", field=field)
    parts = [part.strip() for each in values for part in str(each).split("|")]
    return [part for part in parts if part]


def _decade(text: str) -> int:
    """The first year of the decade that a year, or a decade such as 1990s, names."""
    digits = text.removesuffix("s")
    if not (_digits(digits) and len(digits) == 4):
        raise QueryError("decade must be a year such as 1990.")
    return int(digits) // 10 * 10


def rating_named(value: object) -> Rating:
    if value not in RATINGS:
        raise QueryError("rating must be one of %(ratings)s.", ratings=", ".join(RATINGS))
    return Rating(str(value))


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9
