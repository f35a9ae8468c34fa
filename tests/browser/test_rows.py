"""Rows of films alike in one respect, and posters by colour."""

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import axe
from tests.browser.conftest import ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

PHONE = {"width": 360, "height": 780}


def test_a_row_fetches_its_five_when_it_is_opened_by_keys(visit: Any) -> None:
    page: Page = visit("/nowhere", viewport=PHONE, color_scheme="dark")
    page.route("**/plotly.min.js", lambda route: route.fulfill(status=404, body=""))
    page.goto(ask(page))
    row = page.locator("#row-colour")
    assert row.locator(".film").count() == 0
    row.locator("summary").press("Enter")
    row.locator(".film").nth(4).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert axe.violations(page, axe.source()) == []
    row.locator(".open").first.click()
    page.get_by_role("dialog").wait_for()


def test_without_scripts_a_row_is_a_page_away(visit: Any) -> None:
    page: Page = visit("/nowhere", java_script_enabled=False)
    page.goto(ask(page))
    page.locator("#row-genre summary").click()
    page.locator("#row-genre a").click()
    page.wait_for_url(re.compile(r"row=genre#row-genre$"))
    assert page.locator("#row-genre .film").count() == 5


def test_colours_typed_lead_to_posters_in_them(visit: Any) -> None:
    page: Page = visit("/", viewport=PHONE)
    page.get_by_role("combobox").fill("red and black")
    page.get_by_text("Enter: posters in red and black").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Posters in red and black").wait_for()
    assert axe.violations(page, axe.source()) == []
    page.get_by_label("Genre").select_option("Drama")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**genre=Drama**")
