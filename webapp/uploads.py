"""Uploaded posters: kept for their permalinks, deleted by their uploaders or by the calendar.

What is gone leaves its rating behind and how far the arms agreed, since the bandit learned from
them, but neither the picture nor anything that was read off it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image

from bandit import FeedbackStore, Recommendation, UnknownRecommendation
from catalog.images import to_jpeg
from webapp.files import write_atomically
from webapp.translation import gettext as _
from webapp.translation import marked
from webapp.wording import day

log = logging.getLogger("webapp")

LARGEST = 750
"""Pixels of the longer side of a kept upload: pages show 300 across, screens have up to two each.

Somebody waits while it is scaled and written, hence the quicker filter.
"""
DELETED, EXPIRED, UNKEPT = "deleted", "expired", "unkept"
SENTENCES = {
    DELETED: marked("This poster was deleted on %(day)s, as whoever uploaded it wished."),
    EXPIRED: marked(
        "This poster was kept until %(day)s and is gone now; upload it again for a new answer."
    ),
    UNKEPT: marked(
        "This poster was not kept, as whoever uploaded it wished; its answer was shown once."
    ),
}
STRAY_SECONDS = 3600
"""A file that no record knows is left alone this long: its record may be about to be written."""


class GoneError(Exception):
    """A recommendation whose poster is no longer kept; the message says why."""

    def __init__(self, recommendation_id: str, why: str, when: datetime) -> None:
        super().__init__(_(SENTENCES[why], day=day(when.isoformat())))
        self.recommendation_id = recommendation_id
        self.why = why


class NotYoursError(Exception):
    """A poster that somebody else uploaded."""

    def __str__(self) -> str:
        return _(
            "Only whoever uploaded this poster can delete it, in the browser that uploaded it."
        )


@dataclass(frozen=True)
class Pruned:
    """What a look at all uploads removed."""

    expired: int
    strays: int


class UploadStore:
    """One instance's uploads: files in a folder, and what their records say of them."""

    def __init__(self, folder: Path, feedback: FeedbackStore) -> None:
        self._folder = folder
        self._feedback = feedback

    def path(self, recommendation_id: str) -> Path:
        """Where the re-encoded upload behind a recommendation lives; once they were WebP."""
        path = self._folder / f"{recommendation_id}.jpg"
        former = path.with_suffix(".webp")
        return former if former.exists() and not path.exists() else path

    def keep(self, recommendation: Recommendation, poster: bytes) -> None:
        """Record an upload and its poster as `encoded` gives it: the file first and then the row,
        so no permalink lacks its poster."""
        path = self.path(recommendation.id)
        write_atomically(path, poster)
        try:
            self._feedback.record(recommendation)
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def present(self, recommendation: Recommendation) -> Recommendation:
        """The same recommendation. Raises GoneError where its upload is gone or just expired."""
        now = datetime.now(UTC)
        if recommendation.expires is not None and recommendation.expires <= now:
            self._remove(recommendation, EXPIRED, recommendation.expires)
            raise GoneError(recommendation.id, EXPIRED, recommendation.expires)
        gone = recommendation.payload.get("gone")
        if gone is not None:
            raise GoneError(recommendation.id, gone["why"], datetime.fromisoformat(gone["when"]))
        return recommendation

    def delete(self, recommendation_id: str, owner: str | None) -> None:
        """Delete an upload and every answer that was asked about it again.

        `owner` is the digest of the uploader's key. Raises bandit.UnknownRecommendation,
        NotYoursError and GoneError.
        """
        found = self._feedback.get(recommendation_id)
        if found is None:
            raise UnknownRecommendation(recommendation_id)
        self.present(found)
        if owner is None or found.payload["query"].get("owner") != owner:
            raise NotYoursError
        now = datetime.now(UTC)
        for each in self._family(found):
            self._remove(each, DELETED, now)

    def prune(self, older_than: timedelta | None = None) -> Pruned:
        """Remove what has expired, and what is older where an age is given; then stray files."""
        now = datetime.now(UTC)
        expired = self._feedback.expiring(now)
        if older_than is not None:
            everything = self._feedback.expiring(datetime.max.replace(tzinfo=UTC))
            expired = [each for each in everything if each.created <= now - older_than]
        for each in expired:
            self._remove(each, EXPIRED, now)
        strays = list(self._strays())
        for path in strays:
            path.unlink(missing_ok=True)
        return Pruned(len(expired), len(strays))

    def _family(self, found: Recommendation) -> list[Recommendation]:
        """All answers about one upload: they expire in the same microsecond."""
        root = found.payload["query"].get("root")
        if found.expires is None or root is None:
            return [found]
        together = self._feedback.expiring(found.expires, found.expires)
        return [each for each in together if each.payload["query"].get("root") == root]

    def _remove(self, recommendation: Recommendation, why: str, when: datetime) -> None:
        """The record first: whatever happens then, no page shows the poster again."""
        self._feedback.redact(recommendation.id, redacted(recommendation.payload, why, when))
        self.path(recommendation.id).unlink(missing_ok=True)

    def _strays(self) -> Iterator[Path]:
        """Files whose record is gone, or that an interrupted upload left behind."""
        if not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            try:
                fresh = time.time() - path.stat().st_mtime < STRAY_SECONDS
            except FileNotFoundError:  # deleted meanwhile
                continue
            known = None if fresh else self._feedback.get(path.stem)
            if not fresh and (known is None or "gone" in known.payload):
                yield path


def encoded(image: Image.Image) -> bytes:
    """An upload as it is kept and shown: small, JPEG, without metadata."""
    return to_jpeg(shrunk(image))


def shrunk(image: Image.Image) -> Image.Image:
    """An image of no more pixels than are kept; itself where it has no more."""
    if max(image.size) > LARGEST:
        image = image.copy()
        image.thumbnail((LARGEST, LARGEST), Image.Resampling.BILINEAR)
    return image


def redacted(payload: dict[str, Any], why: str, when: datetime) -> dict[str, Any]:
    """A payload without the poster's digest, what it read, and which films are like it.

    Which arms would have shown the same films stays in the record itself."""
    return {
        "query": {"kind": "upload", "poster_id": None, "content_hash": ""},
        "same_as": None,
        "k": payload["k"],
        "results": {metric: [] for metric in payload["results"]},
        "neighbourhood": [],
        "restrict": payload.get("restrict"),
        "genres": {},
        "scores": [],
        "gone": {"why": why, "when": when.isoformat()},
    }
