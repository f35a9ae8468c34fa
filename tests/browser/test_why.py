"""Heat over the posters, by pointer and by keyboard, and posters that hold their place."""

import re
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient

from tests.browser.conftest import refuse

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

PHONE = {"width": 360, "height": 740}
PLACES, REASONS = re.compile(r"/genre/[^/]+\.json$"), re.compile(r"/why/\d+\.json$")
"""Where a page asks where a genre is seen, and why a film is near."""


@pytest.fixture
def there(client: FlaskClient) -> str:
    """A recommendation's address."""
    return client.post("/recommendations", data={"sample": "3"}).location


@pytest.fixture
def result(visit: Any, there: str) -> "Page":
    page: Page = visit(there)
    return page


def explained(page: "Page") -> str | None:
    """The poster's id of the one film that is explained, once there is heat over it."""
    page.locator(".film.explained canvas.heat").wait_for()
    assert page.locator(".film canvas.heat").count() == 1
    return page.locator(".film.explained").get_attribute("data-poster")


def drawn(canvas: "Locator") -> Any:
    """How many different colours a canvas shows."""
    return canvas.evaluate(
        "it => new Set(new Uint32Array("
        "it.getContext('2d').getImageData(0, 0, it.width, it.height).data.buffer)).size"
    )


def test_the_switch_lays_heat_over_both_posters_and_says_where(result: "Page") -> None:
    switch = result.get_by_role("button", name="Why these?")
    switch.click()
    films = result.locator(".five .film")
    assert explained(result) == films.first.get_attribute("data-poster")
    for canvas in (".query canvas.heat", ".film.explained canvas.heat"):
        assert drawn(result.locator(canvas)) > 50
    told = result.locator(".why-told [role=status]")
    title = films.first.locator("h2").inner_text().split("\n")[-1]
    first, *second = told.inner_text().split("\n")
    assert first.startswith("Both ")
    assert "What draws them together: on " in second[-1]
    assert title.removeprefix("1").strip() in second[-1]
    switch.click()
    assert result.locator("canvas.heat").count() == 0
    assert not told.is_visible()


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, PHONE], ids=["wide", "phone"])
def test_the_switch_stays_where_it_is_and_a_second_click_takes_all_back(
    visit: Any, there: str, size: dict[str, int]
) -> None:
    page = visit(there, viewport=size)
    switch = page.get_by_role("button", name="Why these?")
    before = switch.bounding_box()
    switch.click()
    explained(page)
    after, told = switch.bounding_box(), page.locator(".why-told").bounding_box()
    assert after == before
    assert told["y"] >= before["y"] + before["height"]
    page.mouse.click(before["x"] + before["width"] / 2, before["y"] + before["height"] / 2)
    assert page.locator("canvas.heat").count() == 0


def test_the_heat_covers_exactly_the_poster(result: "Page") -> None:
    result.get_by_role("button", name="Why these?").click()
    explained(result)
    for print_ in (".query .print", ".film.explained .print"):
        canvas = result.locator(f"{print_} canvas").bounding_box()
        assert canvas == result.locator(f"{print_} img").last.bounding_box()


def test_pointing_at_another_poster_explains_that_one(result: "Page") -> None:
    result.get_by_role("button", name="Why these?").click()
    explained(result)
    third = result.locator(".five .film").nth(2)
    third.hover()
    result.locator(".film:nth-child(3).explained").wait_for()
    assert explained(result) == third.get_attribute("data-poster")


def test_films_ranked_anew_are_explained_anew_one_at_a_time(result: "Page") -> None:
    result.get_by_role("button", name="Why these?").click()
    explained(result)
    result.get_by_text("Filter and adjust").click()
    for weight in ("0.02", "1"):
        result.get_by_label("Composition or colour").fill(weight)
        result.wait_for_url(f"**colour={weight}")
        assert explained(result) in result.locator(".five .film").evaluate_all(
            "all => all.map(film => film.dataset.poster)"
        )


def test_by_keyboard_alone_each_film_is_explained_as_it_gets_the_focus(result: "Page") -> None:
    result.get_by_role("button", name="Why these?").focus()
    result.keyboard.press("Enter")
    explained(result)
    for _ in range(20):  # past the first film's links, however many it has
        if result.evaluate("document.activeElement.closest('.film:nth-child(2)') !== null"):
            break
        result.keyboard.press("Tab")
    result.locator(".film:nth-child(2).explained").wait_for()
    assert (
        result.locator("[data-why-says][role=status], [role=status] [data-why-says]").count() == 1
    )


