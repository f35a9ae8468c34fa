"""Every failure as one sentence that says what to do: a page for people, JSON for programs."""

from __future__ import annotations

import logging
import secrets
from contextlib import suppress
from http import HTTPStatus

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, SecurityError

from bandit import UnknownRecommendation
from catalog.database import Trouble, trouble
from catalog.file_store import UnreachableError
from catalog.flushing import UnwritableError
from catalog.images import ImageError
from embedder import ModelError
from index import IndexFolderError
from onesheet.base.refusals import MissingPosterError, QueryError, RefusalError, UnknownFilmError
from onesheet.base.texts import marked
from onesheet.collections.sheet_process import SheetError
from onesheet.fetching.errors import FetchError
from onesheet.queries.film_lookup import SeveralFilmsError
from onesheet.recommending.draft_comparison import MOST_DRAFTS
from onesheet.recommending.raters import NotAskedError
from onesheet.uploads.errors import GoneError, NotYoursError, TimeOverError
from webapp.current import current
from webapp.http.access import TAKING_SEVERAL
from webapp.http.cache_headers import ask_anew, keep_nothing
from webapp.http.security import MAX_BODY, MOST_BODY_OF_SEVERAL
from webapp.http.uploader_cookie import visitors_digests
from webapp.schemas.catalogue_answers import ErrorAnswer
from webapp.text.translation import gettext as _
from webapp.text.translation import translated

log = logging.getLogger("webapp")

PROBLEM = "application/problem+json"
SAID_AGAIN = ("q", "keep", "metric", "restrict")
"""Fields of the search form."""

SENTENCES = {
    400: marked("The request could not be read; go back and try again."),
    403: marked("This is not allowed from here."),
    404: marked("There is nothing at this address; go back to the front page."),
    405: marked("This address does not take that kind of request; go back to the front page."),
    413: marked(
        "That is more than %(most)s MB, or its form fields are too many or too long; "
        "upload a smaller copy of the poster, and nothing else."
    ),
    416: marked("That part of the file cannot be sent; ask for bytes that it has."),
    415: marked("Send the poster as multipart form field `poster`, or JSON with an `imdb` id."),
}
"""For failures that carry no sentence of their own."""
SENTENCES_FOR_PROGRAMS = {
    400: marked("The request could not be read; send well-formed JSON or a multipart form."),
    404: marked("There is nothing at this address; the JSON API’s addresses begin with /api/v1/."),
    405: marked("This address does not take that method; the Allow header names those it takes."),
}
"""A program has no page to go back to."""
TOO_MUCH_TOGETHER = marked(
    "Together these are more than %(most)s MB, or too many; send fewer at a time."
)
STATUSES: dict[type[RefusalError | ImageError], tuple[int, str | None]] = {
    ImageError: (422, None),
    FetchError: (422, marked("That could not be fetched")),
    SheetError: (413, None),
    SeveralFilmsError: (409, None),
    UnknownFilmError: (404, marked("No such film here")),
    MissingPosterError: (404, marked("That poster is not here")),
    QueryError: (400, None),
    GoneError: (410, None),
    NotYoursError: (403, marked("Not yours to delete")),
    NotAskedError: (403, marked("Not yours to rate")),
}
"""For exceptions that carry the sentence to show, and the heading of its page where that is not the
status's own (templates/error.html)."""
UNTRUSTED_HOST = marked(
    "That is not the name of this server; open it by the address you were given."
)
UNKNOWN_RECOMMENDATION = marked(
    "There is no such recommendation; upload the poster again for a new one."
)
NOT_READY = marked(
    "Onesheet has no model and index it can use yet; whoever runs it should try `onesheet doctor`."
)
BUSY = marked("The database is busy; try again in a moment.")
UNWRITABLE = marked(
    "The server cannot write to its folder; whoever runs it should look at the folder’s "
    "permissions and free space (incident %(number)s)."
)
UNREACHABLE = marked(
    "The place where posters are kept does not answer; try again in a moment (incident %(number)s)."
)
BROKEN = marked(
    "Something went wrong here; try again, and if it stays, report incident %(number)s."
)


def init_app(app: Flask) -> None:
    """Map the rooms' named exceptions to statuses, and everything unforeseen to a logged 500."""
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(SecurityError, on_untrusted_host)
    for kind, (status, heading) in STATUSES.items():
        app.register_error_handler(
            kind,
            lambda error, status=status, heading=heading: refusal(
                status, translated(error), heading
            ),
        )
    app.register_error_handler(TimeOverError, on_time_over)
    app.register_error_handler(
        UnknownRecommendation, lambda error: refusal(404, _(UNKNOWN_RECOMMENDATION))
    )
    for unready in (IndexFolderError, ModelError):
        app.register_error_handler(unready, on_unready)
    app.register_error_handler(DBAPIError, on_database)
    app.register_error_handler(UnwritableError, on_unwritable)
    app.register_error_handler(UnreachableError, on_unreachable)
    app.register_error_handler(Exception, on_anything)


