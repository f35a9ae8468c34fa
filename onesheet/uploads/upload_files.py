"""Files of uploads: what they are called, and which of them no record knows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import PurePath

from catalog.file_store import FileEntry, FileStore
from onesheet.base.payload import RecordStore

LONE_FILE_AFTER = timedelta(hours=1)
"""A file that no record knows is left alone this long: its record may be about to be written."""


def upload_names(recommendation_id: str) -> tuple[str, str]:
    """What an upload's file is called, and was once: before, they were WebP."""
    return f"{recommendation_id}.jpg", f"{recommendation_id}.webp"


def upload_entries(files: FileStore) -> Iterator[FileEntry]:
    """Every file beside which uploads are; what an operator put into a subfolder is none."""
    return (entry for entry in files.entries() if "/" not in entry.name)


def stray_uploads(files: FileStore, feedback: RecordStore) -> Iterator[str]:
    """Names of files whose record is gone, or that an interrupted upload left."""
    now = datetime.now(UTC)
    for entry in upload_entries(files):
        if now - entry.modified < LONE_FILE_AFTER:
            continue
        with suppress(ValueError):  # a record that cannot be read may be a later Onesheet's
            known = feedback.get(PurePath(entry.name).stem)
            if known is None or known.payload.gone:
                yield entry.name
