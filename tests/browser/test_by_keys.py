"""Everything an answer offers, done by keys alone on both screens; nothing is clicked."""

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import SCREENS, ask, until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

MOST_TABS = 120


def reach(page: "Page", wanted: "Locator") -> None:
    """Go on with the Tab key from where the focus is, and see that it shows."""
    here = wanted.first.element_handle()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("it => it === document.activeElement", here):
            break
    else:
        pytest.fail(f"no key leads to {wanted}")
    box, size = wanted.first.bounding_box(), page.viewport_size
    assert box
    assert size
    assert 0 <= box["y"] + box["height"] / 2 <= size["height"]


def press(page: "Page", wanted: "Locator", key: str = "Enter") -> None:
    reach(page, wanted)
    page.keyboard.press(key)


@pytest.fixture
def answer(visit: Any, screen: dict[str, int]) -> "Page":
    page: Page = visit("/nowhere", viewport=screen)
    page.route("**/plotly.min.js", lambda route: route.fulfill(status=404, body=""))
    page.goto(ask(page))
    return page


@SCREENS
def test_films_are_liked_kept_enlarged_and_more_of_them_fetched(answer: "Page") -> None:
    page, films = answer, answer.locator(".five .film")
    press(page, films.nth(0).locator(".open"))
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    until(page, "document.activeElement.matches('.film:nth-child(1) .open')")
    press(page, films.nth(0).locator("[data-thumb=up]"))
    page.get_by_role("button", name="More like the one you liked").wait_for()
    press(page, films.nth(0).locator(".keep"))
    films.nth(0).locator(".keep[aria-pressed=true]").wait_for()
    press(page, page.locator("#more > summary"))
    page.locator("#more .film").nth(19).wait_for()
    page.keyboard.press("Enter")  # closed again
    press(page, page.locator("#row-genre > summary"))
    page.locator("#row-genre .film").nth(4).wait_for()


@SCREENS
def test_an_answer_is_filtered_explained_and_seen_in_parts(answer: "Page") -> None:
    page = answer
    press(page, page.locator("[data-views] summary"))
    press(page, page.get_by_role("combobox", name="Genre"), "D")
    page.wait_for_url(re.compile("genre=D"))
    page.goto(page.url.partition("?")[0])
    press(page, page.get_by_role("button", name="Why these?"))
    page.locator(".film.explained canvas.heat").wait_for()
    press(page, page.locator("[data-seen] button"))
    page.locator(".query canvas.heat").wait_for()
    press(page, page.locator(".intent summary"))
    press(page, page.get_by_label("Horror", exact=True), "Space")
    press(page, page.get_by_role("button", name="Check the genres"))
    page.locator(".verdict").wait_for()


@SCREENS
def test_a_part_is_marked_and_searched_by(answer: "Page") -> None:
    page = answer
    press(page, page.locator(".crop > summary"))
    page.locator(".crop[open]").wait_for()
    press(page, page.get_by_role("button", name="Search by this part"))
    page.get_by_role("heading", name="Posters most like a part of").wait_for()


@SCREENS
def test_example_drafts_are_compared_and_judged(visit: Any, screen: dict[str, int]) -> None:
    page: Page = visit("/compare", viewport=screen)
    press(page, page.get_by_role("button", name="three example drafts"))
    page.wait_for_url(re.compile(r"/compare\?draft="))
    press(page, page.get_by_label("Horror", exact=True), "Space")
    press(page, page.get_by_role("button", name="Judge by these genres"))
    page.locator(".promised").wait_for()
    press(page, page.get_by_role("link", name="Report to print"))
    page.get_by_role("button", name="Print").wait_for()


@SCREENS
def test_a_film_is_found_by_colour_by_genre_and_by_year(visit: Any, screen: dict[str, int]) -> None:
    page: Page = visit("/", viewport=screen)
    reach(page, page.locator("#q"))
    page.keyboard.type("red and black")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Posters in red and black").wait_for()
    press(page, page.get_by_role("combobox", name="Genre"), "D")
    press(page, page.get_by_role("button", name="Show", exact=True))
    page.wait_for_url(re.compile("genre=D"))
    page.goto("/trends")
    press(page, page.locator("#year"), "ArrowLeft")
    page.wait_for_url(re.compile("year="))
    page.goto("/genres/drama")
    press(page, page.locator(".hung [name=sample]"))
    page.get_by_role("heading", name="Posters most like").wait_for()
