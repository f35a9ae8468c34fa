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
FILMS = """key => {
  const now = JSON.parse(localStorage.getItem(key));
  now.all[0].films = [1, 2].map((id) => ({
    id, poster: String(id).repeat(64), title: `Film ${id}`, genres: [], rating: null,
  }));
  localStorage.setItem(key, JSON.stringify(now));
}"""
FULL = "() => { Storage.prototype.setItem = () => { throw new DOMException('full'); }; }"
ROOM = "() => { Storage.prototype.setItem = window.room; }"
FOCUSED = "element => element === document.activeElement"


@pytest.fixture
def opened(visit: Any) -> Any:
    """Opens a page in a browser that has two collections and takes nothing any more."""
    page: Page = visit("/about")
    page.evaluate("kept => localStorage.setItem('onesheet-collections', kept)", TWO)
    page.evaluate(FILMS, "onesheet-collections")

    def opened(path: str) -> "Page":
        page.goto(path)
        page.evaluate("() => { window.room = Storage.prototype.setItem; }")
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
    assert not name.evaluate(FOCUSED)
    name.fill("For Anna")
    page.keyboard.press("Tab")
    assert name.input_value() == "Shortlist"
    assert page.locator(".tab-row a").all_inner_texts() == ["Shortlist 2", "Noir 0"]
    assert not page.get_by_role("button", name="Undo").is_visible()


def test_what_cannot_be_taken_out_leaves_the_keyboard_its_place(opened: Any) -> None:
    page: Page = opened("/collections")
    page.get_by_role("button", name="Remove Film 1").press("Enter")
    page.locator(".kept-in", has_text=UNKEPT).wait_for()
    assert page.get_by_label("Name of the collection").evaluate(FOCUSED)


def test_what_was_kept_can_be_taken_back_after_what_was_not(opened: Any) -> None:
    page: Page = opened("/collections")
    page.evaluate(ROOM)
    undo = page.get_by_role("button", name="Undo")
    page.get_by_role("button", name="Remove Film 1").click()
    page.evaluate(FULL)
    page.get_by_role("button", name="Remove Film 2").click()
    page.locator(".kept-in", has_text=UNKEPT).wait_for()
    page.get_by_text("Film 1 is removed.").wait_for()
    undo.click()
    assert undo.evaluate(FOCUSED)
    page.evaluate(ROOM)
    undo.click()
    page.get_by_role("button", name="Remove Film 1").wait_for()
    assert not undo.is_visible()


def test_what_is_not_kept_is_said_once_and_only_while_it_is_true(opened: Any) -> None:
    page: Page = opened("/collections")
    note = page.get_by_label("Note on the collection")
    refusal = page.locator(".kept-in", has_text=UNKEPT)
    note.press("a")
    refusal.wait_for()
    said = page.evaluate_handle("document.querySelector('.kept-in [role=status]').firstChild")
    note.press("b")
    assert said.evaluate("said => said.isConnected")
    page.evaluate(ROOM)
    note.press("c")
    refusal.wait_for(state="hidden")


def test_a_copy_that_is_not_kept_leads_nowhere(opened: Any) -> None:
    page: Page = opened("/collections/shared?name=Noir&film=1")
    page.get_by_role("button", name="Keep a copy").click()
    page.locator(".kept-in", has_text=UNKEPT).wait_for()
    assert page.url.endswith("/collections/shared?name=Noir&film=1")


def test_single_keys_are_switched_off_all_the_same(visit: Any) -> None:
    page: Page = visit("/about")
    page.goto(ask(page))
    page.evaluate(FULL)
    page.get_by_label("Rate by keys").click()
    assert not page.get_by_label("Rate by keys").is_checked()
    page.evaluate("() => { window.fetch = () => { window.rated = true; }; }")
    page.keyboard.press("1")
    assert page.locator("#feedback[aria-busy]").count() == 0
    assert not page.evaluate("window.rated")


def test_what_is_typed_in_vain_leaves_what_can_be_taken_back(opened: Any) -> None:
    page: Page = opened("/collections")
    page.evaluate(ROOM)
    page.get_by_role("button", name="Remove Film 1").click()
    page.evaluate(FULL)
    page.get_by_label("Note on the collection").press("a")
    page.locator(".kept-in", has_text=UNKEPT).wait_for()
    page.evaluate(ROOM)
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Remove Film 1").wait_for()
