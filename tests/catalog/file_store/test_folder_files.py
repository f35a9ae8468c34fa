"""What is particular to a folder: what is flushed, and what a failing disk leaves."""

import os
import stat
from pathlib import Path

import pytest

from catalog.file_store import FolderFiles
from catalog.flushing import UnwritableError


@pytest.mark.parametrize("names_flushed", [False, True])
def test_a_file_is_flushed_and_then_its_name_where_that_must_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names_flushed: bool
) -> None:
    flushed: list[bool] = []
    monkeypatch.setattr(
        os, "fsync", lambda file: flushed.append(stat.S_ISDIR(os.fstat(file).st_mode))
    )
    store = FolderFiles(tmp_path / "new", names_flushed=names_flushed)
    store.write("first", b"1")
    assert flushed == ([False, True, True] if names_flushed else [False])
    flushed.clear()
    store.write("second", b"1")
    assert flushed == ([False, True] if names_flushed else [False])


def test_a_file_that_cannot_be_written_names_its_folder_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(UnwritableError, match=f"cannot write to {tmp_path}: "):
        FolderFiles(tmp_path).write("taken", b"1")
    assert list(tmp_path.iterdir()) == [tmp_path / "taken"]
