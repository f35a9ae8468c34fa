"""Rating, the plots and the look of a page, in a real browser."""

import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from bandit import Rating
from onesheet.instance import Instance
from tests.browser.conftest import ask, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture
def result(visit: Any) -> "Page":
    """The page of a recommendation that its visitor asked for."""
    page: Page = visit("/nowhere")
    page.goto(ask(page))
    return page


def rating(page: "Page", instance: Instance) -> str | None:
    found = instance.feedback.get(page.url.rpartition("/")[2])
    assert found
    return found.rating.value if found.rating else None


def pressed(page: "Page") -> list[str]:
    buttons = page.locator("[data-rating] [aria-pressed=true]")
    return [str(buttons.nth(n).get_attribute("value")) for n in range(buttons.count())]


def test_a_rating_is_given_changed_and_withdrawn_in_place(
    result: "Page", instance: Instance
) -> None:
    result.evaluate("window.same = true")
    result.get_by_role("button", name="Good").click()
    result.get_by_text("distance chose these five").wait_for()
    assert pressed(result) == [rating(result, instance)] == ["good"]
    result.get_by_role("button", name="Bad").click()
    result.get_by_text("average is now −1.00").wait_for()
    assert pressed(result) == [rating(result, instance)] == ["bad"]
    result.get_by_role("button", name="Take it back").click()
    result.get_by_text("Do these look like it?").wait_for()
    assert pressed(result) == []
    assert rating(result, instance) is None
    assert result.evaluate("window.same")


def test_a_rating_shows_in_another_tab_that_has_the_same_answer(
    result: "Page", instance: Instance
) -> None:
    other = result.context.new_page()
    other.goto(result.url)
    result.get_by_role("button", name="Good").click()
    other.get_by_text("distance chose these five").wait_for()
    assert pressed(other) == ["good"]
    other.get_by_role("button", name="Take it back").click()
    result.get_by_text("Do these look like it?").wait_for()
    assert pressed(result) == []
    other.goto(ask(other, 4))
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url))
    result.get_by_role("button", name="Bad").click()
    result.get_by_text("distance chose these five").wait_for()
    instance.feedback.rate(other.url.rpartition("/")[2], Rating.GOOD)
    action = other.locator("[data-rating]").evaluate("form => form.action")
    result.evaluate(
        "action => new BroadcastChannel('onesheet-ratings').postMessage(action)", action
    )
    other.get_by_text("distance chose these five").wait_for()
    assert pressed(other) == ["good"]
    assert asked.count(other.url) == 1, "it looked for its own answer alone"
    other.close()


def test_keys_rate_and_undo(result: "Page", instance: Instance) -> None:
    result.keyboard.press("2")
    result.get_by_text("Thank you.").wait_for()
    assert rating(result, instance) == "okay"
    result.keyboard.press("u")
    result.get_by_text("Do these look like it?").wait_for()
    assert rating(result, instance) is None


@pytest.mark.parametrize(("keys", "left"), [("13", "bad"), ("1u", None), ("132", "okay")])
def test_the_last_of_several_quick_presses_counts(
    result: "Page", instance: Instance, keys: str, left: str | None
) -> None:
    def slowly(route: Any) -> None:
        time.sleep(0.3)
        route.continue_()

    result.route("**/rating", slowly)
    with result.expect_response("**/rating"), result.expect_request_finished():
        for key in keys:
            result.keyboard.press(key)
    result.locator("#feedback[aria-busy=true]").wait_for(state="detached")
    settled = f"[aria-pressed=true][value={left}]" if left else "#feedback-title"
    result.locator(settled).wait_for()
    result.wait_for_load_state("networkidle")
    assert rating(result, instance) == left
    assert pressed(result) == ([left] if left else [])


def test_keys_can_be_switched_off_and_stay_off(result: "Page", instance: Instance) -> None:
    result.get_by_label("Rate by keys").uncheck()
    result.keyboard.press("1")
    result.reload()
    assert not result.get_by_label("Rate by keys").is_checked()
    result.keyboard.press("1")
    result.wait_for_load_state("networkidle")
    assert rating(result, instance) is None


