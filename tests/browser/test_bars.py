"""What stands at an answer's edges, and above its films, hides nothing and takes no more room."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import PHONE, SCREENS, ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def answered(visit: Any, screen: dict[str, int]) -> "Page":
    """The page of an answer that its visitor asked for."""
    page: Page = visit("/nowhere", viewport=screen)
    page.goto(ask(page))
    return page


# Moves an element to the window's lower edge and the focus to it: where it and the bar are then.
FOCUSED_LOW = """found => {
  window.scrollBy(0, found.getBoundingClientRect().bottom - innerHeight);
  found.focus();
  const bar = document.getElementById("feedback").getBoundingClientRect();
  return [found.getBoundingClientRect().bottom, bar.top];
}"""
# The same for the end of the page.
END = """() => {
  window.scrollTo(0, document.documentElement.scrollHeight);
  const bar = document.getElementById("feedback").getBoundingClientRect();
  return [document.querySelector(".foot .hold").getBoundingClientRect().bottom, bar.top];
}"""


@SCREENS
def test_neither_the_focus_nor_the_pages_end_is_under_the_verdict(
    visit: Any, screen: dict[str, int]
) -> None:
    page: Page = answered(visit, screen)
    low = page.locator(".five .keep").last
    places = [low.evaluate(FOCUSED_LOW), page.evaluate(END)]
    page.get_by_role("button", name="Good").click()
    page.get_by_text("distance chose these five").wait_for()
    places += [low.evaluate(FOCUSED_LOW), page.evaluate(END)]
    assert [(bottom, bar) for bottom, bar in places if bottom > bar] == []


def test_on_a_phone_what_is_led_to_stands_below_the_strip(visit: Any) -> None:
    page: Page = answered(visit, PHONE)
    page.evaluate("location.hash = 'more'")
    strip = page.locator(".query").bounding_box()
    led_to = page.locator("#more > summary").bounding_box()
    assert strip
    assert led_to
    assert strip["y"] + strip["height"] <= led_to["y"] < PHONE["height"]


def test_on_a_small_laptop_sliders_filters_and_reset_take_one_line(visit: Any) -> None:
    page: Page = answered(visit, {"width": 1280, "height": 720})
    middle = "each => each.map(({ top, bottom }) => Math.round((top + bottom) / 2))"
    boxes = "all => all.map(each => each.getBoundingClientRect())"
    shown = page.locator(".views :is(.slider, details, [data-as-found])")
    assert len(set(shown.evaluate_all(f"all => ({middle})(({boxes})(all))"))) == 1


# How far the poster's strip and the verdict go along as the page is scrolled by 600 pixels, and the
# room that focused elements keep from the window's edges.
SCROLLED = """() => {
  const bars = [...document.querySelectorAll(".query, #feedback")];
  const tops = () => bars.map((each) => each.getBoundingClientRect().top);
  window.scrollTo(0, 0);
  const before = tops();
  window.scrollTo(0, 600);
  const { scrollPaddingTop, scrollPaddingBottom } = getComputedStyle(document.documentElement);
  const along = tops().map((top, place) => Math.round(before[place] - top));
  return [...along, scrollPaddingTop, scrollPaddingBottom];
}"""


def test_in_a_low_window_nothing_stands_over_the_page(visit: Any) -> None:
    page: Page = answered(visit, {"width": 683, "height": 320})
    before = page.evaluate(SCROLLED)
    page.get_by_role("button", name="Good").click()
    page.get_by_text("distance chose these five").wait_for()
    assert [before, page.evaluate(SCROLLED)] == [[600, 600, "0px", "0px"]] * 2
    assert not page.get_by_role("button", name="Close").is_visible()
