from pathlib import Path

import pytest

from catalog.flushing import UnwritableError
from onesheet.base.files import check_writable, package_folder, write_atomically


def test_a_file_that_cannot_be_written_names_its_folder_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(UnwritableError, match=f"cannot write to {tmp_path}: "):
        write_atomically(tmp_path / "taken", b"data")
    assert list(tmp_path.iterdir()) == [tmp_path / "taken"]


def test_a_writable_folder_is_made_and_left_as_it_was(tmp_path: Path) -> None:
    check_writable(tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []


def test_a_package_that_is_missing_is_named() -> None:
    with pytest.raises(ImportError, match="no_such_typeface is not installed"):
        package_folder("no_such_typeface")
