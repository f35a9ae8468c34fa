"""Keeping, not keeping and deleting an upload, in a real browser."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from onesheet.instance import Instance
from tests.browser.conftest import RESULT, asked_and_answered, unkept

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture
def poster(tmp_path: Path, new_poster: bytes) -> Path:
    path = tmp_path / "mine.png"
    path.write_bytes(new_poster)
    return path


def uploaded(page: "Page", poster: Path) -> str:
    """The id of an upload by this page's visitor."""
    page.set_input_files("#poster", poster)
    page.wait_for_url(RESULT)
    return page.url.rpartition("/")[2]


def test_an_upload_is_deleted_by_its_uploader_and_its_address_says_so(
    page: "Page", poster: Path, instance: Instance
) -> None:
    name = uploaded(page, poster)
    page.get_by_text("Shown until").wait_for()
    page.get_by_text("Delete this poster").click()
    page.get_by_role("button", name="Delete it now").click()
    page.get_by_role("heading", name="Taken off the wall").wait_for()
    page.get_by_text("This poster was deleted on").wait_for()
    assert page.url.endswith(f"/r/{name}")
    assert not instance.upload_store.path(name).exists()


def test_a_deleted_poster_leaves_no_way_to_its_result(page: "Page", poster: Path) -> None:
    name = uploaded(page, poster)
    page.locator(".five .keep").first.click()
    page.goto("/collections")
    page.get_by_label("With the posters searched for").check()
    page.get_by_role("link", name="See the result").wait_for()
    page.goto("/")
    page.get_by_text("Recent searches").wait_for()
    page.goto(f"/r/{name}")
    page.get_by_text("Delete this poster").click()
    page.get_by_role("button", name="Delete it now").click()
    page.get_by_text("This poster was deleted on").wait_for()
    page.goto("/")
    assert page.get_by_text("Recent searches").is_hidden()
    page.goto("/collections")
    page.get_by_role("link", name="See the result").wait_for(state="detached")
    assert page.locator(".searched b").inner_text() == "Your poster"
    assert page.locator(".searched img").count() == 0


def test_a_deleted_poster_takes_its_other_answers_out_of_recent_searches(
    page: "Page", poster: Path
) -> None:
    whole = uploaded(page, poster)
    page.get_by_text("Search by a part of it").click()
    page.get_by_role("button", name="Search by this part").click()
    page.get_by_role("button", name="Search by the whole poster").wait_for()
    page.goto("/")
    assert page.locator("[data-recent] li").count() == 2
    page.goto(f"/r/{whole}")
    page.get_by_text("Delete this poster").click()
    page.get_by_role("button", name="Delete it now").click()
    page.get_by_text("This poster was deleted on").wait_for()
    page.goto("/")
    assert page.locator("[data-recent] li").count() == 0


def test_two_people_at_once_keep_their_own_ratings_and_posters(
    visit: Any, poster: Path, instance: Instance
) -> None:
    one, other = visit("/"), visit("/")
    mine, theirs = uploaded(one, poster), uploaded(other, poster)
    one.get_by_role("button", name="Good").click()
    other.get_by_role("button", name="Bad").click()
    for page in (one, other):
        page.get_by_text("Thank you.").wait_for()
    one.goto(f"/r/{theirs}")
    one.get_by_text("Shown until").wait_for()
    assert one.get_by_text("Delete this poster").count() == 0
    assert one.locator("button[name=rating]:enabled").count() == 0  # it is not theirs to rate
    other.get_by_text("Delete this poster").click()
    other.get_by_role("button", name="Delete it now").click()
    other.get_by_text("This poster was deleted on").wait_for()
    assert one.goto(f"/r/{mine}").status == 200
    ratings = [instance.feedback.get(name).rating for name in (mine, theirs)]  # type: ignore[union-attr]
    assert ratings == ["good", "bad"]


def test_a_poster_not_to_be_kept_is_shown_once_and_can_be_rated_by_keys(
    page: "Page", poster: Path, instance: Instance
) -> None:
    unkept(page, poster)
    assert page.locator(".five .film").count() == 5
    shown = page.locator(".query img:not(.blurred)")
    assert shown.evaluate("image => image.complete && image.naturalWidth > 0")
    page.keyboard.press("1")
    page.get_by_text("Thank you.").wait_for()
    assert page.locator("[data-rating] [aria-pressed=true]").get_attribute("value") == "good"
    page.keyboard.press("u")
    page.get_by_text("Do these look like it?").wait_for()
    assert page.locator(".five .film").count() == 5
    assert list(instance.home.uploads.glob("*")) == []


