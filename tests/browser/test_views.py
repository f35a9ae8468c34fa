"""Filters and sliders: live, shareable, and undone with one click."""

import re
from typing import TYPE_CHECKING, Any

import pytest

from onesheet.base.payload import View
from onesheet.instance import Instance
from onesheet.queries.query import from_sample
from tests.browser.conftest import REASON, ask, refuse, until

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture
def result(visit: Any) -> "Page":
    """Without its plot, whose library takes longer to start than all the rest."""
    page: Page = visit("/nowhere")
    page.route("**/plotly.min.js", lambda route: route.fulfill(status=404, body=""))
    page.goto(ask(page))
    page.get_by_text("Filter and adjust").click()
    return page


def films(page: "Page") -> list[str]:
    return [str(each.get_attribute("data-poster")) for each in page.locator(".five .film").all()]


def test_a_slider_ranks_anew_without_a_reload_and_the_address_is_the_view(
    result: "Page", visit: Any
) -> None:
    before = films(result)
    result.evaluate("window.same = true")
    result.get_by_label("Composition or colour").fill("1")
    result.wait_for_url("**colour=1")
    seen = films(result)
    assert seen != before
    assert result.evaluate("window.same")
    assert films(visit(result.url)) == seen
    result.get_by_role("link", name="Reset", exact=True).click()
    result.wait_for_url(re.compile(r"/r/[\w-]+$"))
    assert films(result) == before


def test_filters_hold_and_a_view_cannot_be_rated(result: "Page", instance: Instance) -> None:
    result.get_by_role("combobox", name="Genre").select_option("Western")
    result.wait_for_url("**genre=Western")
    genres = result.locator(".five .genres").all_inner_texts()
    assert genres
    assert all("Western" in each for each in genres)
    assert result.get_by_role("button", name="Good").is_disabled()
    result.get_by_text("nothing to learn from a rating").wait_for()
    result.keyboard.press("1")
    result.get_by_role("link", name="Rate the five as found").click()
    result.wait_for_url(re.compile(r"/r/[\w-]+#feedback$"))
    assert result.get_by_role("button", name="Good").is_enabled()
    found = instance.feedback.get(result.url.rpartition("/")[2].partition("#")[0])
    assert found
    assert found.rating is None


def test_a_rating_that_arrives_once_a_view_is_shown_opens_no_rating_of_it(result: "Page") -> None:
    held: list[Route] = []
    result.route("**/rating", lambda route: held.append(route))
    good = result.get_by_role("button", name="Good")
    with result.expect_request("**/rating"):
        good.click()
    result.get_by_label("Composition or colour").fill("1")
    result.wait_for_url("**colour=1")
    held[0].continue_()
    until(result, "!document.getElementById('feedback').ariaBusy")
    assert good.is_disabled()


def test_the_focus_stays_where_a_view_took_what_had_it(result: "Page") -> None:
    result.get_by_label("Composition or colour").fill("1")
    result.wait_for_url("**colour=1")
    result.locator(".five .open").nth(2).focus()
    result.evaluate("document.querySelector('[data-as-found]').click()")
    result.wait_for_url(re.compile(r"/r/[\w-]+$"))
    assert result.evaluate("document.activeElement.closest('.five') !== null")


def test_the_focus_stays_on_a_film_that_stays(result: "Page") -> None:
    before = films(result)
    result.get_by_label("Composition or colour").fill("1")
    result.wait_for_url("**colour=1")
    both = [poster for poster in films(result) if poster in before]
    result.locator(f".five .film[data-poster='{both[-1]}'] .open").focus()
    result.evaluate("document.querySelector('[data-as-found]').click()")
    result.wait_for_url(re.compile(r"/r/[\w-]+$"))
    focused = "document.activeElement.closest('.five .film')?.dataset.poster"
    assert result.evaluate(focused) == both[-1]
    assert result.evaluate("document.activeElement.matches('.open')")


def test_sliders_are_worked_by_keys(result: "Page") -> None:
    result.get_by_label("Genre feel or look").focus()
    result.keyboard.press("End")
    result.wait_for_url("**balance=1")
    result.keyboard.press("ArrowLeft")
    result.wait_for_url("**balance=0.99")


def test_without_scripts_a_button_shows_the_view(visit: Any, instance: Instance) -> None:
    answer = instance.recommender.recommend(from_sample("3", instance.catalog))
    page = visit(f"/r/{answer.id}", java_script_enabled=False)
    page.get_by_text("Filter and adjust").click()
    page.get_by_role("combobox", name="Genre").select_option("Drama")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**genre=Drama**")
    assert page.locator("[data-views]").is_visible()
    genres = page.locator(".five .genres").all_inner_texts()
    assert genres
    assert all("Drama" in each for each in genres)


def test_a_view_that_is_refused_says_why(result: "Page") -> None:
    refuse(result, re.compile(r"/r/[\w-]+\?"))
    result.get_by_label("Composition or colour").fill("1")
    result.locator("[data-live=notes]", has_text=REASON).wait_for()


def test_recorded_filters_are_where_the_form_rests_and_can_be_taken_off(
    visit: Any, instance: Instance
) -> None:
    wished = View(genres=("Western",))
    answer = instance.recommender.recommend(from_sample("3", instance.catalog), view=wished)
    page = visit(f"/r/{answer.id}")
    before = films(page)
    genre = page.get_by_role("combobox", name="Genre")
    assert genre.input_value() == "Western"
    genre.select_option("")
    page.wait_for_url("**genre=&**")
    every = " ".join(page.locator(".five .genres").all_inner_texts())
    assert films(page) != before, every
    page.get_by_role("link", name="Reset", exact=True).click()
    page.wait_for_url(re.compile(r"/r/[\w-]+$"))
    assert films(page) == before


def test_an_answer_opened_where_no_film_is_left_is_whole_once_the_filter_is_off(
    visit: Any,
) -> None:
    page: Page = visit("/nowhere")
    page.route("**/plotly.min.js", lambda route: route.fulfill(status=404, body=""))
    page.goto(f"{ask(page)}?decade=1890")
    page.get_by_text("No film passes these filters.").wait_for()
    page.get_by_role("link", name="Reset", exact=True).click()
    page.wait_for_url(re.compile(r"/r/[\w-]+$"))
    page.locator(".five .open").first.click()
    page.get_by_role("dialog").wait_for()
    assert page.get_by_role("button", name="Why these?").count() == 1
