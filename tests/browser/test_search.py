"""Every way to ask, in a real browser."""

import base64
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

RESULT = re.compile(r"/r/[\w-]+$")


def answered(page: "Page") -> str:
    page.wait_for_url(RESULT)
    assert page.locator(".film").count() == 5
    return page.locator("h1").inner_text()


def carried(page: "Page", data: bytes) -> Any:
    """A file as it hangs on the mouse pointer."""
    return page.evaluate_handle(
        """text => {
          const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
          const carried = new DataTransfer();
          carried.items.add(new File([bytes], "mine.png", { type: "image/png" }));
          return carried;
        }""",
        base64.b64encode(data).decode(),
    )


def test_choosing_a_file_sends_it_at_once(page: "Page", tmp_path: Path, new_poster: bytes) -> None:
    (tmp_path / "mine.png").write_bytes(new_poster)
    page.set_input_files("#poster", tmp_path / "mine.png")
    assert answered(page) == "Posters most like yours"


def test_dropping_a_file_anywhere_sends_it(page: "Page", new_poster: bytes) -> None:
    files = carried(page, new_poster)
    page.dispatch_event("footer", "dragenter", {"dataTransfer": files})
    page.get_by_text("Drop the poster here").wait_for(state="visible")
    page.dispatch_event("footer", "drop", {"dataTransfer": files})
    assert answered(page) == "Posters most like yours"


def test_leaving_with_the_file_takes_the_veil_away(page: "Page", new_poster: bytes) -> None:
    files = carried(page, new_poster)
    page.dispatch_event("footer", "dragenter", {"dataTransfer": files})
    page.dispatch_event("footer", "dragleave", {"dataTransfer": files})
    page.get_by_text("Drop the poster here").wait_for(state="hidden")


def test_dragging_the_pages_own_pictures_does_nothing(page: "Page", new_poster: bytes) -> None:
    files = carried(page, new_poster)
    page.dispatch_event(".wall img >> nth=0", "dragstart", {"dataTransfer": files})
    page.dispatch_event("footer", "dragenter", {"dataTransfer": files})
    assert page.get_by_text("Drop the poster here").is_hidden()
    page.dispatch_event("footer", "drop", {"dataTransfer": files})
    assert page.locator(".reading").is_hidden()


def test_an_imdb_link_finds_its_film(page: "Page") -> None:
    page.get_by_label("IMDb link or id").fill("https://m.imdb.com/title/tt0000002/")
    page.keyboard.press("Enter")
    assert answered(page) == "Posters most like Film No. 2"


def test_a_sample_is_one_click(page: "Page") -> None:
    sample = page.locator(".wall button").first
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
    page.get_by_text("Choose a poster, or paste an IMDb link.").wait_for()
    assert not RESULT.search(page.url)


def test_a_file_too_large_is_refused_before_it_is_sent(
    visit: Any, app: Flask, tmp_path: Path
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 2**20
    page = visit("/")
    (tmp_path / "large.png").write_bytes(bytes(2**20 + 1))
    page.set_input_files("#poster", tmp_path / "large.png")
    page.get_by_text("That file is larger than 1 MB").wait_for()


def test_an_unknown_film_leads_to_a_page_to_try_again_from(page: "Page") -> None:
    page.get_by_label("IMDb link or id").fill("tt9999999")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Nothing hangs here").wait_for()
    page.get_by_label("IMDb link or id").fill("tt0000002")
    page.keyboard.press("Enter")
    assert answered(page) == "Posters most like Film No. 2"


def test_coming_back_finds_the_form_empty_and_ready(page: "Page") -> None:
    page.locator(".wall button").first.click()
    page.wait_for_url(RESULT)
    page.go_back()
    page.locator(".wall").wait_for()
    assert page.locator(".reading").is_hidden()
    assert page.locator(".wall.leaving").count() == 0


def test_everything_but_plots_works_without_scripts(
    visit: Any, tmp_path: Path, new_poster: bytes
) -> None:
    page = visit("/", java_script_enabled=False)
    (tmp_path / "mine.png").write_bytes(new_poster)
    page.set_input_files("#poster", tmp_path / "mine.png")
    page.get_by_role("button", name="Search").click()
    assert answered(page) == "Posters most like yours"
    assert page.get_by_role("table", name="The nearest films").is_visible()
    assert page.locator(".plot").is_hidden()
    page.get_by_role("button", name="Good").click()
    page.get_by_text("Thank you.").wait_for()
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("Do these look like it?").wait_for()
    page.goto("/")
    page.locator(".wall button").first.click()
    answered(page)
