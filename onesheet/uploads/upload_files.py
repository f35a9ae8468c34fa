"""Files of uploads: what they are called, and which of them no record knows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import PurePath

from catalog.file_store import FileEntry, FileStore
from onesheet.base.payload import RecordStore

LONE_FILE_AFTER = timedelta(hours=1)
"""A file that no record knows is left alone this long: its record may be about to be written."""
FILES_A_QUERY = 500


def upload_names(recommendation_id: str) -> tuple[str, str]:
    """What an upload's file is called, and was once: before, they were WebP."""
    return f"{recommendation_id}.jpg", f"{recommendation_id}.webp"


def upload_entries(files: FileStore) -> Iterator[FileEntry]:
    """Every file beside which uploads are; what an operator put into a subfolder is none."""
    return (entry for entry in files.entries() if "/" not in entry.name)


def stray_uploads(files: FileStore, feedback: RecordStore) -> Iterator[str]:
    """Names of files whose record is gone, or that an interrupted upload left. Of a record that is
    to expire the payload stays, and is not read: uploads may be tens of thousands."""
    until = datetime.now(UTC) - LONE_FILE_AFTER
    old = (entry.name for entry in upload_entries(files) if entry.modified <= until)
    while part := {name: PurePath(name).stem for name in islice(old, FILES_A_QUERY)}:
        # No id has other letters, and no database takes a name that is not UTF-8.
        expiring = feedback.expiring_among([each for each in part.values() if each.isascii()])
        for name, number in part.items():
            if number in expiring:
                continue
            with suppress(ValueError):  # a record that cannot be read may be a later Onesheet's
                known = feedback.get(number)
                if known is None or known.payload.gone:
                    yield name
