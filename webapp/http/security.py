"""What keeps other sites out of a page without a login, and other code out of the page."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, request
from werkzeug.exceptions import Forbidden, SecurityError

from onesheet.base.texts import marked
from webapp.text.translation import gettext as _

MAX_BODY = 20 * 1024 * 1024
"""Bytes a request may carry; larger bodies are refused with 413."""
MOST_BODY_OF_SEVERAL = 6 * MAX_BODY
"""The same where one request may carry several posters."""
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        # Plotly sizes its plots with inline styles; scripts come from files only.
        "style-src 'self' 'unsafe-inline'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
LOCAL_NAMES = "ONESHEET_LOCAL_NAMES"
"""The names in Flask's settings to which alone the application answers; absent: to any."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class OtherSiteError(Forbidden):
    """What another site's page sent; `heading` is that of our page that says so."""

    heading = marked("Not from there")


class RequestInMemory(Request):
    """A request whose files stay in memory: a poster that is not to be kept touches no disk.

    The body's limit keeps them small."""

    def _get_file_stream(self, *args: object, **named: object) -> BytesIO:
        return BytesIO()


def init_app(app: Flask) -> None:
    """Refuse other sites' posts and send the security headers with every response."""
    app.request_class = RequestInMemory
    app.before_request(refuse_foreign_names)
    app.before_request(refuse_other_sites)
    app.after_request(add_headers)


def refuse_foreign_names() -> None:
    """A server that only its own machine reaches answers to names of that machine alone: a page
    whose name is made to point here (DNS rebinding) gets nothing."""
    local = current_app.config.get(LOCAL_NAMES)
    if local is None:
        return
    try:
        name = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:  # no address in its brackets
        raise SecurityError(request.host) from None
    if name not in local and not name.endswith(".localhost"):
        raise SecurityError(name)


def refuse_other_sites() -> None:
    """Another site's page may not rate or upload in a visitor's name.

    Browsers say where a request comes from; programs say nothing and pass.
    """
    if request.method in SAFE_METHODS:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        foreign = origin is not None and _host_of(origin) != request.host
    if foreign:
        raise OtherSiteError(
            _("This came from another site; open Onesheet itself and try it there.")
        )


def _host_of(origin: str) -> str | None:
    """With its port; None where the origin is no address."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def add_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-cache")  # unless the address says otherwise
    return response
