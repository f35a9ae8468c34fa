"""A result enlarged beside what was asked about: by click, keys, wheel and swipe."""

import re
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from catalog.images import to_webp
from tests.browser import axe
from tests.browser.conftest import ask, until
from tests.conftest import drawn

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

SCREENS = pytest.mark.parametrize(
    ("screen", "scheme"),
    [({"width": 1366, "height": 768}, "light"), ({"width": 360, "height": 780}, "dark")],
    ids=["laptop", "phone"],
)


@SCREENS
def test_a_click_enlarges_a_film_beside_the_query_and_keys_do_the_rest(
    visit: Any, screen: dict[str, int], scheme: str
) -> None:
    page: Page = visit("/nowhere", viewport=screen, color_scheme=scheme)
    page.route("**/plotly.min.js", lambda route: route.fulfill(status=404, body=""))
    page.goto(ask(page))
    titles = [each.replace("\n", " ") for each in page.locator(".five h2").all_inner_texts()]
    page.locator(".five .open").nth(1).click()
    page.get_by_role("dialog", name=titles[1].split(maxsplit=1)[1]).wait_for()
    box = page.get_by_role("dialog")
    two = box.get_by_role("img").all()
    assert len(two) == 2
    for image in two:
        edges = image.bounding_box()
        assert edges
        assert edges["x"] >= 0
        assert edges["x"] + edges["width"] <= screen["width"]
    assert axe.violations(page, axe.source()) == []
    page.keyboard.press("ArrowRight")
    assert box.get_by_role("heading").inner_text() == titles[2]
    page.keyboard.press("+")
    scale = "scale(1.5)"
    styles = [str(each.get_attribute("style")) for each in two]
    assert all(scale in style for style in styles)
    page.keyboard.press("o")
    box.get_by_role("slider").fill("0.2")
    assert "opacity: 0.2" in str(two[1].get_attribute("style"))
    page.keyboard.press("1")  # rates nothing that is not in view
    page.keyboard.press("Escape")
    page.locator(".lightbox").wait_for(state="hidden")
    assert page.locator("[data-rating] [aria-pressed=true]").count() == 0
    until(page, "document.activeElement.closest('.film')?.matches(':nth-child(3)')")


def test_it_is_swiped_through_and_zoomed_by_the_wheel(visit: Any) -> None:
    page: Page = visit("/nowhere")
    page.goto(ask(page))
    titles = [each.replace("\n", " ") for each in page.locator(".five h2").all_inner_texts()]
    page.locator(".five .open").first.click()
    title = page.locator("#lightbox-title")
    page.mouse.move(900, 400)
    page.mouse.down()
    page.mouse.move(700, 410)
    page.mouse.up()
    assert title.inner_text() == titles[1]
    page.mouse.wheel(0, -400)
    page.locator(".lightbox.near").wait_for()
    page.mouse.down()
    page.mouse.move(600, 410)
    page.mouse.up()
    assert title.inner_text() == titles[1]  # what is near is moved instead
    page.get_by_role("button", name="Close").last.click()
    assert page.locator(".lightbox").is_hidden()


def test_without_scripts_a_poster_leads_to_its_file(visit: Any) -> None:
    page: Page = visit("/nowhere", java_script_enabled=False)
    page.goto(ask(page))
    page.locator(".five .open").first.click()
    page.wait_for_url("**/posters/*.webp")


def test_the_former_poster_goes_before_the_next_one_has_come(visit: Any) -> None:
    page: Page = visit("/nowhere")
    page.route("**/plotly.min.js", lambda route: route.fulfill(status=404, body=""))
    page.goto(ask(page))
    page.locator(".five .open").first.click()
    until(page, "document.querySelector('[data-found]').naturalWidth > 0")
    pane = page.locator(".pane", has=page.locator("[data-found]"))
    former = pane.screenshot()
    page.route(re.compile(r"/posters/[0-9a-f]{64}\.webp"), lambda route: None)
    page.keyboard.press("ArrowRight")
    assert pane.screenshot() != former


def test_a_softly_drawn_poster_is_not_enlarged_and_a_sharp_one_half_again(visit: Any) -> None:
    page: Page = visit("/nowhere")
    page.route("**/plotly.min.js", lambda route: route.fulfill(status=404, body=""))
    page.goto(ask(page))
    sharp = drawn(7).resize((200, 300), Image.Resampling.LANCZOS)
    soft = sharp.resize((100, 150)).resize(sharp.size, Image.Resampling.BICUBIC)
    bodies = {1.5: to_webp(sharp), 1: to_webp(soft)}
    for times in bodies:
        page.unroute_all()
        hang(page, bodies[times])
        page.locator(".five .open").first.click()
        until(
            page,
            "width => width"
            " === document.querySelector('[data-found]').style.getPropertyValue('--widest')",
            f"{times * 200:g}px",
        )
        page.keyboard.press("Escape")


def hang(page: "Page", body: bytes) -> None:
    """Every poster's file shows this picture."""
    page.route(
        re.compile(r"/posters/[0-9a-f]{64}\.webp"),
        lambda route: route.fulfill(body=body, content_type="image/webp"),
    )


def test_what_is_near_is_moved_by_keys(visit: Any) -> None:
    page: Page = visit("/nowhere")
    page.route("**/plotly.min.js", lambda route: route.fulfill(status=404, body=""))
    page.goto(ask(page))
    page.locator(".five .open").first.click()
    says = page.get_by_text("Shift and arrow keys move it.")
    assert says.is_hidden()
    title = page.locator("#lightbox-title").inner_text()
    for key in ("+", "+", "Shift+ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    assert says.is_visible()
    assert "translate(-60px, -60px)" in str(page.locator("[data-found]").get_attribute("style"))
    assert page.locator("#lightbox-title").inner_text() == title
    page.keyboard.press("ArrowRight")
    assert page.locator("#lightbox-title").inner_text() != title
