"""A browser whose storage is full or switched off: nothing is said to be kept that is not."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

UNKEPT = "This was not kept"
TWO = """{"open": "1", "all": [
  {"id": "1", "name": "", "note": "", "searches": false, "films": []},
  {"id": "2", "name": "Noir", "note": "", "searches": false, "films": []}
]}"""
FULL = "() => { Storage.prototype.setItem = () => { throw new DOMException('full'); }; }"


@pytest.fixture
def opened(visit: Any) -> Any:
    """Opens a page in a browser that has two collections and takes nothing any more."""
    page: Page = visit("/about")
    page.evaluate("kept => localStorage.setItem('onesheet-collections', kept)", TWO)

    def opened(path: str) -> "Page":
        page.goto(path)
        page.evaluate(FULL)
        return page

    return opened


def test_a_film_that_is_not_kept_is_said_not_to_be(opened: Any, visit: Any) -> None:
    page: Page = opened(ask(visit("/nowhere")))
    page.locator(".five .keep").first.click()
    page.locator(".kept-in", has_text=UNKEPT).wait_for()
    assert not page.get_by_label("Kept in").is_visible()
    assert page.locator(".keep[aria-pressed=true]").count() == 0


def test_a_collection_that_is_not_kept_leaves_the_others_as_they_are(opened: Any) -> None:
    page: Page = opened("/collections")
    name = page.get_by_label("Name of the collection")
    page.get_by_role("button", name="New collection").click()
    page.locator(".kept-in", has_text=UNKEPT).wait_for()
    assert not name.evaluate("name => name === document.activeElement")
    name.fill("For Anna")
    page.keyboard.press("Tab")
    assert name.input_value() == "Shortlist"
    assert page.locator(".tab-row a").all_inner_texts() == ["Shortlist 0", "Noir 0"]
    assert not page.get_by_role("button", name="Undo").is_visible()


def test_a_copy_that_is_not_kept_leads_nowhere(opened: Any) -> None:
    page: Page = opened("/collections/shared?name=Noir&film=1")
    page.get_by_role("button", name="Keep a copy").click()
    page.locator(".kept-in", has_text=UNKEPT).wait_for()
    assert page.url.endswith("/collections/shared?name=Noir&film=1")
