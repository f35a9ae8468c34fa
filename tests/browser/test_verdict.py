"""The verdict stays in view, and the first results do, on a small laptop and on a phone."""

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from onesheet.instance import Instance
from tests.browser.conftest import REASON, ask, refuse, until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

LAPTOP = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 780}
SCREENS = pytest.mark.parametrize("screen", [LAPTOP, PHONE], ids=["laptop", "phone"])
LONGEST = {1366: 2200, 360: 2450}
"""Pixels of a page above its map, by the screen's width; titles may take a line more or less."""


@pytest.fixture
def open_answer(visit: Any) -> Any:
    """Opens the page of an answer as a new visitor, who asked for it."""

    def open_answer(**settings: Any) -> "Page":
        page: Page = visit("/nowhere", **settings)
        page.goto(ask(page))
        return page

    return open_answer


def in_view(page: "Page", found: "Locator") -> bool:
    box, size = found.bounding_box(), page.viewport_size
    assert box
    assert size
    return bool(box["y"] >= 0 and box["y"] + box["height"] <= size["height"])


@SCREENS
def test_the_verdict_is_in_view_wherever_the_page_is_scrolled_until_it_is_given(
    open_answer: Any, screen: dict[str, int]
) -> None:
    page: Page = open_answer(viewport=screen)
    good = page.get_by_role("button", name="Good")
    for place in (0, 900, 100_000):
        page.evaluate("y => window.scrollTo(0, y)", place)
        assert in_view(page, good), place
    good.click()
    thanks = page.get_by_text("distance chose these five")
    thanks.wait_for()
    assert in_view(page, thanks)
    undo = page.get_by_role("button", name="Take it back")
    assert in_view(page, undo)
    page.get_by_role("button", name="Close").click()
    assert not in_view(page, thanks)
    until(page, "document.activeElement.value === 'good'")
    page.keyboard.press("u")
    page.get_by_text("Do these look like it?").wait_for()
    assert in_view(page, good)


def test_a_verdict_by_key_is_thanked_for_where_one_is_on_the_page(open_answer: Any) -> None:
    page: Page = open_answer(viewport=LAPTOP)
    page.evaluate("window.scrollTo(0, 600)")
    page.keyboard.press("2")
    page.get_by_text("Thank you.").wait_for()
    assert in_view(page, page.get_by_text("Thank you."))
    page.reload()
    assert not page.locator(".feedback.fresh").count()
    page.evaluate("window.scrollTo(0, 1200)")
    page.keyboard.press("3")
    page.locator("[value=bad][aria-pressed=true]").wait_for()
    assert in_view(page, page.get_by_role("button", name="Take it back"))


@SCREENS
def test_without_scripts_the_verdict_is_in_view_too(
    open_answer: Any, screen: dict[str, int]
) -> None:
    page: Page = open_answer(viewport=screen, java_script_enabled=False)
    good = page.get_by_role("button", name="Good")
    assert in_view(page, good)
    good.click()
    page.wait_for_url(re.compile("#feedback$"))
    assert in_view(page, page.get_by_text("distance chose these five"))


def test_on_a_phone_results_stand_two_to_a_row_under_a_poster_that_stays(open_answer: Any) -> None:
    page: Page = open_answer(viewport=PHONE)
    films = page.locator(".five .film")
    first, second, third = (films.nth(n).bounding_box() for n in range(3))
    assert first
    assert second
    assert third
    assert first["y"] < 300
    assert first["y"] == second["y"] < third["y"]
    assert first["x"] == third["x"] < second["x"]
    page.evaluate("window.scrollTo(0, 1000)")
    assert in_view(page, page.locator(".query img").last)


def test_on_a_phone_results_begin_high_whatever_was_asked(
    visit: Any, instance: Instance, tmp_path: Path
) -> None:
    page: Page = visit("/", viewport=PHONE)
    film = next(iter(instance.catalog.cards([5]).values()))
    shutil.copy(instance.catalog.poster_path(film.content_hash), tmp_path / "known.webp")
    page.set_input_files("#poster", tmp_path / "known.webp")
    page.get_by_text(f"This is {film.title}").wait_for()
    tops = {"a known poster": page.locator(".five .film").first.bounding_box()}
    page.locator(".crop > summary").click()
    page.get_by_role("button", name="Search by this part").click()
    page.get_by_text("Found by the marked part alone").wait_for()
    assert page.locator(".query figcaption").inner_text() == film.title
    tops["a part of it"] = page.locator(".five .film").first.bounding_box()
    assert {name: box for name, box in tops.items() if not box or not 0 <= box["y"] < 300} == {}
    told = page.locator(".about-it")
    assert f"This is {film.title}" in told.inner_text()
    assert told.locator(".keep").is_visible()


@SCREENS
def test_the_axes_stand_in_the_open_and_the_page_is_short_above_its_map(
    open_answer: Any, screen: dict[str, int]
) -> None:
    page: Page = open_answer(viewport=screen)
    for axis in ("Genre feel or look", "Composition or colour"):
        assert page.get_by_label(axis).is_visible()
    assert not page.locator("[data-scores], [data-decades]").first.is_visible()
    top = page.locator(".on-map").evaluate("each => each.getBoundingClientRect().top + scrollY")
    assert top < LONGEST[screen["width"]]


