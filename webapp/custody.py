"""Whose an upload is, and whether it is kept: what a request says of it.

Nobody logs in. Whoever uploads a poster gets a key, a browser as a cookie and a program in the
answer, and only with it can the poster be deleted. The record holds the key's digest while the
poster is kept, so that reading the database gives nobody the key.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from flask import Response, request

from webapp.settings import Settings

COOKIE = "onesheet_uploader"
DAY = 24 * 3600


@dataclass(frozen=True)
class Custody:
    """What becomes of an upload.

    `keep`: whether its picture stays behind the permalink. `owner`: the digest of its uploader's
    key; None where nobody can delete it by one. `root` and `expires`: the recommendation that
    first kept it, and until when, where it is asked about again.
    """

    keep: bool = True
    owner: str | None = None
    root: str | None = None
    expires: datetime | None = None


UNCLAIMED = Custody()
"""What comes by the command line: kept, and nobody's."""


def digest(key: str) -> str:
    """What the record holds of a key: SHA-256, hex. Keys are random, so none can be guessed."""
    return hashlib.sha256(key.encode()).hexdigest()


def new_key() -> str:
    return secrets.token_urlsafe(24)


def visitors_key() -> str:
    """The key of the browser that asks, or a new one."""
    return request.cookies.get(COOKIE) or new_key()


def visitors_digest() -> str | None:
    key = request.cookies.get(COOKIE)
    return digest(key) if key else None


def remember(response: Response, key: str, settings: Settings) -> None:
    """Let the browser keep its key as long as it can need it; no script ever sees it."""
    response.set_cookie(
        COOKIE,
        key,
        max_age=int(settings.keep_days * DAY),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )


def bearer() -> str | None:
    """The digest of the key that a program sends."""
    said = request.authorization
    return digest(said.token) if said and said.type == "bearer" and said.token else None
