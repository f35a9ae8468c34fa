"""How often one address, or one key, may ask in a minute; counted for all workers together."""

from __future__ import annotations

import logging
import math
import sqlite3
import time
from collections.abc import Callable, Iterator
from functools import partial

from flask import Flask, Response, current_app, g, request
from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import HTTPException

from onesheet.base.settings import Settings
from onesheet.base.texts import marked
from onesheet.learning.simulator import RANGES
from onesheet.queries.meaning import Kind, Meaning, meaning
from webapp.current import current
from webapp.http import shared_counters
from webapp.http.parameters import VIEWED_BY, fields_sent
from webapp.http.uploader_cookie import bearer, visitors_digests
from webapp.http.visitor import counted_trace, is_loopback
from webapp.text.translation import gettext as _

log = logging.getLogger("webapp")

LIMITS_EXTENSION = "onesheet_limits"
TOO_MUCH = marked("That was too much in one minute; go on in %(seconds)s seconds.")
UPLOADS, FETCHES, CHANGES, SUGGESTIONS = "uploads", "fetches", "changes", "suggestions"
PASSWORDS, GUESSES = "passwords", 20
"""Wrong passwords count too, and so many are answered in a minute."""
KINDS = {
    "api.bandit_state": SUGGESTIONS,
    "api.beside_the_page": SUGGESTIONS,
    "api.post_recommendation": UPLOADS,
    "api.read_poster": UPLOADS,
    "api.recommendation": SUGGESTIONS,
    "batch.ask_batch": UPLOADS,
    "batch.batch_csv": SUGGESTIONS,
    "collections.export": UPLOADS,
    "compare.compare_json": SUGGESTIONS,
    "compare.compare_page": SUGGESTIONS,
    "compare.compare_report": SUGGESTIONS,
    "compare.upload_drafts": UPLOADS,
    "report.report_page": UPLOADS,
    "share.share_card": SUGGESTIONS,
    "results.ask": UPLOADS,
    "results.result": UPLOADS,
    "api.delete_rating": CHANGES,
    "api.delete_thumb": CHANGES,
    "api.delete_upload": CHANGES,
    "api.put_rating": CHANGES,
    "api.put_thumb": CHANGES,
    "results.delete": CHANGES,
    "results.give_rating": CHANGES,
    "results.give_thumb": CHANGES,
    "explanations.genre": SUGGESTIONS,
    "explanations.genre_for_programs": SUGGESTIONS,
    "explanations.why": SUGGESTIONS,
    "explanations.why_for_programs": SUGGESTIONS,
    "learning.learning_json": SUGGESTIONS,
    "learning.learning_page": SUGGESTIONS,
    "learning.ratings_csv": SUGGESTIONS,
    "learning.ratings_json": SUGGESTIONS,
    "learning.simulation": SUGGESTIONS,
    "learning.simulator": SUGGESTIONS,
    "search.colours_json": SUGGESTIONS,
    "search.colours_page": SUGGESTIONS,
    "search.films_page": SUGGESTIONS,
    "search.suggestions": SUGGESTIONS,
}
"""What each endpoint counts as."""
WITHOUT_POSTER = {"report.report_page": SUGGESTIONS, "results.result": SUGGESTIONS}
"""What endpoints count as, that take a poster by POST, where they are asked without one."""
DEAR_BY_FIELDS: dict[str, tuple[str, ...]] = {
    "api.beside_the_page": VIEWED_BY,
    "api.recommendation": VIEWED_BY,
    "compare.compare_page": ("draft",),
    "learning.learning_page": tuple(RANGES),
    "report.report_page": VIEWED_BY,
    "results.result": (*VIEWED_BY, "row", "ordinary", "intended"),
    "share.share_card": VIEWED_BY,
}
"""Pages that cost little, and so do not count, but for these fields in their address: what is read,
searched or played anew for them."""
COSTS = {
    **dict.fromkeys(("compare.compare_json", "compare.compare_page", "compare.compare_report"), 5),
    **dict.fromkeys(("learning.learning_page", "learning.simulation", "learning.simulator"), 3),
    **dict.fromkeys(("learning.ratings_csv", "learning.ratings_json"), 30),
}
"""As how many a request counts, where not as one: a comparison lets the network read up to twelve
pictures, a simulation plays thousands of ratings, an export reads the whole record."""
COST_OF_A_POSTER = 5
"""The same of an explanation for which the poster is sent along, and read."""
MAY_FETCH = frozenset({"api.post_recommendation", "results.ask"})


class TooManyError(HTTPException):
    """More than a minute's share; `retry_after` is in seconds."""

    code = 429

    def __init__(self, retry_after: int, response: Response | None = None) -> None:
        super().__init__(_(TOO_MUCH, seconds=retry_after), response)
        self.retry_after = retry_after


