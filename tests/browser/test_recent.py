"""Recent searches: in this browser only, listed on the first page, forgotten at a word."""

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import axe
from tests.browser.conftest import REASON, ask, asked_and_answered

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def test_an_own_answer_is_found_again_and_forgotten(visit: Any) -> None:
    page: Page = visit("/nowhere", viewport={"width": 360, "height": 780})
    page.route("**/plotly.min.js", lambda route: route.fulfill(status=404, body=""))
    answers = [ask(page, sample) for sample in (3, 4)]
    for each in answers:
        page.goto(each)
    page.goto("/")
    page.get_by_text("Recent searches").click()
    links = page.locator("[data-recent] li a")
    assert [each.get_attribute("href") for each in links.all()] == answers[::-1]
    assert axe.violations(page, axe.source()) == []
    links.last.click()
    page.wait_for_url(f"**{answers[0]}")
    page.goto("/")
    page.get_by_text("Recent searches").click()
    page.get_by_role("button", name="Forget them").click()
    assert page.get_by_text("Recent searches").is_hidden()
    other: Page = visit(answers[0])
    other.goto("/")
    assert other.get_by_text("Recent searches").is_hidden()  # it was not theirs


def test_a_film_is_found_on_the_map_by_its_title(visit: Any) -> None:
    page: Page = visit("/map")
    page.locator("[data-map][data-drawn]").wait_for()
    page.get_by_label("Find a film on the map").fill("Film No. 77")
    page.keyboard.press("Enter")
    page.locator("[data-film] [data-title]", has_text="Film No. 77").wait_for()
    page.get_by_label("Find a film on the map").fill("no such film")
    page.keyboard.press("Enter")
    page.get_by_text("No film of that title hangs here.").wait_for()


def test_titles_that_cannot_be_looked_up_are_not_said_to_be_none(visit: Any) -> None:
    page: Page = visit("/map")
    page.locator("[data-map][data-drawn]").wait_for()
    page.route("**/suggestions*", lambda route: route.fulfill(status=404, body=""))
    page.get_by_label("Find a film on the map").fill("Film No. 77")
    page.keyboard.press("Enter")
    page.get_by_text("Onesheet does not answer").wait_for()
    page.route("**/suggestions*", lambda route: route.fulfill(status=429, json={"error": REASON}))
    page.keyboard.press("Enter")
    page.get_by_text(REASON).wait_for()
    page.unroute("**/suggestions*")
    page.keyboard.press("Enter")
    page.locator("[data-film] [data-title]", has_text="Film No. 77").wait_for()


def test_a_film_that_did_not_arrive_is_asked_for_again_once_it_is_chosen_again(visit: Any) -> None:
    page: Page = visit("/about")
    films = re.compile(r"/api/v1/posters\?")
    page.route(films, lambda route: route.fulfill(status=404, body=""))
    page.goto("/map")
    page.locator("[data-map][data-drawn]").wait_for()
    page.get_by_label("Find a film on the map").fill("Film No. 77")
    page.keyboard.press("Enter")
    page.get_by_text("That film cannot be shown just now.").wait_for()
    page.unroute(films)
    page.keyboard.press("Enter")
    page.locator("[data-film] [data-title]", has_text="Film No. 77").wait_for()


def test_a_late_answer_about_earlier_letters_changes_no_titles(visit: Any) -> None:
    page: Page = visit("/map")
    page.locator("[data-map][data-drawn]").wait_for()
    held: list[Route] = []
    page.route(re.compile("q=Fil$"), lambda route: held.append(route))
    sought = page.get_by_label("Find a film on the map")
    with page.expect_request(re.compile("q=Fil$")):
        sought.fill("Fil")
    sought.fill("Film No. 77")
    titles, values = page.locator("#map-titles option"), "all => all.map(each => each.value)"
    titles.first.wait_for(state="attached")
    before = titles.evaluate_all(values)
    with page.expect_request_finished(lambda request: request.url.endswith("q=Fil")):
        held[0].continue_()
    asked_and_answered(page)
    assert titles.evaluate_all(values) == before