def test_keys_with_modifiers_belong_to_the_browser(result: "Page", instance: Instance) -> None:
    result.keyboard.press("Control+1")
    result.wait_for_load_state("networkidle")
    assert rating(result, instance) is None


def test_focus_stays_on_the_button_that_was_used(result: "Page") -> None:
    result.get_by_role("button", name="Okay").focus()
    result.keyboard.press("Enter")
    result.get_by_text("Thank you.").wait_for()
    until(result, "document.activeElement.value === 'okay'")


def test_the_scatter_numbers_the_five_and_shows_a_poster_on_hover(
    result: "Page", instance: Instance
) -> None:
    answer = instance.permalinks.answer(result.url.rsplit("/", 1)[1])
    assert answer
    drawn = {
        str(place)
        for place, each in enumerate(answer.results, start=1)
        if each.card.year is not None and each.card.rating is not None
    }
    result.locator(".plot").scroll_into_view_if_needed()
    result.locator("[data-plot=scatter][data-drawn]").wait_for()
    numbers = result.locator(".plot .textpoint text").all_text_contents()
    assert set(numbers) - {"this film"} == drawn
    if not drawn:
        return
    # The topmost of the numbered points is the nearest that can be drawn.
    point = result.locator(".plot .scatterlayer .trace").last.locator(".point").last
    box = point.bounding_box()
    assert box
    result.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    # Plotly looks at the pointer a few times a second, so the card and the light come in a while.
    result.locator(".film.lit").wait_for()
    card = result.locator(".plot .card")
    card.wait_for(state="visible")
    assert "★" in card.inner_text()
    picture = card.locator("img")
    assert str(picture.get_attribute("src")).startswith("/posters/")
    assert result.locator(".film.lit").count() == 1
    result.mouse.move(1, 1)
    card.wait_for(state="hidden")


def test_the_plot_can_be_downloaded(result: "Page") -> None:
    result.locator(".plot").scroll_into_view_if_needed()
    result.locator("[data-plot=scatter][data-drawn]").wait_for()
    assert result.locator(".modebar-btn").count() == 1
    with result.expect_download() as download:
        result.locator(".modebar-btn").click()
    assert download.value.suggested_filename == "onesheet-scatter.png"


def test_plots_follow_the_colour_scheme(result: "Page") -> None:
    result.locator(".plot").scroll_into_view_if_needed()
    result.locator("[data-plot=scatter][data-drawn]").wait_for()

    plot = result.locator(".plot .main-svg").first
    ground = "each => getComputedStyle(each).backgroundColor"
    light = plot.evaluate(ground)
    result.emulate_media(color_scheme="dark")
    for _ in range(50):
        if plot.evaluate(ground) != light:
            break
        result.wait_for_timeout(100)
    assert plot.evaluate(ground) == result.evaluate(
        "getComputedStyle(document.body).backgroundColor"
    )


def test_the_learning_page_draws_its_three_plots(result: "Page") -> None:
    result.get_by_role("button", name="Good").click()
    result.get_by_role("link", name="See what it learned").click()
    result.wait_for_url("**/learning")
    for name in ("values", "picks", "epsilon"):
        result.locator(f"[data-plot={name}]").scroll_into_view_if_needed()
        result.locator(f"[data-plot={name}][data-drawn]").wait_for()
    assert "After 1 rating " in result.locator(".says").inner_text()


def test_the_film_is_one_click_from_its_table(result: "Page") -> None:
    result.get_by_text("Show as a table").click()
    table = result.get_by_role("table", name="The nearest films")
    assert table.locator("tbody tr").count() == 50


def test_intended_genres_are_marked_and_compared(result: "Page") -> None:
    result.get_by_text("Mark the genres the film is meant to promise").click()
    result.get_by_label("Horror", exact=True).check()
    result.get_by_role("button", name="Check the genres").click()
    result.wait_for_url(re.compile(r"\?intended=Horror#intent$"))
    assert result.get_by_label("Horror", exact=True).is_checked()
    assert "Horror" in result.locator(".verdict .lead").inner_text()
    assert result.locator(".examples .print").count() == 5
