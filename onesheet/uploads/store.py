"""Uploaded posters: kept for their permalinks, deleted by their uploaders or by the calendar.

What is gone leaves its rating behind and how far the arms agreed, since the bandit learned from
them, but neither the picture nor anything that was read off it.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

from msgspec import structs
from sqlalchemy.exc import SQLAlchemyError

from bandit import RedactedRecommendation, UnknownRecommendation
from catalog.file_store import FileStore, UnreachableError
from catalog.images import content_hash
from onesheet.base.film_thumbs import forget_thumbs
from onesheet.base.payload import Payload, Record, RecordStore, Removal, RemovalReason
from onesheet.uploads.clock_watch import GRACE_DAY, ClockWatch
from onesheet.uploads.errors import DELETED, EXPIRED, GoneError, NotYoursError, TimeOverError
from onesheet.uploads.upload_files import stray_uploads, upload_entries, upload_names

log = logging.getLogger("onesheet")

_ROOM_LEFT, _LOOK_EVERY = 0.95, 1 / 64
"""Shares of the room for uploads: how much is used once room was made, and after how much more has
come all of it is looked at."""
WRITERS = 16
"""Uploads whose files wait for the disk at once; threads begin when needed."""
_WHENEVER = datetime.max.replace(tzinfo=UTC)

Recorder = Callable[[Record], None]
"""What records an answer."""


@dataclass(frozen=True)
class Pruned:
    """What a look at all uploads removed."""

    expired: int
    strays: int


class UploadStore:
    """One instance's uploads: their files, and what their records say of them."""

    def __init__(
        self,
        files: FileStore,
        feedback: RecordStore,
        clock: ClockWatch,
        room: int | None = None,
    ) -> None:
        """`room` is in bytes: beyond it those uploads go that would expire first."""
        self._clock, self._files = clock, files
        self._room = room
        self._unseen: float = math.inf
        self._writers = ThreadPoolExecutor(WRITERS, "upload")
        self._feedback = feedback

    def path(self, recommendation_id: str) -> Path:
        """Where this machine has the upload behind a recommendation; see `FileStore.path`."""
        name, former = upload_names(recommendation_id)
        if (path := self._files.path(name)).exists():
            return path
        return other if (other := self._files.path(former)).exists() else path

    def read(self, recommendation_id: str) -> tuple[str, bytes]:
        """An upload's file name and bytes, past any copy here. Raises FileNotFoundError."""
        name, former = upload_names(recommendation_id)
        try:
            return name, self._files.read(name)
        except FileNotFoundError:
            return former, self._files.read(former)

    def forget_copies(self) -> None:
        """Remove this machine's copies of uploads once they are old: so goes here what was deleted
        on another machine."""
        self._files.forget_copies()

    @contextmanager
    def arriving(self, recommendation_id: str, poster: bytes) -> Iterator[Recorder]:
        """Write an upload's poster, as `encoded` gives it, while the block works out its answer,
        and give what records that: the file first and then the row, so no permalink lacks its
        poster. Both outlast a loss of power then. Nothing is left of what was not recorded.

        What it gives raises GoneError where a poster is asked about again and is deleted meanwhile,
        and UnwritableError.
        """
        name, _ = upload_names(recommendation_id)
        written = self._writers.submit(self._files.write, name, poster)
        try:
            yield lambda recommendation: self._record(recommendation, poster, written)
        except BaseException:
            wait([written])
            with suppress(OSError, SQLAlchemyError):  # the first failure is the one to tell
                if self._feedback.get(recommendation_id) is None:  # recorded, it keeps its poster
                    self._files.remove(name)
            raise

    def _record(self, recommendation: Record, poster: bytes, written: Future[None]) -> None:
        root = recommendation.payload.query.root
        again = root if root != recommendation.id else None
        payload = structs.replace(recommendation.payload, file_digest=content_hash(poster))
        written.result()
        try:
            self._feedback.record(replace(recommendation, payload=payload), beside=again)
        except RedactedRecommendation as error:
            first = self._feedback.get(error.recommendation_id)
            gone = first.payload.gone if first else None
            why = gone or Removal(DELETED, datetime.now(UTC))
            raise GoneError(error.recommendation_id, why.why, why.when) from None
        self._unseen += len(poster)
        if self._room is not None and self._unseen > self._room * _LOOK_EVERY:
            self._unseen = 0
            self._writers.submit(self._make_room, self._room)  # which nobody's answer waits for

    def is_whole(self, recommendation: Record) -> bool:
        """Whether the file of an upload that is kept is there, with the bytes that were written.
        Raises UnreachableError."""
        try:
            digest = content_hash(self.read(recommendation.id)[1])
        except UnreachableError:
            raise
        except OSError:
            return False
        return recommendation.payload.file_digest in (None, digest)

    def present(self, recommendation: Record) -> Record:
        """The same recommendation. Raises GoneError where its upload is gone, and TimeOverError
        where it is to go."""
        now, expires = datetime.now(UTC), recommendation.expires
        if expires is not None and expires <= now:
            if expires > now - GRACE_DAY or not self._believed(now):
                raise TimeOverError(recommendation.id, expires, recommendation.payload.query.owner)
            self._remove(recommendation, EXPIRED, expires)
            raise GoneError(recommendation.id, EXPIRED, expires)
        gone = recommendation.payload.gone
        if gone is not None:
            raise GoneError(recommendation.id, gone.why, gone.when)
        return recommendation

    def delete(self, recommendation_id: str, *owners: str) -> None:
        """Delete an upload and every answer that was asked about it again, also one whose time is
        over and that is not removed yet.

        `owners` are digests of keys, one of which must be the uploader's. Raises
        bandit.UnknownRecommendation, NotYoursError and GoneError.
        """
        found = self._feedback.get(recommendation_id)
        if found is None:
            raise UnknownRecommendation(recommendation_id)
        if found.payload.query.owner not in owners:
            self.present(found)
            raise NotYoursError
        self._remove(found, DELETED, datetime.now(UTC))
        self._settle()

    def prune(self, older_than: timedelta | None = None) -> Pruned:
        """Remove what has expired a day ago, unless the clock is doubted, and where an age is given
        whatever is older. Then stray files."""
        now = datetime.now(UTC)
        let_go = [self._let_go(now - GRACE_DAY)] if self._believed(now) else []
        if older_than is not None:
            let_go.append(self._let_go(_WHENEVER, now - older_than))
        removed = {name for names in chain(*let_go) for name in names}
        self._settle()
        strays = list(stray_uploads(self._files, self._feedback))
        for name in strays:
            self._files.remove(name)
        return Pruned(len(removed), len(strays))

    def _believed(self, now: datetime) -> bool:
        files = (each for each in self._files.entries() if not each.name.startswith("."))
        return self._clock.believed(now, (each.modified for each in files))

    def _make_room(self, room: int) -> None:
        """Let those go that expire first where all uploads take more than `room` bytes, down to a
        share of it: so it happens seldom."""
        try:
            sizes = {entry.name: entry.size for entry in upload_entries(self._files)}
            if (used := sum(sizes.values())) <= room:
                return
            for removed in self._let_go(_WHENEVER):
                if not removed:  # another process took it, and may have taken more
                    used = sum(entry.size for entry in upload_entries(self._files))
                used -= sum(sizes.get(name, 0) for one in removed for name in upload_names(one))
                if used <= room * _ROOM_LEFT:
                    break
            self._settle()
        except (OSError, ValueError, SQLAlchemyError) as error:  # tried again with the next ones
            log.error("no room was made for uploads: %s", error)
        else:
            log.warning("uploads took more than %d MB: some went early", room // 1_000_000)

    def _let_go(self, until: datetime, made_by: datetime = _WHENEVER) -> Iterator[list[str]]:
        """Remove what expires until then and was made by then, the earliest first, and give each
        time the ids that went. What cannot be read stays, and holds up nothing else."""
        now = datetime.now(UTC)
        for each in self._feedback.expiring(until, unreadable=_tell_of_unread):
            if each.created > made_by:
                continue
            try:
                gone = self._remove(each, EXPIRED, min(each.expires or now, now))
            except ValueError as error:  # of an answer that was asked again
                _tell_of_unread(error)
            else:
                yield gone

    def _settle(self) -> None:
        if not self._feedback.settle():
            log.warning("a deleted upload may stay in the database's -wal file for up to an hour")

    def _remove(self, found: Record, why: RemovalReason, when: datetime) -> list[str]:
        """Remove an upload and every answer about it that was asked again: they expire in the same
        microsecond. Their ids; none where another did so before.

        All records first, at once: whatever happens then, no page shows the poster again, nobody
        records another answer beside them, and files that stay are strays.
        """
        root = found.payload.query.root

        def redacted(each: Record) -> Payload | None:
            same = each.id == found.id or (root is not None and each.payload.query.root == root)
            return each.payload.redacted(why, when) if same else None

        if found.expires is None:
            return []
        gone = self._feedback.redact_together(found.expires, redacted, forget_thumbs)
        failed: OSError | None = None
        for name in (name for each in gone for name in upload_names(each)):
            try:
                self._files.remove(name)
            except OSError as error:  # the others go all the same
                failed = failed or error
        if failed is not None:
            raise failed
        return gone


def _tell_of_unread(error: ValueError) -> None:
    log.error("an upload stays: %s", error)