def init_app(app: Flask) -> None:
    """Count what costs something, and refuse with 429 and Retry-After what is too much."""
    path = app.extensions["onesheet"].home.counters
    storage = storage_from_string(f"{shared_counters.SCHEME}://{path}")
    app.extensions[LIMITS_EXTENSION] = FixedWindowRateLimiter(storage)
    app.before_request(refuse_too_many)


def refuse_too_many() -> None:
    """Raises TooManyError. This machine's own requests are not counted: a proxy that says nothing
    of its visitors (ONESHEET_PROXIES) would else stop all of them for one."""
    kind = _kind_asked()
    if kind is None or is_loopback(request.remote_addr or ""):
        return
    settings, kinds = current().home.settings, [kind]
    if request.endpoint in MAY_FETCH and settings.fetches_a_minute and _leads_outside(settings):
        kinds.append(FETCHES)
    for each in kinds:
        if most := getattr(settings, f"{each}_a_minute"):
            _count(each, most, min(_cost(), most))


def _cost() -> int:
    endpoint = request.endpoint or ""
    if request.method == "POST" and endpoint.startswith("explanations."):
        return COST_OF_A_POSTER
    return COSTS.get(endpoint, 1)


def _kind_asked() -> str | None:
    """What the request counts as; None for one that costs little."""
    endpoint = request.endpoint or ""
    kind = KINDS.get(endpoint)
    if request.method == "POST":
        return kind
    fields = DEAR_BY_FIELDS.get(endpoint)
    cheap = fields is not None and not any(name in request.args for name in fields)
    return None if cheap else WITHOUT_POSTER.get(endpoint, kind)


def count_upload() -> None:
    """Count one more upload, where a request brings several. Raises TooManyError."""
    _count_uploads(1)


def count_drafts(others: int) -> None:
    """Count drafts that come together beside the first, which is counted already; no more than fit
    into a minute in which nothing else was asked. Raises TooManyError."""
    _count_uploads(min(others, current().home.settings.uploads_a_minute - 1))


def _count_uploads(more: int) -> None:
    most = current().home.settings.uploads_a_minute
    if most and more > 0 and not is_loopback(request.remote_addr or ""):
        _count(UPLOADS, most, more)


def refuse_guessing() -> None:
    """Raises TooManyError for who sent too many wrong passwords; asked before one is looked at,
    since that may be slow by design."""
    if not is_loopback(request.remote_addr or ""):
        _refuse_beyond(PASSWORDS, GUESSES, FixedWindowRateLimiter.test)


def count_wrong_password() -> None:
    """Note a wrong password of whoever asks. Raises TooManyError as `refuse_guessing`."""
    if not is_loopback(request.remote_addr or ""):
        _count(PASSWORDS, GUESSES)


def _count(kind: str, most: int, cost: int = 1) -> None:
    """Count what is asked. Raises TooManyError where that was too much."""
    _refuse_beyond(kind, most, partial(FixedWindowRateLimiter.hit, cost=cost))


def _refuse_beyond(kind: str, most: int, within: Callable[..., bool]) -> None:
    """Raises TooManyError unless all that ask are `within` their limit."""
    limiter: FixedWindowRateLimiter = current_app.extensions[LIMITS_EXTENSION]
    item = RateLimitItemPerMinute(most)
    for who in _askers():
        try:
            if within(limiter, item, kind, who):
                continue
            ends = limiter.get_window_stats(item, kind, who).reset_time
        except sqlite3.Error as error:  # whoever asks should not suffer for it
            log.error("limits are not counted: %s", error)
            return
        raise TooManyError(max(1, math.ceil(ends - time.time())))


def _askers() -> Iterator[str]:
    """The address as a trace that tells nobody what it was, and the keys that were sent."""
    yield counted_trace()
    yield from visitors_digests()
    if key := bearer():
        yield key
    if name := g.get("api_key"):
        yield f"api key {name}"


def _leads_outside(settings: Settings) -> bool:
    """Whether the form or the JSON names what another site is asked for: a picture, or a film that
    the catalogue lacks, where a service is set."""
    try:
        fields = fields_sent()
    except HTTPException:  # the endpoint refuses it
        return False
    said = [fields.get(name) for name in ("imdb", "q")]
    found = [meaning(each) for each in said if isinstance(each, str)]
    return any(each is not None and _is_elsewhere(each, settings) for each in found)


def _is_elsewhere(said: Meaning, settings: Settings) -> bool:
    catalog = current().catalog
    match said.kind:
        case Kind.PICTURE:
            return True
        case Kind.IMDB:
            asks = settings.tmdb_key or settings.omdb_key
            return bool(asks) and not catalog.by_imdb(said.value)
        case Kind.TMDB:
            number = int(said.value)
            return bool(settings.tmdb_key) and not (number < 2**31 and catalog.by_tmdb(number))
    return False
