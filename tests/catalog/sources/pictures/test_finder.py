from pathlib import Path

import pytest

from catalog.records import CatalogError
from catalog.sources.pictures.finder import PictureFinder, is_file_in
from catalog.sources.source import LONGEST_ORIGIN


class OnePicture:
    """A web of one picture."""

    def image(self, url: str) -> bytes:
        return url.encode()

    def json(self, url: str, headers: dict[str, str] | None = None) -> object:
        raise AssertionError(f"only pictures are fetched, not {url}")


def finder(folder: Path, *names: str) -> PictureFinder:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return PictureFinder(folder, sorted(folder.rglob("*.*")), OnePicture())


def test_of_several_pictures_webp_comes_first(tmp_path: Path) -> None:
    found = finder(tmp_path, "a.png", "a.jpg", "a.webp", "b.tiff").by_stem([None, "x", "a"])
    assert found is not None
    assert (found.name, found.read()) == ("a.webp", b"a.webp")


@pytest.mark.parametrize("cell", ["p/a.jpg", "p\\a.jpg", "C:\\old\\place\\a.jpg", "a.jpg", "a"])
def test_a_cell_may_be_a_path_or_a_name(tmp_path: Path, cell: str) -> None:
    found = finder(tmp_path, "p/a.jpg").by_cell(cell)
    assert found is not None
    assert found.read() == b"p/a.jpg"


def test_what_is_nowhere_is_none(tmp_path: Path) -> None:
    assert finder(tmp_path).by_cell("a\0b") is None
    assert finder(tmp_path).by_cell("a\udce9.jpg") is None
    assert finder(tmp_path).by_cell("https://a.example/\ud800" + "x" * 400) is None
    assert finder(tmp_path).by_cell("gone.jpg") is None
    assert finder(tmp_path).by_cell(f"folder/{'é' * 300}.jpg") is None
    assert not is_file_in(tmp_path, "x" * 300)


def test_a_long_address_has_a_short_origin(tmp_path: Path) -> None:
    found = finder(tmp_path).by_cell(f"https://a.example/{'x' * 400}")
    assert found is not None
    assert found.origin is not None
    assert len(found.origin) <= LONGEST_ORIGIN


def test_nothing_is_fetched_without_a_web(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="none are fetched here"):
        PictureFinder(tmp_path, []).by_cell("https://a.example/x.jpg")
