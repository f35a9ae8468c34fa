"""Every state that a page can be brought into, on both screens and in both schemes."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import axe
from tests.browser.conftest import SCREENS_AND_SCHEMES, ask, sideways, unkept

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture
def poster(tmp_path: Path, new_poster: bytes) -> Path:
    (tmp_path / "mine.png").write_bytes(new_poster)
    return tmp_path / "mine.png"


def filtering(page: "Page", _: Path) -> None:
    page.get_by_text("Filter and adjust").click()
    page.get_by_text("Show as a table").click()


def rated(page: "Page", _: Path) -> None:
    page.locator(".five .keep").first.click()
    page.locator(".five [data-thumb=up]").first.click()
    page.get_by_role("button", name="More like the one you liked").wait_for()
    page.keyboard.press("1")
    page.get_by_text("Thank you.").wait_for()


def more(page: "Page", _: Path) -> None:
    page.locator("#more > summary").click()
    page.locator("#more .film").nth(19).wait_for()
    page.locator("#row-ordinary > summary").click()
    page.get_by_text("How it is computed").wait_for()


def marking_genres(page: "Page", _: Path) -> None:
    page.get_by_text("Mark the genres the film is meant to promise").click()
    page.get_by_label("Horror", exact=True).check()
    page.get_by_role("button", name="Check the genres").click()
    page.locator(".verdict").wait_for()


def drawing_a_part(page: "Page", _: Path) -> None:
    page.locator(".crop > summary").click()
    page.get_by_role("button", name="Search by this part").wait_for()


def enlarged(page: "Page", _: Path) -> None:
    page.keyboard.press("Escape")
    page.locator("details.crop:not([open])").wait_for()
    page.locator(".five .open").first.click()
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("o")
    page.get_by_role("dialog").get_by_role("slider").wait_for()


def explained(page: "Page", _: Path) -> None:
    page.keyboard.press("Escape")
    page.locator(".lightbox").wait_for(state="hidden")
    page.get_by_role("button", name="Why these?").click()
    page.locator(".film.explained canvas.heat").wait_for()


def seen(page: "Page", _: Path) -> None:
    page.locator("[data-seen] button").first.click()
    page.locator(".query canvas.heat").wait_for()


def chosen_on_the_map(page: "Page", _: Path) -> None:
    page.locator(".map").scroll_into_view_if_needed()
    page.locator("[data-map][data-drawn]").wait_for()
    page.locator(".map canvas").focus()
    page.keyboard.press("ArrowRight")
    page.locator("[data-film] [data-title]").wait_for()


def collected(page: "Page", _: Path) -> None:
    page.goto("/collections")
    page.locator(".kept li").first.wait_for()
    page.get_by_label("With the posters searched for").check()
    page.get_by_role("button", name="Copy link").click()
    page.get_by_label("Link to this collection").wait_for()


def suggesting(page: "Page", _: Path) -> None:
    page.goto("/")
    page.get_by_text("Recent searches").click()
    page.get_by_text("Advanced").click()
    page.locator("#q").fill("film no")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")


def with_drafts_chosen(page: "Page", poster: Path) -> None:
    page.goto("/compare")
    page.set_input_files("#poster", [poster, poster])
    page.locator(".chosen li").nth(1).wait_for()


def in_a_table(page: "Page", poster: Path) -> None:
    page.goto("/batch")
    page.set_input_files("#poster", [poster])
    page.locator("[data-rows] ol img").first.wait_for()


def shown_once(page: "Page", poster: Path) -> None:
    page.goto("/")
    unkept(page, poster)


STATES: tuple[Callable[["Page", Path], None], ...] = (
    filtering,
    rated,
    more,
    marking_genres,
    drawing_a_part,
    enlarged,
    explained,
    seen,
    chosen_on_the_map,
    collected,
    suggesting,
    with_drafts_chosen,
    in_a_table,
    shown_once,
)
"""Each follows the one before, on the page where that left off."""


@pytest.mark.slow
@SCREENS_AND_SCHEMES
def test_no_state_is_inaccessible_or_scrolls_sideways(
    visit: Any, poster: Path, screen: dict[str, int], scheme: str
) -> None:
    page: Page = visit("/nowhere", viewport=screen, color_scheme=scheme)
    page.route("**/plotly.min.js", lambda route: route.fulfill(status=404, body=""))
    page.goto(ask(page))
    script, found = axe.source(), {}
    for state in STATES:
        state(page, poster)
        if wrong := [*["sideways"] * sideways(page), *axe.in_both_schemes(page, script, scheme)]:
            found[state.__name__] = wrong
    assert found == {}