def test_twenty_more_come_when_they_are_asked_for(open_answer: Any) -> None:
    page: Page = open_answer()
    further = page.locator(".more .film")
    assert further.count() == 0
    page.get_by_text("Show 20 more").press("Enter")
    further.nth(19).wait_for()
    assert further.count() == 20
    assert further.first.locator(".place").inner_text() == "6"
    further.last.locator("[data-thumb=up]").click()
    page.locator("[data-live=liked] button").first.wait_for()  # a thumb there counts as well
    page.get_by_text("Filter and adjust").click()
    page.get_by_label("Composition or colour").fill("0.02")
    page.wait_for_url("**colour=0.02")
    further.first.wait_for(state="detached")  # they were another order's
    page.get_by_text("Show 20 more").click()
    further.nth(19).wait_for()


def test_twenty_more_are_asked_for_without_scripts(open_answer: Any) -> None:
    page: Page = open_answer(java_script_enabled=False)
    assert page.locator(".five .film").count() == 5
    page.get_by_text("Show 20 more").click()
    page.locator(".more").get_by_role("link", name="Show them").click()
    further = page.locator(".more .film")
    further.last.wait_for()
    assert further.count() == 20
    assert further.first.locator(".place").inner_text() == "6"
    further.last.locator("[data-thumb=up]").click()
    page.locator(".more [data-thumb=up][aria-pressed=true]").wait_for()
    assert further.last.is_visible()


def test_without_scripts_the_scatter_is_a_still_drawing(open_answer: Any) -> None:
    page: Page = open_answer(java_script_enabled=False)
    drawn = page.get_by_role("img", name="Year against rating of the nearest films")
    assert drawn.is_visible()
    assert drawn.locator("circle.shown").count() >= 1


@SCREENS
def test_each_film_takes_a_thumb_which_leads_to_more_like_it(
    open_answer: Any, instance: Instance, screen: dict[str, int]
) -> None:
    page: Page = open_answer(viewport=screen)
    page.evaluate("window.same = true")
    films = page.locator(".five .film")
    films.nth(0).get_by_role("button", name="Looks like it", exact=False).first.click()
    page.get_by_role("button", name="More like the one you liked").wait_for()
    films.nth(1).locator("[data-thumb=down]").click()
    page.get_by_text("and less like those you did not").wait_for()
    numbers = [int(str(films.nth(n).get_attribute("data-poster"))) for n in (0, 1)]
    thumbs = instance.thumbs.of(page.url.rpartition("/")[2])
    assert thumbs == dict(zip(numbers, (True, False), strict=True))
    assert page.locator(".thumbs [aria-pressed=true]").count() == 2
    films.nth(0).locator("[data-thumb=up]").click()
    page.get_by_role("button", name="More like the one you liked").wait_for(state="detached")
    assert page.evaluate("window.same")
    page.reload()
    assert page.locator(".thumbs [aria-pressed=true]").count() == 1


@SCREENS
def test_the_answer_can_be_taken_along(open_answer: Any, screen: dict[str, int]) -> None:
    page: Page = open_answer(viewport=screen)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Link copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.get_by_role("button", name="Copy the five as an image").click()
    page.get_by_text("The five are copied as an image.").wait_for()
    kinds = "navigator.clipboard.read().then(all => all.flatMap(each => each.types))"
    assert page.evaluate(kinds) == ["image/png"]
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the share card").click()
    assert download.value.suggested_filename.endswith(".jpg")
    assert page.get_by_role("link", name="Report to print").is_visible()


def posters(page: "Page") -> list[str]:
    """The numbers of the five's posters, in their order."""
    films = page.locator(".five .film").all()
    return [str(each.get_attribute("data-poster")) for each in films]


def test_what_was_liked_is_searched_for_together(open_answer: Any) -> None:
    page: Page = open_answer(java_script_enabled=False)
    titles = page.locator(".five h2").all_inner_texts()[:2]
    liked = posters(page)[:2]
    for place in (0, 1):
        page.locator(".five [data-thumb=up]").nth(place).click()
        page.wait_for_url(re.compile("#film-"))
    page.get_by_role("button", name="More like the 2 you liked").click()
    page.locator(".several img[alt]:not([alt=''])").nth(1).wait_for()
    heading = page.get_by_role("heading", level=1).inner_text()
    assert all(title.split(maxsplit=1)[1] in heading for title in titles)
    page.locator(".five .film").nth(4).wait_for()
    assert not {*liked} & {*posters(page)}


def test_a_verdict_that_is_refused_says_why(open_answer: Any) -> None:
    page: Page = open_answer()
    refuse(page, "**/rating")
    page.get_by_role("button", name="Good").click()
    page.locator(".feedback [role=status]", has_text=REASON).wait_for()
