"""Files of uploads that no record knows."""

from datetime import UTC, datetime

import pytest

from catalog.file_store import FileEntry
from onesheet.instance import Instance
from onesheet.uploads.upload_files import stray_uploads


def test_a_file_whose_name_is_not_utf_8_holds_up_no_other(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = datetime.fromtimestamp(0, UTC)
    files = [FileEntry(name, 1, long_ago) for name in ("\udcff.jpg", "stray.jpg")]
    monkeypatch.setattr("onesheet.uploads.upload_files.upload_entries", lambda _: iter(files))
    store = instance.upload_store
    assert [*stray_uploads(store._files, store._feedback)] == ["stray.jpg"]
