"""The visitor's key in a request: a browser sends it as a cookie, a program as a bearer token.

A browser's key is made and signed here: what another site, or a neighbour under the same domain,
puts in its place is no key. Behind HTTPS the cookie's name begins with __Host-, so that no
neighbour can even put one there.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Response, current_app, request
from itsdangerous import BadSignature, Signer

from onesheet.base.settings import Settings
from onesheet.uploads.ownership import digest, new_key
from webapp.http.site_secret import is_provisional

COOKIE = "onesheet_visitor"
SECURE_COOKIE = f"__Host-{COOKIE}"
FORMER_COOKIE = "onesheet_uploader"
"""Unsigned; whoever has one can still delete what was uploaded under it, and rate those answers."""
LEAST_DAYS = 365.0
"""That a browser keeps its key, for its ratings and for uploads that keep a longer time which they
were promised before."""


def visitors_key() -> str:
    """The key of the browser that asks, or a new one."""
    return _signed() or new_key()


def visitors_digests() -> frozenset[str]:
    """Of the keys that the browser has."""
    found = _signed(), request.cookies.get(FORMER_COOKIE)
    return frozenset(digest(key) for key in found if key)


def can_remember(key: str) -> bool:
    """Whether the browser has this key, or may be given it. While nobody can tell whether it has
    one already, it is given none, which would take that one's place."""
    # It may be known by now what it was not when this request's key was drawn.
    return not is_provisional(current_app) and _signed() in (None, key)


def remember(response: Response, key: str, settings: Settings) -> None:
    """Let the browser keep its key as long as it can need it, where it may; no script ever sees
    it."""
    if not can_remember(key):
        return
    response.set_cookie(
        _cookie_name(),
        _signer().sign(key).decode(),
        max_age=timedelta(days=max(settings.keep_days, LEAST_DAYS)),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )


def bearer() -> str | None:
    """The digest of the key that a program sends."""
    said = request.authorization
    return digest(said.token) if said and said.type == "bearer" and said.token else None


def _signed() -> str | None:
    try:
        return _signer().unsign(request.cookies.get(_cookie_name(), "")).decode()
    except BadSignature:
        return None


def _cookie_name() -> str:
    return SECURE_COOKIE if request.is_secure else COOKIE


def _signer() -> Signer:
    secret = current_app.secret_key
    if not secret:  # pragma: no cover - create_app always sets one
        raise RuntimeError("the application has no secret; make it with create_app")
    return Signer(secret, salt="onesheet.visitor")
