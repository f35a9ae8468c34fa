"""Files that cannot be sent, folders, and a table's posters that wait for their turn."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tests.browser.conftest import ask
from tests.browser.test_search_by_file import carried
from tests.webapp.routes.drafts import poster

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "posters"
    folder.mkdir()
    for number in (1, 2, 3):
        (folder / f"draft {number}.webp").write_bytes(poster(number))
    return folder


def drop_from_disk(page: "Page", path: Path) -> None:
    """Drag a file or a folder into the page, as from another window."""
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 9, "y": 99, "data": data})


@pytest.mark.parametrize("path", ["/", "/compare", "an answer"])
def test_a_folder_dropped_where_one_poster_is_asked_about_is_refused(
    page: "Page", folder: Path, path: str
) -> None:
    page.goto(path if path.startswith("/") else ask(page))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    drop_from_disk(page, folder)
    page.get_by_text("A folder’s posters go into a table").wait_for()
    assert page.locator(".chosen li").count() == 0
    assert "POST" not in sent


def test_a_draft_that_was_exported_again_since_is_told_by_its_name(
    visit: Any, folder: Path
) -> None:
    page: Page = visit("/compare")
    chosen = folder / "draft 2.webp"
    page.set_input_files("#poster", [folder / "draft 1.webp", chosen])
    chosen.write_bytes(poster(3))
    os.utime(chosen, (0, 0))
    page.get_by_role("button", name="Compare").click()
    page.get_by_text("draft 2.webp was changed or moved since; choose it again.").wait_for()
    assert page.locator(".reading").is_hidden()


def test_a_draft_that_is_no_picture_is_named_at_once_and_costs_the_others_nothing(
    visit: Any, folder: Path
) -> None:
    page: Page = visit("/compare")
    (folder / "empty.jpg").touch()
    page.set_input_files("#poster", [folder / "draft 1.webp", folder / "empty.jpg"])
    page.set_input_files("#poster", folder / "draft 2.webp")
    refusal = page.get_by_text("empty.jpg cannot be read as a picture; choose another file.")
    bad = page.locator(".chosen .unsendable")
    bad.get_by_text("empty.jpg").wait_for()
    refusal.wait_for()
    page.get_by_role("button", name="Compare").click()
    refusal.wait_for()
    assert page.locator(".chosen li").count() == 3
    assert page.url.endswith("/compare")
    page.get_by_role("button", name="Leave out empty.jpg").click()
    assert bad.count() == 0
    assert not refusal.is_visible()
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url(re.compile(r"/compare\?draft="))
    assert page.locator(".draft").count() == 2


def test_a_draft_that_only_the_server_reads_is_told_by_its_name_and_sent(
    visit: Any, folder: Path
) -> None:
    page: Page = visit("/compare")
    with Image.open(folder / "draft 3.webp") as draft:
        draft.save(folder / "draft 3.tif")
    page.set_input_files("#poster", [folder / "draft 1.webp", folder / "draft 3.tif"])
    page.locator(".chosen").get_by_text("draft 3.tif").wait_for()
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url(re.compile(r"/compare\?draft="))
    assert page.locator(".draft").count() == 2


@pytest.mark.parametrize("path", ["/", "an answer"])
def test_of_several_files_sent_at_once_one_that_is_no_picture_is_refused_before(
    page: "Page", path: str
) -> None:
    page.goto(path if path.startswith("/") else ask(page))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    files = page.evaluate_handle(
        """() => {
          const transfer = new DataTransfer();
          for (const name of ["notes.txt", "more.txt"]) transfer.items.add(new File(["no"], name));
          return transfer;
        }"""
    )
    page.dispatch_event("footer", "drop", {"dataTransfer": files})
    page.get_by_text("notes.txt cannot be read as a picture; choose another file.").wait_for()
    assert "POST" not in sent


def held_after_the_first(page: "Page") -> "list[Route]":
    """What a table asks; all but the first wait to be let through."""
    asked: list[Route] = []

    def hold(route: "Route") -> None:
        asked.append(route)
        if len(asked) == 1:
            route.continue_()

    page.route("**/batch", hold)
    return asked


def table_being_read(visit: Any, folder: Path) -> "tuple[Page, list[Route]]":
    """A table of three posters, of which the first is read; and the questions held back."""
    page: Page = visit("/batch")
    asked = held_after_the_first(page)
    page.set_input_files("#folder", folder)
    page.get_by_text("1 of 3 posters").wait_for()
    return page, asked


def let_the_second_through(page: "Page", asked: "list[Route]") -> None:
    while len(asked) < 2:
        page.wait_for_timeout(20)
    asked[1].continue_()


STAYS = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))"
"""Whether the browser asks before the page is left."""


def test_what_a_table_leads_to_opens_beside_it_while_posters_are_read(
    visit: Any, folder: Path
) -> None:
    page, asked = table_being_read(visit, folder)
    assert page.evaluate(STAYS)
    link = page.get_by_role("link", name="Open its page").first
    with page.expect_popup() as beside:
        link.click()
    beside.value.get_by_role("heading", name="Posters most like yours").wait_for()
    page.get_by_role("button", name="Stop").click()
    let_the_second_through(page, asked)
    page.get_by_text("Stopped after 2 of 3 posters.").wait_for()
    assert not page.evaluate(STAYS)
    link.click()
    page.get_by_role("heading", name="Posters most like yours").wait_for()


def test_a_poster_that_is_gone_before_its_turn_is_told_of_and_may_be_chosen_again(
    visit: Any, folder: Path
) -> None:
    page, asked = table_being_read(visit, folder)
    (folder / "draft 3.webp").unlink()
    let_the_second_through(page, asked)
    lost = page.locator("[data-rows] tr[data-lost]")
    lost.get_by_text("It was changed or moved since; choose it again.").wait_for()
    assert lost.locator("th").inner_text() == "draft 3.webp"


def test_the_pictures_of_a_dropped_folder_are_read_however_many_notes_lie_before_them(
    visit: Any, folder: Path
) -> None:
    page: Page = visit("/batch")
    (folder / "notes").mkdir()
    for number in range(1000):
        (folder / "notes" / f"{number}.txt").touch()
    drop_from_disk(page, folder)
    page.get_by_text("All 3 posters are in the table.").wait_for()


# A folder with a picture that is gone meanwhile, and the one that is carried.
ONE_GONE = """(files) => {
  const entries = [
    { name: "gone.png", file: (_, fail) => fail(new Error("gone")) },
    { name: "mine.png", file: (take) => take(files.files[0]) },
  ];
  const createReader = () => ({ readEntries: (take) => take(entries.splice(0)) });
  DataTransferItem.prototype.webkitGetAsEntry = () => ({ isDirectory: true, createReader });
}"""


def test_a_picture_that_cannot_be_had_costs_the_others_of_its_folder_nothing(
    visit: Any, new_poster: bytes
) -> None:
    page: Page = visit("/batch")
    files = carried(page, new_poster)
    page.evaluate(ONE_GONE, files)
    page.dispatch_event("footer", "drop", {"dataTransfer": files})
    page.get_by_text("All 1 posters are in the table.").wait_for()
