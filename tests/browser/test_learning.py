"""/learning in a real browser: new ratings appear by themselves, and the simulator's sliders."""

import random
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bandit import Rating
from onesheet.instance import Instance
from onesheet.queries.query import from_sample
from onesheet.recommending.recommender import ARMS
from tests.browser import axe
from tests.browser.conftest import DESKTOP, PHONE, REASON, refuse, sideways, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

PATIENCE = 60_000
A_WHILE = 6_000
"""Milliseconds: longer than the page waits between two questions."""


@pytest.fixture
def learning(visit: Any, instance: Instance) -> "Page":
    """/learning after one rating, with a clock that a test may put forward."""
    rate(instance, 1)
    page: Page = visit("about:blank")
    page.clock.install()
    page.goto("/learning")
    return page


def rate(instance: Instance, sample: int, rating: Rating = Rating.GOOD) -> str:
    """The id of a search that is rated."""
    answer = instance.recommender.recommend(from_sample(str(sample), instance.catalog))
    instance.recommender.rate(answer.id, rating)
    return answer.id


@pytest.mark.slow
def test_it_reads_whatever_the_number_of_ratings(visit: Any, instance: Instance) -> None:
    """On both screens and in both schemes."""
    page: Page = visit("/about")
    script, rng = axe.source(), random.Random(1)
    record = instance.feedback.get(rate(instance, 1))
    assert record
    unrated = replace(record, agreeing=(), rating=None, rated_at=None)
    instance.recommender.rate(record.id, None)
    given = 0
    for count, says in ((0, "Nothing is rated yet"), (5, "too few"), (50, "would"), (500, "first")):
        for number in range(given, count):
            again = replace(unrated, id=f"{number:022d}", arm=ARMS[number % 3])
            instance.feedback.record(again)
            instance.recommender.rate(again.id, rng.choices(list(Rating), (3, 2, 1))[0])
        given = count
        for screen in (DESKTOP, PHONE):
            page.set_viewport_size({"width": screen["width"], "height": screen["height"]})
            page.goto("/learning")
            page.locator("main").get_by_text(says).first.wait_for()
            assert not sideways(page), (count, screen)
            assert axe.in_both_schemes(page, script) == [], (count, screen)


def test_a_new_rating_appears_without_a_reload(learning: "Page", instance: Instance) -> None:
    learning.evaluate("window.same = true")
    learning.get_by_text("After 1 rating ").wait_for()
    rate(instance, 2)
    learning.clock.fast_forward(A_WHILE)
    learning.get_by_text("After 2 ratings ").wait_for(timeout=PATIENCE)
    assert learning.locator("#latest tbody tr").count() == 2
    assert learning.evaluate("window.same")


def test_the_first_rating_brings_the_plots_without_a_reload_and_its_withdrawal_takes_them(
    visit: Any, instance: Instance
) -> None:
    page: Page = visit("about:blank")
    page.clock.install()
    page.goto("/learning")
    page.evaluate("window.same = true")
    page.get_by_text("Play it").click()
    slider = page.get_by_label("True average of cosine")
    slider.fill("0.9")
    assert page.locator(".plots, #latest").count() == 0
    rated = rate(instance, 1)
    page.clock.fast_forward(A_WHILE)
    for name in ("values", "picks", "rewards", "epsilon"):
        page.locator(f"[data-plot={name}]").scroll_into_view_if_needed(timeout=PATIENCE)
        page.clock.fast_forward(A_WHILE)  # Plotly draws in its own time
        page.locator(f"[data-plot={name}][data-drawn]").wait_for(timeout=PATIENCE)
    assert page.locator("#latest tbody tr").count() == 1
    assert page.locator(".steps").count() == 0
    instance.recommender.rate(rated, None)
    page.clock.fast_forward(A_WHILE)
    page.locator(".steps").wait_for(timeout=PATIENCE)
    assert page.locator(".plots, #latest").count() == 0
    assert slider.input_value() == "0.9"
    assert page.evaluate("window.same")


def test_it_can_be_paused_by_keys(learning: "Page", instance: Instance) -> None:
    asked: list[str] = []
    learning.on("request", lambda request: asked.append(request.url))
    learning.get_by_role("button", name="Pause").press("Enter")
    learning.get_by_text("Paused.").wait_for()
    rate(instance, 2)
    learning.clock.fast_forward(A_WHILE)
    assert learning.get_by_text("After 1 rating ").count() == 1
    assert not [url for url in asked if url.endswith("/learning")]
    learning.get_by_role("button", name="Go on").press("Enter")
    learning.get_by_text("After 2 ratings ").wait_for(timeout=PATIENCE)


def test_moving_a_slider_plays_again_and_records_nothing(visit: Any, instance: Instance) -> None:
    page: Page = visit("/learning")
    before = page.locator("#regrets tbody").inner_text()
    version = instance.feedback.version()
    page.get_by_text("Play it").click()
    slider = page.get_by_label("True average of cosine")
    slider.focus()
    for _ in range(4):
        slider.press("ArrowRight")
    assert page.locator("output[for=simulate-cosine]").inner_text() == "+0.30"
    until(
        page,
        "text => document.querySelector('#regrets tbody').innerText !== text",
        before,
        PATIENCE / 1000,
    )
    page.get_by_label("Number of ratings").press("ArrowLeft")
    page.get_by_text("After 180 ratings").wait_for(timeout=PATIENCE)
    assert instance.feedback.version() == version


def test_the_simulator_works_without_javascript(visit: Any) -> None:
    page: Page = visit("/learning", java_script_enabled=False)
    page.get_by_text("Play it").click()
    page.get_by_role("button", name="Simulate").click()
    page.wait_for_url("**/learning/simulator?**")
    page.get_by_text("After 200 ratings, mean of 10 plays").wait_for()


def test_a_play_that_is_refused_says_why(visit: Any) -> None:
    page: Page = visit("/learning")
    page.get_by_text("Play it").click()
    refuse(page, re.compile(r"/learning/simulator\?"))
    page.get_by_label("Number of ratings").press("ArrowLeft")
    page.locator("[data-simulator] .refusal", has_text=REASON).wait_for()
