"""Whose an upload is, and whether it is kept.

Nobody logs in. Whoever uploads a poster gets a key, and only with it can the poster be deleted. The
record holds the key's digest while the poster is kept, so that reading the database gives nobody
the key.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Visitor:
    """Somebody who may have asked: the digests of their `keys`, and a trace of where they are."""

    keys: frozenset[str] = frozenset()
    trace: str | None = None


@dataclass(frozen=True)
class Ownership:
    """What becomes of an upload, and of the answer to it.

    `keep`: whether its picture stays behind the permalink. `owner`: the digest of its uploader's
    key; None where nobody can delete it by one. `root` and `expires`: the recommendation that
    first kept it, and until when, where it is asked about again. `asker`: the digest of the key
    of whoever asks, who alone may rate the answer; None where nobody may but who runs the instance.
    """

    keep: bool = True
    owner: str | None = None
    root: str | None = None
    expires: datetime | None = None
    asker: str | None = None


UNCLAIMED = Ownership()
"""What comes by the command line: kept, and nobody's."""


def digest(key: str) -> str:
    """What the record holds of a key: SHA-256, hex. Keys are random, so none can be guessed."""
    return hashlib.sha256(key.encode()).hexdigest()


def rater(asker: str, recommendation_id: str) -> str:
    """What the record holds of who may rate it: another digest for each, so that two answers do
    not tell that one person asked for both."""
    return digest(f"{asker} {recommendation_id}")


def new_key() -> str:
    """A key for somebody who has none."""
    return secrets.token_urlsafe(24)
