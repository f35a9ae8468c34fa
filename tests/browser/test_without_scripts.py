"""Without JavaScript every page stands on both screens, and plain forms do what it offers."""

import re
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.instruments.page_addresses import PAGES
from tests.browser.conftest import SCREENS, ask, sideways

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@SCREENS
def test_every_page_stands(visit: Any, screen: dict[str, int]) -> None:
    page: Page = visit("/nowhere", viewport=screen, java_script_enabled=False)
    answer = ask(page)
    answers = (answer, f"{answer}?row=colour&more=true", f"{answer}/report")
    for path in ("/", "/films?q=film", "/genres/drama", *PAGES.values(), *answers):
        page.goto(path)
        assert page.locator("h1:visible").count() == 1, path
        assert page.locator(".scripted:visible").count() == 0, path
        assert not sideways(page), path


@SCREENS
def test_an_answer_is_liked_cut_judged_and_rated(visit: Any, screen: dict[str, int]) -> None:
    page: Page = visit("/nowhere", viewport=screen, java_script_enabled=False)
    page.goto(ask(page))
    page.locator(".five [data-thumb=up]").first.click()
    page.wait_for_url(re.compile("#film-"))
    page.get_by_role("button", name="More like the one you liked").wait_for()
    page.locator("#more > summary").click()
    page.locator("#more a[data-row-address]").click()
    page.locator("#more .film").nth(19).wait_for()
    page.get_by_text("Mark the genres the film is meant to promise").click()
    page.get_by_label("Horror", exact=True).check()
    page.get_by_role("button", name="Check the genres").click()
    page.locator(".verdict").wait_for()
    page.locator(".crop > summary").click()
    page.locator(".in-numbers > summary").click()
    page.locator("[name=crop_top]").fill("10")
    page.get_by_role("button", name="Search by this part").click()
    page.get_by_role("heading", name="Posters most like a part of").wait_for()
    page.get_by_role("button", name="Okay").click()
    page.get_by_text("Thank you.").wait_for()


@SCREENS
def test_colours_years_and_example_drafts_are_asked_for(visit: Any, screen: dict[str, int]) -> None:
    page: Page = visit("/", viewport=screen, java_script_enabled=False)
    page.locator("#q").fill("red and black")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("heading", name="Posters in red and black").wait_for()
    page.goto("/trends")
    page.get_by_role("button", name="Show that year").click()
    page.wait_for_url(re.compile("year="))
    page.goto("/compare")
    page.get_by_role("button", name="three example drafts").click()
    page.wait_for_url(re.compile(r"/compare\?draft="))
    page.locator(".draft").nth(2).wait_for()
    assert not sideways(page)
