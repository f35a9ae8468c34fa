"""What keeps other sites out of a page without a login, and other code out of the page."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, request

from webapp.translation import gettext as _

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
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class RequestInMemory(Request):
    """A request whose files stay in memory: a poster that is not to be kept touches no disk.

    The body's limit, 20 MB, keeps them small."""

    def _get_file_stream(self, *args: object, **named: object) -> BytesIO:
        return BytesIO()


def protect(app: Flask) -> None:
    """Refuse other sites' posts and send the security headers with every response."""
    app.request_class = RequestInMemory
    app.before_request(refuse_other_sites)
    app.after_request(add_headers)


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
        foreign = origin is not None and urlsplit(origin).netloc != request.host
    if foreign:
        abort(403, _("This came from another site; open Onesheet itself and try it there."))


def add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
