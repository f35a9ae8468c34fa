"""Several posters chosen at once: a table that grows while they are read."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import axe
from tests.webapp.routes.drafts import poster

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

SCREENS = pytest.mark.parametrize(
    ("screen", "scheme"),
    [({"width": 1366, "height": 768}, "light"), ({"width": 360, "height": 780}, "dark")],
    ids=["laptop", "phone"],
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "posters"
    folder.mkdir()
    for number, name in enumerate((1, 2, 10), start=1):
        (folder / f"draft {name}.webp").write_bytes(poster(number))
    (folder / "notes.txt").write_text("no picture")
    return folder


@SCREENS
def test_a_table_grows_one_file_fails_alone_and_all_of_it_is_saved(
    visit: Any, folder: Path, screen: dict[str, int], scheme: str
) -> None:
    page: Page = visit("/batch", viewport=screen, color_scheme=scheme)
    page.set_input_files("#folder", folder)
    page.get_by_text("All 3 posters are in the table.").wait_for()
    rows = page.locator("[data-rows] tr")
    assert rows.count() == 3  # the note is no picture, and comes along in no folder
    assert [name.strip() for name in rows.locator("b[title]").all_inner_texts()] == [
        f"draft {number}.webp" for number in (1, 2, 10)
    ]
    page.set_input_files("#poster", [folder / "notes.txt", folder / "draft 1.webp"])
    page.get_by_text("All 5 posters are in the table.").wait_for()
    assert rows.count() == 5
    page.get_by_text("This is not an image").wait_for()
    assert rows.last.locator("ol img:last-of-type").count() == 5
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe.violations(page, axe.source()) == []
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as CSV").click()
    with saved.value.path().open(encoding="utf-8-sig") as table:
        lines = list(csv.DictReader(table))
    assert [line["file"] for line in lines][3:] == ["notes.txt", "draft 1.webp"]
    assert lines[3]["trouble"]
    page.reload()
    assert rows.count() == 4  # those that have an answer
    rows.first.get_by_role("link", name="Open its page").click()
    page.get_by_role("heading", name="Posters most like yours").wait_for()
