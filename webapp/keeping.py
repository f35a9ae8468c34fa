"""Files that browsers keep for good, because another content is another address."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

YEAR = 365 * 24 * 3600
"""Seconds; as long as a cache is asked to keep anything."""


def for_good(response: Response) -> Response:
    """Kept without asking again, by browsers and by caches between."""
    response.cache_control.no_cache = None  # which Flask's send_file sets
    response.cache_control.public = True
    response.cache_control.max_age = YEAR
    response.cache_control.immutable = True
    return response


def while_named(response: Response, asked: str, present: str) -> Response:
    """Kept for good where the address `asked` for the `present` fingerprint; else asked anew."""
    if asked == present:
        return for_good(response)
    response.cache_control.no_cache = True
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
