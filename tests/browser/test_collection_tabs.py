"""The open collection: its tab, and its link."""

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture
def page(visit: Any) -> "Page":
    """The page of collections, with a collection of two films."""
    page: Page = visit("/about")
    film = {"year": 1958, "rating": 8.3, "width": 200, "height": 300, "imdb_id": "", "genres": []}
    two = [film | {"id": n, "poster": str(n) * 64, "title": f"Film {n}"} for n in (1, 2)]
    first = {"id": "1", "name": "", "note": "", "searches": False, "films": two}
    kept = json.dumps({"open": "1", "all": [first]})
    page.evaluate("kept => localStorage.setItem('onesheet-collections', kept)", kept)
    page.goto("/collections")
    return page


def test_a_tab_opens_its_collection_whatever_was_opened_since(page: "Page") -> None:
    first, current = page.get_by_role("link", name="Shortlist 2"), ".tab-row [aria-current]"
    first.click()
    page.get_by_role("button", name="New collection").press("Enter")
    page.locator(current, has_text="New collection 0").wait_for()
    first.click()
    page.locator(current, has_text="Shortlist 2").wait_for()
    other = page.context.new_page()
    other.goto("/collections#2")
    page.locator(current, has_text="New collection 0").wait_for()
    first.click()
    page.locator(current, has_text="Shortlist 2").wait_for()
    other.close()


def test_a_link_goes_where_what_it_carries_changes(page: "Page") -> None:
    link = page.get_by_label("Link to this collection")
    for field in ("Note on the collection", "Name of the collection"):
        page.get_by_role("button", name="Copy link").click()
        link.wait_for()
        page.get_by_label(field).fill("For Anna")
        page.keyboard.press("Tab")
        link.wait_for(state="hidden")


def test_a_copy_asked_for_twice_is_made_once(page: "Page") -> None:
    page.goto("/collections/shared?name=Noir&film=3")
    copy = page.get_by_role("button", name="Keep a copy")
    copy.evaluate("button => { button.click(); button.click(); }")
    page.get_by_role("link", name="Noir 1").wait_for()
    assert page.url.endswith("/collections#2")
    assert page.locator(".tab-row a").count() == 2


def test_a_copy_whose_page_did_not_come_is_led_to_again(page: "Page") -> None:
    page.goto("/collections/shared?name=Noir&film=3")
    page.route("**/collections", lambda route: route.fulfill(status=204), times=1)
    copy = page.get_by_role("button", name="Keep a copy")
    with page.expect_response("**/collections"):
        copy.click()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow'))")  # as the last picture comes
    copy.click()
    page.get_by_role("link", name="Noir 1").wait_for()
    assert page.url.endswith("/collections#2")
    assert page.locator(".tab-row a").count() == 2


def test_a_title_with_dollars_is_said_as_it_is_written(page: "Page") -> None:
    page.evaluate(
        """key => {
          const kept = localStorage.getItem(key).replace("Film 1", () => "Ca$$h");
          localStorage.setItem(key, kept);
        }""",
        "onesheet-collections",
    )
    page.reload()
    page.get_by_role("button", name="Remove Ca$$h").click()
    page.get_by_text("Ca$$h is removed.").wait_for()


def test_a_poster_that_only_did_not_arrive_is_not_said_to_be_gone(page: "Page") -> None:
    page.route("**/1*-342.webp", lambda route: route.fulfill(status=429, body=""))
    page.reload()
    facts = page.locator(".kept .facts")
    facts.nth(1).filter(has_text="No longer in this catalogue").wait_for()
    assert "1958" in facts.first.inner_text()
    assert page.locator(".kept [name=sample]").count() == 1


def test_an_image_keeps_the_focus_and_says_what_came_of_it(page: "Page") -> None:
    image = page.get_by_role("button", name="Image")
    with page.expect_download():
        image.press("Enter")
    page.get_by_text("The image is saved. Posters missing in it: 2.").wait_for()
    assert image.evaluate("button => button === document.activeElement")
    page.evaluate("() => { HTMLCanvasElement.prototype.toBlob = (taken) => taken(null); }")
    image.press("Enter")
    page.get_by_text("The image could not be made.").wait_for()
