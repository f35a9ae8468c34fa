"""How long browsers and the caches between keep an answer: the only place that says so.

Whatever stands under an address that another content never gets is kept for good; pages and what
they are made of are asked for anew each time; answers to forms and secrets are kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, make_response, request
from werkzeug.wrappers import Response as AnyResponse

A_DAY = 24 * 3600
"""Seconds."""
A_YEAR = 365 * A_DAY
"""Seconds; as long as a cache is asked to keep anything."""


def for_good(response: Response) -> Response:
    """Kept without asking again, by browsers and by caches between."""
    response.cache_control.no_cache = None  # which Flask's send_file sets
    response.cache_control.public = True
    response.cache_control.max_age = A_YEAR
    response.cache_control.immutable = True
    return response


def while_named(response: Response, fingerprint: str, present: str) -> Response:
    """Kept for good where the address names the `present` fingerprint; else asked for anew."""
    return for_good(response) if fingerprint == present else ask_anew(response)


def keep_for_all(response: Response, seconds: int) -> Response:
    """Kept for so long, by browsers and by caches between."""
    response.cache_control.public = True
    response.cache_control.max_age = seconds
    return response


def keep_for_one(response: Response, seconds: int) -> Response:
    """Kept for so long, by the browser that asked."""
    response.cache_control.private = True
    response.cache_control.max_age = seconds
    return response


def ask_anew(page: str | AnyResponse, *, private: bool = False) -> Response:
    """Asked for anew each time, and sent again only where it changed; with `private`, kept by no
    cache but the browser's."""
    response = make_response(page)
    if private:
        response.cache_control.private = True
    response.cache_control.no_cache = True
    return response


def keep_nothing(page: str | AnyResponse) -> Response:
    """Kept nowhere."""
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


def packed_or_plain(
    packed: Callable[[], bytes], plain: Callable[[], bytes], mimetype: str
) -> Response:
    """The gzipped bytes for those who take them, which browsers do; the plain ones for others."""
    packs = request.accept_encodings["gzip"] > 0
    response = Response(packed() if packs else plain(), mimetype=mimetype)
    response.headers["Vary"] = "Accept-Encoding"
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    return response