def on_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status in (301, 302, 303, 307, 308):
        return make_response(error.get_response())
    own = error.description if error.description != type(error).description else None
    sentences = SENTENCES | (SENTENCES_FOR_PROGRAMS if wants_json() else {})
    general, most = sentences.get(status), MAX_BODY
    if status == 413 and request.endpoint in TAKING_SEVERAL:
        general, most = TOO_MUCH_TOGETHER, MOST_BODY_OF_SEVERAL
    said = _(general, most=most >> 20) if general else str(error.description)
    response = refusal(status, own or said, getattr(error, "heading", None))
    allow = getattr(error, "valid_methods", None)
    if allow:
        response.headers["Allow"] = ", ".join(sorted(allow))
    for asked in getattr(error, "www_authenticate", None) or ():
        response.headers.add("WWW-Authenticate", asked.to_header())
    if seconds := getattr(error, "retry_after", None):
        response.headers["Retry-After"] = str(seconds)
    return response


def on_untrusted_host(error: SecurityError) -> Response:
    """Without a page: under a name that is not ours, no address of ours can be told."""
    response = (
        problem(400, _(UNTRUSTED_HOST))
        if wants_json()
        else Response(_(UNTRUSTED_HOST), mimetype="text/plain")
    )
    response.status_code = 400
    return keep_nothing(response)


def on_time_over(error: TimeOverError) -> Response:
    """Whoever uploaded it can delete it on the page that says so."""
    mine = not current().home.settings.read_only and error.owner in visitors_digests()
    return refusal(410, translated(error), deletable=error.recommendation_id if mine else None)


def on_unready(error: Exception) -> Response:
    log.error("not ready: %s", error)
    return refusal(503, _(NOT_READY), marked("Not ready yet"))


def on_database(error: DBAPIError) -> Response:
    kind = trouble(error)
    if kind is Trouble.PASSING:
        logged(error)
        return refusal(503, _(BUSY))
    return on_unwritable(error) if kind is Trouble.UNWRITABLE else on_anything(error)


def on_unwritable(error: Exception) -> Response:
    return refusal(503, _(UNWRITABLE, number=logged(error)), marked("Nothing can be written"))


def on_unreachable(error: UnreachableError) -> Response:
    return refusal(503, _(UNREACHABLE, number=logged(error)))


def on_anything(error: Exception) -> Response:
    if type(error).__module__ == "gunicorn.http.errors":  # a body that breaks HTTP's own rules
        return refusal(400, _(SENTENCES[400]))
    return refusal(500, _(BROKEN, number=logged(error)))


def logged(error: Exception) -> str:
    """The number under which the log tells all of it."""
    incident = secrets.token_hex(4)
    number = g.get("request_number")
    asked = f"{request.method} {request.url_rule or 'an unknown address'}"  # which names no answer
    log.error("incident %s on %s, request %s", incident, asked, number, exc_info=error)
    return incident


def refusal(
    status: int, sentence: str, heading: str | None = None, *, deletable: str | None = None
) -> Response:
    """The sentence in the shape that this client reads, asked for anew each time. A browser may
    keep the refusal of a form to go back to: without it there would be no way back. `heading`
    is its page's, marked, in the place of the status's own. `deletable`: the upload that can be
    deleted there."""
    program = wants_json()
    names = {"sentence": sentence, "heading": heading and _(heading), "deletable": deletable}
    response = problem(status, sentence) if program else _error_page(status, **names)
    response.status_code = status
    form = request.method == "POST" and not program
    return ask_anew(response) if form else keep_nothing(response)


def problem(status: int, sentence: str) -> Response:
    """The sentence for a program (RFC 9457)."""
    title = HTTPStatus(status).phrase
    answer = ErrorAnswer(
        type="about:blank", title=title, status=status, detail=sentence, error=sentence
    )
    response = jsonify(answer)
    response.status_code, response.mimetype = status, PROBLEM
    return response


def wants_json() -> bool:
    """Programs say so by the address or by what they accept."""
    if request.path.startswith("/api/") or request.path.endswith((".json", "/healthz", "/readyz")):
        return True
    if request.path.endswith((".csv", "/metrics")):  # a browser that is led there asks for pages
        return "text/html" not in request.accept_mimetypes.values()
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return best == "application/json"


def _error_page(status: int, **names: object) -> Response:
    said = _said_before()
    if status in (404, 410):  # a draft that is not there would be refused again
        said.pop("draft", None)
    return make_response(render_template("error.html", status=status, said=said, **names))


def _said_before() -> dict[str, str | list[str]]:
    """What a refused form said besides its posters, so that nothing must be said again: least of
    all that a poster is not to be kept."""
    with suppress(HTTPException):  # a form that cannot be read
        once = {name: request.form[name] for name in SAID_AGAIN if request.form.get(name)}
        drafts = request.form.getlist("draft")[: MOST_DRAFTS - 1]  # which leave room for one more
        return {**once, "draft": drafts, "intended": request.form.getlist("intended")}
    return {}
