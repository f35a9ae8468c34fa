"""Where files are, by what an operator set."""

import sys
from pathlib import Path

import pytest

from catalog.file_store import FolderFiles
from onesheet.base.home import Home
from onesheet.base.settings import Settings, SettingsError
from onesheet.storage.file_places import file_store, reached, site_notes, tried
from tests.object_store import ObjectStore


def test_unless_something_is_set_files_are_in_the_folder(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert isinstance(file_store(home, "posters"), FolderFiles)
    assert file_store(home, "posters").path("ab/c") == home.posters / "ab" / "c"
    assert file_store(home, "uploads").path("c") == home.uploads / "c"
    assert site_notes(home).path("clock") == tmp_path / "clock"
    assert tried(home) == "in the instance's folder"
    assert reached(home)
    assert list(tmp_path.iterdir()) == []


def test_where_an_object_store_is_set_files_are_there(
    tmp_path: Path, object_store: ObjectStore
) -> None:
    home = Home(tmp_path, settings=Settings(files=object_store.address()))
    file_store(home, "posters").write("ab/c", b"1")
    assert file_store(home, "posters").path("ab/c").is_relative_to(home.cache)
    assert [each.name for each in file_store(home, "posters").entries()] == ["ab/c"]
    assert tried(home).endswith("takes and gives them")
    assert list(file_store(home, "site").entries()) == []
    site_notes(home).write("clock", b"1")
    elsewhere = Home(tmp_path / "elsewhere", settings=home.settings)
    assert site_notes(elsewhere).read("clock") == b"1"


@pytest.mark.parametrize(
    "address", ["memory://a", "file:///a", "s3:/bucket", "bucket", "s3://", "s3://a b"]
)
def test_what_is_no_object_store_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="ONESHEET_FILES"):
        Settings.from_environment({"ONESHEET_FILES": address})


def test_a_package_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("fsspec", "catalog.file_store.object_files"):
        monkeypatch.setitem(sys.modules, name, None)
    home = Home(tmp_path, settings=Settings(files="s3://bucket/site"))
    with pytest.raises(SettingsError, match=r"pip install 'onesheet\[object-store\]'"):
        file_store(home, "posters")