def test_choosing_a_genre_shows_where_it_is_seen_and_choosing_it_again_hides_it(
    result: "Page",
) -> None:
    genre = result.locator("[data-seen] button").first
    name = genre.inner_text()
    genre.click()
    result.locator(".query canvas.heat").wait_for()
    assert name in result.locator("[data-seen-says]").inner_text()
    assert genre.get_attribute("aria-pressed") == "true"
    genre.click()
    assert result.locator("canvas.heat").count() == 0
    assert genre.get_attribute("aria-pressed") == "false"


def test_a_genre_and_the_reasons_are_never_shown_over_each_other(result: "Page") -> None:
    why, genre = (
        result.get_by_role("button", name="Why these?"),
        result.locator("[data-seen] button"),
    )
    why.click()
    explained(result)
    genre.nth(1).click()
    result.locator(".query canvas.heat").wait_for()
    assert why.get_attribute("aria-pressed") == "false"
    assert result.locator(".film canvas.heat").count() == 0
    why.click()
    explained(result)
    assert genre.nth(1).get_attribute("aria-pressed") == "false"
    assert result.locator("[data-seen-says]").inner_text() == ""


def test_a_genre_that_does_not_arrive_leaves_no_heat_and_can_be_tried_again(result: "Page") -> None:
    genre = result.locator("[data-seen] button")
    genre.nth(0).click()
    result.locator(".query canvas.heat").wait_for()
    refuse(result, PLACES)
    genre.nth(1).click()
    result.get_by_text("That did not arrive; try again.").wait_for()
    assert result.locator("canvas.heat").count() == 0
    assert genre.nth(1).get_attribute("aria-pressed") == "false"
    result.unroute(PLACES)
    genre.nth(1).click()
    result.locator(".query canvas.heat").wait_for()


def test_a_reason_that_does_not_arrive_leaves_no_heat_and_can_be_tried_again(
    result: "Page",
) -> None:
    result.get_by_role("button", name="Why these?").click()
    explained(result)
    refuse(result, REASONS)
    third = result.locator(".five .film").nth(2)
    third.hover()
    result.get_by_text("The explanation did not arrive; try again.").wait_for()
    assert result.locator("canvas.heat").count() == 0
    result.unroute(REASONS)
    result.mouse.move(1, 1)
    third.hover()
    assert explained(result) == third.get_attribute("data-poster")


def test_on_a_phone_a_genre_is_shown_beside_its_bar(visit: Any, there: str) -> None:
    page = visit(there, viewport=PHONE)
    page.locator("[data-seen] button").first.click()
    page.locator(".seen-on canvas.heat").wait_for()
    assert page.locator(".seen-on").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_on_a_phone_words_and_heat_are_on_one_screen(visit: Any, there: str) -> None:
    page = visit(there, viewport=PHONE)
    page.get_by_role("button", name="Why these?").click()
    explained(page)
    told = page.locator("[data-why-says]").bounding_box()
    film = page.locator(".film.explained .print").bounding_box()
    verdict = page.locator(".feedback").bounding_box()
    assert page.evaluate("scrollY") == 0
    assert told["y"] + told["height"] <= film["y"]
    assert film["y"] + film["height"] / 2 < verdict["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_on_a_phone_without_javascript_there_is_no_switch_either(visit: Any, there: str) -> None:
    page = visit(there, viewport=PHONE, java_script_enabled=False)
    assert not page.get_by_text("Why these?").is_visible()
    assert page.get_by_text("Filter and adjust").is_visible()


def test_without_javascript_there_is_no_switch_that_does_nothing(visit: Any, there: str) -> None:
    page = visit(there, java_script_enabled=False)
    assert not page.get_by_text("Why these?").is_visible()
    assert page.locator("[data-seen] button").count() == 0
    assert page.locator(".swatches").count() == 6


def test_posters_hold_their_place_with_a_blurred_image_while_they_load(
    visit: Any, there: str
) -> None:
    """No picture arrives, and the page is laid out as it is with all of them."""
    boxes = "[...document.querySelectorAll('.print, .film')].map(it => {"
    boxes += "const {x, y, width, height} = it.getBoundingClientRect();"
    boxes += "return [x, y, width, height].map(Math.round).join() })"
    with_all = visit(there).evaluate(boxes)
    bare = visit("/about")
    bare.route(re.compile(r"\.webp$"), lambda route: None)  # they never arrive
    bare.goto(there, wait_until="domcontentloaded")
    blurred = bare.locator(".film .blurred").first
    assert blurred.evaluate("it => it.decode().then(() => it.naturalWidth)") == 8
    bare.evaluate("document.fonts.ready.then(() => null)")
    assert bare.evaluate(boxes) == with_all
