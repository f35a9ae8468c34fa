"""Several posters chosen at once: a table that grows while they are read."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import axe
from tests.webapp.routes.drafts import poster

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

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
    page.get_by_text("4 of 5 posters are in the table and in its link; 1 could not").wait_for()
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


def test_the_address_holds_each_row_once_it_is_there(visit: Any, folder: Path) -> None:
    page: Page = visit("/batch")
    asked: list[str] = []

    def answer_the_first(route: "Route") -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.continue_()

    page.route("**/batch", answer_the_first)
    page.set_input_files("#folder", folder)
    page.get_by_text("1 of 3 posters").wait_for()
    answer = page.locator("[data-rows] tr").get_attribute("data-answer")
    assert page.evaluate("location.search") == f"?poster={answer}"


def test_a_table_with_some_room_left_says_how_many_are_taken(visit: Any, folder: Path) -> None:
    page: Page = visit("/batch")
    page.evaluate("document.querySelector('[data-batch]').dataset.most = '2'")
    page.set_input_files("#poster", folder / "draft 1.webp")
    page.get_by_text("All 1 posters are in the table.").wait_for()
    page.set_input_files("#poster", [folder / "draft 2.webp", folder / "draft 10.webp"])
    page.get_by_text("The first 1 of them are taken").wait_for()
    page.get_by_text("All 2 posters are in the table.").wait_for()


def test_what_is_added_after_stopping_is_counted_and_read_by_itself(
    visit: Any, folder: Path
) -> None:
    page: Page = visit("/batch")
    held: list[Route] = []

    def hold_the_first_and_refuse_the_second(route: "Route") -> None:
        held.append(route)
        if len(held) == 2:
            route.fulfill(status=429, headers={"retry-after": "1"}, body="")
        elif len(held) > 2:
            route.continue_()

    page.route("**/batch", hold_the_first_and_refuse_the_second)
    with page.expect_request("**/batch"):
        page.set_input_files("#folder", folder)
    page.get_by_role("button", name="Stop").click()
    page.set_input_files("#poster", folder / "draft 10.webp")
    held[0].continue_()
    page.get_by_text("All 2 posters are in the table.").wait_for()
    names = page.locator("[data-rows] b[title]").all_inner_texts()
    assert [name.strip() for name in names] == ["draft 1.webp", "draft 10.webp"]


def test_a_wait_is_said_once_and_counted_in_silence(visit: Any, folder: Path) -> None:
    page: Page = visit("/batch")
    asked: list[str] = []

    def refuse_the_first(route: "Route") -> None:
        asked.append(route.request.url)
        if len(asked) > 1:
            route.continue_()
        else:
            route.fulfill(status=429, headers={"retry-after": "2"}, body="")

    page.route("**/batch", refuse_the_first)
    page.evaluate(
        """() => {
          const state = document.querySelector("[data-state]");
          window.said = [];
          new MutationObserver(() => said.push(state.textContent)).observe(state, {
            childList: true,
          });
        }"""
    )
    page.set_input_files("#poster", folder / "draft 1.webp")
    page.get_by_text("All 1 posters are in the table.").wait_for()
    waits = [each for each in page.evaluate("said") if "goes on in" in each]
    assert len(waits) == 1


def test_posters_lost_on_the_way_take_no_room_when_they_are_chosen_again(
    visit: Any, folder: Path
) -> None:
    page: Page = visit("/batch")
    page.evaluate("document.querySelector('[data-batch]').dataset.most = '2'")
    page.evaluate("() => { window.reach = fetch; window.fetch = () => Promise.reject(); }")
    two, rows = [folder / "draft 1.webp", folder / "draft 2.webp"], page.locator("[data-rows] tr")
    page.set_input_files("#poster", two)
    page.get_by_text("0 of 2 posters are in the table").wait_for()
    assert rows.filter(has_text="It did not reach Onesheet").count() == 2
    page.evaluate("window.fetch = reach")
    page.set_input_files("#poster", two)
    rows.locator("b[title]").nth(1).wait_for()
    assert rows.count() == 2
    page.get_by_text("All 2 posters are in the table.").wait_for()
    page.set_input_files("#poster", folder / "draft 10.webp")
    page.get_by_text("The table is full").wait_for()


def test_posters_lost_on_the_way_stay_told_of_while_there_is_room_for_others(
    visit: Any, folder: Path
) -> None:
    page: Page = visit("/batch")
    page.evaluate("document.querySelector('[data-batch]').dataset.most = '3'")
    page.evaluate("() => { window.reach = fetch; window.fetch = () => Promise.reject(); }")
    one, two, ten = (folder / f"draft {number}.webp" for number in (1, 2, 10))
    lost = page.locator("[data-rows] tr[data-lost] th")
    page.set_input_files("#poster", [one, two])
    page.get_by_text("0 of 2 posters are in the table").wait_for()
    page.evaluate("window.fetch = reach")
    page.set_input_files("#poster", ten)
    page.get_by_text("1 of 3 posters are in the table").wait_for()
    assert lost.all_inner_texts() == ["draft 1.webp", "draft 2.webp"]
    page.set_input_files("#poster", two)
    page.locator("[data-rows] b[title]").nth(1).wait_for()
    assert lost.all_inner_texts() == ["draft 1.webp"]
    page.set_input_files("#poster", folder / "notes.txt")
    page.get_by_text("This is not an image").wait_for()
    assert lost.count() == 0
    assert page.locator("[data-rows] tr").count() == 3