def test_a_poster_not_kept_travels_with_what_its_page_asks(
    page: "Page", poster: Path, instance: Instance
) -> None:
    unkept(page, poster)
    page.evaluate("window.same = true")
    version, there = instance.feedback.version(), page.url

    kept_here = "() => !document.dispatchEvent(new Event('drop', { cancelable: true }))"
    assert page.evaluate(kept_here)  # what is dropped on it does not take its place

    page.get_by_role("button", name="Why these?").click()
    page.locator(".film.explained canvas.heat").wait_for()
    page.get_by_text("What draws them together: on your poster").wait_for()
    page.locator("[data-seen] button").first.click()
    page.locator(".query canvas.heat").wait_for()

    before = shown(page)
    page.get_by_text("Filter and adjust").click()
    page.get_by_label("Composition or colour").fill("1")
    page.get_by_role("link", name="Rate the five as found").wait_for()
    assert shown(page) != before
    page.get_by_role("link", name="Rate the five as found").click()
    page.get_by_text("Do these look like it?").wait_for()
    page.locator("[data-rating] button:enabled").first.wait_for()
    assert shown(page) == before

    page.get_by_text("Mark the genres the film is meant to promise").click()
    page.get_by_label("Horror", exact=True).check()
    page.get_by_role("button", name="Check the genres").click()
    page.locator(".verdict").wait_for()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Report to print").click()
    opened.value.get_by_text("Does it promise Horror?").wait_for()
    assert opened.value.locator(".asked img").evaluate("image => image.naturalWidth > 0")

    assert page.evaluate("window.same")
    assert page.url == there
    assert instance.feedback.version() == version
    assert list(instance.home.uploads.glob("*")) == []


def test_genres_are_checked_in_the_order_asked_and_take_no_focus(
    page: "Page", poster: Path
) -> None:
    unkept(page, poster)
    held: list[Route] = []
    asks = re.compile("intended=")
    page.route(asks, lambda route: held.append(route))
    page.get_by_text("Mark the genres the film is meant to promise").click()
    for genre in ("Horror", "Western"):
        page.get_by_label(genre, exact=True).check()
        with page.expect_request(asks):
            page.get_by_role("button", name="Check the genres").click()
    page.get_by_label("Composition or colour").focus()
    held[1].continue_()
    page.locator(".verdict").wait_for()
    assert page.evaluate("document.activeElement.id") == "colour"
    with page.expect_event("requestfinished"):
        held[0].continue_()
    asked_and_answered(page)
    marked = page.locator(".marks :checked").evaluate_all("all => all.map(each => each.value)")
    assert marked == ["Horror", "Western"]


def shown(page: "Page") -> list[str]:
    """The films shown, by their posters' numbers."""
    found: list[str] = page.locator(".five .film").evaluate_all(
        "all => all.map(film => film.dataset.poster)"
    )
    return found


def test_not_keeping_and_deleting_work_without_scripts(
    visit: Any, poster: Path, instance: Instance
) -> None:
    page = visit("/", java_script_enabled=False)
    page.get_by_label("Do not keep my poster").check()
    page.set_input_files("#poster", poster)
    page.get_by_role("button", name="Search").click()
    page.get_by_text("Your poster is not kept.").wait_for()
    page.wait_for_load_state()
    page.locator(".ownership noscript p").wait_for()
    assert not page.get_by_text("Filter and adjust").is_visible()
    assert not page.get_by_text("Does it signal the right genre?").is_visible()
    page.get_by_role("button", name="Okay").click()
    page.get_by_role("heading", name="Your rating").wait_for()
    page.get_by_text("Thank you.").wait_for()
    page.goto("/")
    page.set_input_files("#poster", poster)
    page.get_by_role("button", name="Search").click()
    page.wait_for_url(RESULT)
    page.get_by_text("Delete this poster").click()
    page.get_by_role("button", name="Delete it now").click()
    page.get_by_text("This poster was deleted on").wait_for()
    assert list(instance.home.uploads.glob("*")) == []
