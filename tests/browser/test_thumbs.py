"""Thumbs of single films: they arrive as they were given, and one that is lost is said to be."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import REASON, ask, refuse

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

# What is sent of two thumbs at once while no answer comes.
SENT_OF_TWO = """() => {
  const sent = [];
  window.fetch = (_, { body }) => {
    sent.push(body.get("thumb"));
    return new Promise(() => {});
  };
  for (const thumb of ["up", "down"]) {
    document.querySelector(`.five [data-thumb=${thumb}]`).click();
  }
  return new Promise((done) => setTimeout(() => done(sent)));
}"""

# A thumb is taken back as another tab of the same visitor does it.
TAKE_BACK = """async ([address, film]) => {
  const body = new URLSearchParams({ thumb: "none", film });
  return (await fetch(address, { method: "POST", body })).status;
}"""


@pytest.fixture
def answer(visit: Any) -> "Page":
    """The page of an answer whose visitor asked for it."""
    page: Page = visit("/nowhere")
    page.route("**/plotly.min.js", lambda route: route.fulfill(status=404, body=""))
    page.goto(ask(page))
    return page


def test_no_thumb_overtakes_another(answer: "Page") -> None:
    assert answer.evaluate(SENT_OF_TWO) == ["up"]
    assert answer.locator(".five [data-thumb=down]").first.get_attribute("aria-pressed") == "true"


def test_a_thumb_that_is_lost_or_refused_is_taken_back_and_said_to_be(answer: "Page") -> None:
    up = answer.locator(".five [data-thumb=up]").first
    told = answer.locator("[data-lost-thumb]")
    answer.route("**/thumbs", lambda route: route.fulfill(status=404, body=""))
    up.click()
    told.filter(has_text="That did not reach Onesheet").wait_for()
    assert up.get_attribute("aria-pressed") == "false"
    refuse(answer, "**/thumbs")
    up.click()
    told.filter(has_text=REASON).wait_for()
    assert up.get_attribute("aria-pressed") == "false"
    answer.unroute("**/thumbs")
    up.click()
    told.filter(has_text=REASON).wait_for(state="detached")
    assert up.get_attribute("aria-pressed") == "true"


def test_a_view_made_before_a_thumb_arrived_shows_it_all_the_same(answer: "Page") -> None:
    held: list[Route] = []
    answer.route("**/thumbs", lambda route: held.append(route))
    up = answer.locator(".five [data-thumb=up]").first
    film = up.locator("xpath=ancestor::li").get_attribute("data-poster")
    with answer.expect_request("**/thumbs"):
        up.click()
    answer.get_by_text("Filter and adjust").click()
    answer.get_by_label("Composition or colour").fill("0.02")
    answer.wait_for_url("**colour=0.02")
    same = answer.locator(f'.five [data-poster="{film}"] [data-thumb=up]')
    assert same.get_attribute("aria-pressed") == "true"
    held[0].fulfill(status=404, body="")
    answer.locator("[data-lost-thumb]", has_text="That did not reach Onesheet").wait_for()
    assert same.get_attribute("aria-pressed") == "false"


def test_a_film_that_hangs_twice_shows_one_thumb(answer: "Page") -> None:
    answer.locator(".five .film").first.evaluate("film => film.after(film.cloneNode(true))")
    ups = answer.locator(".five [data-thumb=up]")
    pressed = "all => all.map(each => each.ariaPressed)"
    ups.nth(1).click()
    assert ups.evaluate_all(pressed)[:3] == ["true", "true", "false"]
    answer.locator("[data-live=liked] button").wait_for()
    ups.first.click()
    answer.locator("[data-live=liked] button").wait_for(state="detached")
    assert ups.evaluate_all(pressed)[:3] == ["false"] * 3


def test_a_view_made_after_a_thumb_was_taken_back_elsewhere_shows_none(answer: "Page") -> None:
    up = answer.locator(".five [data-thumb=up]").first
    film = up.locator("xpath=ancestor::li").get_attribute("data-poster")
    up.click()
    answer.locator("[data-live=liked] button").wait_for()
    there = answer.url.partition("?")[0]
    taken = answer.evaluate(TAKE_BACK, [f"{there}/thumbs", film])
    assert taken == 200
    answer.get_by_text("Filter and adjust").click()
    answer.get_by_label("Composition or colour").fill("0.02")
    answer.wait_for_url("**colour=0.02")
    same = answer.locator(f'.five [data-poster="{film}"] [data-thumb=up]')
    assert same.get_attribute("aria-pressed") == "false"
