"""Asking by title, link or sample, in a real browser."""

import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, request

from tests.browser.conftest import REASON, RESULT, answered, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def test_a_title_is_found_and_chosen_with_the_keyboard_alone(page: "Page") -> None:
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.id") != "q":
        page.keyboard.press("Tab")
    box = page.get_by_role("combobox")
    with page.expect_response("**/suggestions?q=FILM%20no"):
        page.keyboard.type("FILM no")
    page.locator("#matches [role=option]").first.wait_for()
    page.get_by_text("Several films may be meant").wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.locator("#matches [role=option]").nth(1)
    assert box.get_attribute("aria-activedescendant") == second.get_attribute("id")
    assert second.get_attribute("aria-selected") == "true"
    until(page, "document.activeElement.id === 'q'")
    page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "FILM no"
    page.keyboard.press("ArrowUp")
    last = page.locator("#matches [role=option]").last
    assert last.get_attribute("aria-selected") == "true"
    title = str(last.locator("b").text_content())
    page.keyboard.press("Enter")
    assert answered(page) == f"Posters most like {title}"


def test_a_suggestion_is_one_click(page: "Page") -> None:
    page.get_by_role("combobox").fill("film no 7")
    page.get_by_role("option", name="Film No. 7", exact=False).first.click()
    assert answered(page).startswith("Posters most like Film No. 7")


def test_it_says_what_it_understood_before_it_runs(page: "Page") -> None:
    box, says = page.get_by_role("combobox"), page.locator(".understood")
    before = says.inner_text()
    for text, meaning in (
        ("https://example.org/a.png", "A picture at example.org. Onesheet will fetch it."),
        ("tt9999999", "The catalogue has no film tt9999999"),
        ("no such title", "No film is called that."),
        ("film no 77", "Enter: posters like Film No. 77"),
        ("", before),
    ):
        box.fill(text)
        page.locator(".understood", has_text=meaning).wait_for()
    assert not RESULT.search(page.url)


def test_suggestions_that_are_refused_say_why_and_are_asked_for_again(page: "Page") -> None:
    box, address = page.get_by_role("combobox"), re.compile("/api/v1/suggestions")
    page.route(address, lambda route: route.fulfill(status=429, json={"error": REASON}))
    box.fill("film no 7")
    page.locator(".understood", has_text=REASON).wait_for()
    page.unroute(address)
    box.fill("film no 7")
    page.get_by_role("option").first.wait_for()


def test_a_title_that_may_mean_several_is_asked_about(page: "Page") -> None:
    page.get_by_role("combobox").fill("film")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("heading", name="Which film do you mean?").wait_for()
    page.locator(".films button").first.click()
    assert answered(page).startswith("Posters most like Film No. ")


# The page itself cancels, once the search arrived: Playwright waits while a page is on its way.
CANCEL = """() => addEventListener("submit", async () => {
  await fetch("/once-it-arrived");
  document.querySelector("[data-cancel]").click();
}, { once: true })"""


def test_a_search_that_takes_long_is_called_back_and_its_text_stays(app: Flask, visit: Any) -> None:
    arrived, cancelled = threading.Event(), threading.Event()

    @app.before_request
    def slowly() -> None:
        if request.path == "/once-it-arrived":
            arrived.wait(60)
        elif request.method == "POST":
            arrived.set()
            cancelled.wait(60)

    page: Page = visit("/")
    page.evaluate(CANCEL)
    page.fill("#q", "tt0000002")
    page.keyboard.press("Enter")
    page.locator(".reading").wait_for(state="hidden")
    cancelled.set()
    assert page.locator("#q").input_value() == "tt0000002"
    page.keyboard.press("Enter")  # the focus is in the text again
    assert answered(page) == "Posters most like Film No. 2"


def test_an_imdb_link_finds_its_film(page: "Page") -> None:
    page.get_by_label("A link, a title, or a picture").fill("https://m.imdb.com/title/tt0000002/")
    page.keyboard.press("Enter")
    assert answered(page) == "Posters most like Film No. 2"


def test_a_sample_is_one_click(page: "Page") -> None:
    sample = page.locator(".wall li").first
    name = str(sample.get_attribute("title")).split(",")[0]
    sample.click()
    assert answered(page) == f"Posters most like {name}"


def test_more_like_this_makes_a_result_the_query(page: "Page") -> None:
    page.locator(".wall button").first.click()
    page.wait_for_url(RESULT)
    title = page.locator(".film h2").first.inner_text().split(maxsplit=1)[1]
    page.get_by_role("button", name="More like this").first.click()
    page.get_by_role("heading", name=f"Posters most like {title}", exact=True).wait_for()


def test_nothing_to_ask_is_said_on_the_spot(page: "Page") -> None:
    page.get_by_role("button", name="Search").click()
    page.get_by_text("Choose a poster, paste a link, or type a title.").wait_for()
    assert not RESULT.search(page.url)


def test_an_unknown_film_leads_to_a_page_to_try_again_from(page: "Page") -> None:
    page.get_by_label("A link, a title, or a picture").fill("tt9999999")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="No such film here").wait_for()
    page.get_by_label("A link, a title, or a picture").fill("tt0000002")
    page.keyboard.press("Enter")
    assert answered(page) == "Posters most like Film No. 2"


def test_there_is_a_way_back_to_a_page_to_try_again_from(page: "Page") -> None:
    page.fill("#q", "zzzqqq")
    page.keyboard.press("Enter")
    page.wait_for_url("**/recommendations")
    assert page.locator("#q").input_value() == "zzzqqq"
    page.fill("#q", "tt0000002")
    page.keyboard.press("Enter")
    answered(page)
    page.go_back()
    page.get_by_role("heading", name="No such film here").wait_for()
    page.fill("#q", "tt0000002")
    page.keyboard.press("Enter")
    answered(page)


def test_coming_back_finds_the_form_empty_and_ready(page: "Page") -> None:
    page.locator(".wall button").first.click()
    page.wait_for_url(RESULT)
    page.go_back()
    page.locator(".wall").wait_for()
    assert page.locator(".reading").is_hidden()
    assert page.locator(".wall.leaving").count() == 0


def test_a_link_is_answered_without_scripts(visit: Any) -> None:
    page = visit("/", java_script_enabled=False)
    box = page.get_by_label("A link, a title, or a picture")
    box.fill("https://www.imdb.com/de/title/tt0000002/?ref_=fn_al_tt_1")
    box.press("Enter")
    assert answered(page) == "Posters most like Film No. 2"
    page.goto("/")
    box.fill("https://www.imdb.com/title/tt9999999/")
    page.get_by_role("button", name="Search").click()
    page.get_by_text("The catalogue has no film tt9999999").wait_for()


def test_everything_but_plots_works_without_scripts(
    visit: Any, tmp_path: Path, new_poster: bytes
) -> None:
    page = visit("/", java_script_enabled=False)
    (tmp_path / "mine.png").write_bytes(new_poster)
    page.set_input_files("#poster", tmp_path / "mine.png")
    page.get_by_role("button", name="Search").click()
    assert answered(page) == "Posters most like yours"
    page.get_by_text("Show as a table").click()
    assert page.get_by_role("table", name="The nearest films").is_visible()
    assert page.locator(".plot").is_hidden()
    page.get_by_role("button", name="Good").click()
    page.get_by_text("Thank you.").wait_for()
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("Do these look like it?").wait_for()
    page.goto("/")
    page.locator(".wall button").first.click()
    answered(page)
