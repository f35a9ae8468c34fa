"""Every way to ask, in a real browser."""

import base64
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from flask import Flask
from PIL import Image

from onesheet.instance import Instance
from tests.browser.conftest import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

RESULT = re.compile(r"/r/[\w-]+$")


def answered(page: "Page") -> str:
    page.wait_for_url(RESULT)
    assert page.locator(".five .film").count() == 5
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


def test_choosing_a_file_sends_it_at_once_and_says_what_it_is(
    page: "Page", tmp_path: Path, new_poster: bytes
) -> None:
    (tmp_path / "mine.png").write_bytes(new_poster)
    remember_words(page)
    page.set_input_files("#poster", tmp_path / "mine.png")
    assert answered(page) == "Posters most like yours"
    assert "Your poster mine.png, 200 × 300 pixels." in page.evaluate("sessionStorage.said")


def remember_words(page: "Page") -> None:
    """What the page says on the way is gone with the next page."""
    page.evaluate(
        """() => new MutationObserver(() => {
          sessionStorage.said = (sessionStorage.said ?? "") + document.body.innerText;
        }).observe(document.body, { childList: true, subtree: true, characterData: true })"""
    )


def test_dropping_a_file_anywhere_sends_it(page: "Page", new_poster: bytes) -> None:
    files = carried(page, new_poster)
    page.dispatch_event("footer", "dragenter", {"dataTransfer": files})
    page.get_by_text("Drop the poster here").wait_for(state="visible")
    page.dispatch_event("footer", "drop", {"dataTransfer": files})
    assert answered(page) == "Posters most like yours"


def test_a_poster_dropped_on_an_answer_is_asked_about_next(page: "Page", new_poster: bytes) -> None:
    page.locator(".wall button").first.click()
    page.wait_for_url(RESULT)
    first = page.url
    files = carried(page, new_poster)
    page.dispatch_event(".five", "dragenter", {"dataTransfer": files})
    page.get_by_text("Drop the poster here").wait_for(state="visible")
    page.dispatch_event(".five", "drop", {"dataTransfer": files})
    page.wait_for_url(lambda address: address != first)
    assert answered(page) == "Posters most like yours"
    page.go_back()
    assert page.url == first
    assert page.locator(".dropping").is_hidden()


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


def pasted(page: "Page", selector: str, files: Any = None, text: str = "") -> bool:
    """Paste files or a text onto an element; whether the browser was left to do it its own way."""
    return bool(
        page.evaluate(
            """([selector, files, text]) => {
              const clipboardData = files ?? new DataTransfer();
              if (text) clipboardData.setData("text/plain", text);
              const paste = new ClipboardEvent("paste", {
                clipboardData, bubbles: true, cancelable: true,
              });
              return document.querySelector(selector).dispatchEvent(paste);
            }""",
            [selector, files, text],
        )
    )


def test_pasting_a_picture_anywhere_sends_it(page: "Page", new_poster: bytes) -> None:
    assert not pasted(page, "body", carried(page, new_poster))
    assert answered(page) == "Posters most like yours"


def test_pasting_a_picture_into_the_one_input_sends_it(page: "Page", new_poster: bytes) -> None:
    assert not pasted(page, "#q", carried(page, new_poster))
    assert answered(page) == "Posters most like yours"


def test_a_text_pasted_into_a_text_field_stays_a_paste(page: "Page", new_poster: bytes) -> None:
    assert pasted(page, "#q", text="tt0000002")
    assert pasted(page, "#q", carried(page, new_poster), text="a text with its picture")
    assert page.locator(".reading").is_hidden()


def test_a_link_pasted_on_the_page_lands_in_the_input_and_is_understood(page: "Page") -> None:
    assert not pasted(page, "body", text="https://www.imdb.com/de/title/tt0000002/")
    assert page.get_by_role("combobox").input_value().endswith("/tt0000002/")
    page.get_by_text("A film by its address at IMDb").wait_for()
    page.get_by_role("option", name="Film No. 2").wait_for()
    assert not RESULT.search(page.url)


def test_a_link_dropped_on_the_page_lands_in_the_input(page: "Page") -> None:
    link = page.evaluate_handle(
        """() => {
          const carried = new DataTransfer();
          carried.setData("text/uri-list", "https://www.imdb.com/title/tt0000002/");
          return carried;
        }"""
    )
    page.dispatch_event("footer", "drop", {"dataTransfer": link})
    page.get_by_text("A film by its address at IMDb").wait_for()


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
        ("no such title", "No film in the catalogue has a title like that."),
        ("film no 77", "Enter: posters like Film No. 77"),
        ("", before),
    ):
        box.fill(text)
        page.locator(".understood", has_text=meaning).wait_for()
    assert not RESULT.search(page.url)


def test_a_title_that_may_mean_several_is_asked_about(page: "Page") -> None:
    page.get_by_role("combobox").fill("film")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("heading", name="Which film do you mean?").wait_for()
    page.locator(".films button").first.click()
    assert answered(page).startswith("Posters most like Film No. ")


def test_a_large_photograph_is_made_smaller_and_upright_before_it_is_sent(
    page: "Page", tmp_path: Path, instance: Instance
) -> None:
    """A camera's picture lies on its side, and a note in it says so."""
    upright = Image.effect_noise((2400, 3000), 40).convert("RGB")
    upright.paste((250, 0, 0), (0, 0, 2400, 1500))
    turned = upright.transpose(Image.Transpose.ROTATE_90)
    notes = Image.Exif()
    notes[0x0112] = 6
    turned.save(tmp_path / "photo.jpg", quality=95, exif=notes)
    remember_words(page)
    with page.expect_request("**/recommendations") as sent:
        page.set_input_files("#poster", tmp_path / "photo.jpg")
    answered(page)
    assert "made smaller here before it is sent" in page.evaluate("sessionStorage.said")
    assert sent.value.sizes()["requestBodySize"] < (tmp_path / "photo.jpg").stat().st_size / 2
    with Image.open(instance.upload_store.path(page.url.rpartition("/")[2])) as kept:
        assert kept.height > kept.width
        red, green, _ = np.asarray(kept.convert("RGB"))[kept.height // 4, kept.width // 2]
        assert red > 200 > 100 > green


def test_a_small_poster_is_sent_as_it_is(page: "Page", tmp_path: Path, instance: Instance) -> None:
    """So that the catalogue's own posters are known by their bytes."""
    card = instance.catalog.cards([5])[5]
    (tmp_path / "mine.webp").write_bytes(
        instance.catalog.poster_path(card.content_hash).read_bytes()
    )
    page.set_input_files("#poster", tmp_path / "mine.webp")
    answered(page)
    page.get_by_text("This is Film No. 5").wait_for()


def test_an_imdb_link_finds_its_film(page: "Page") -> None:
    page.get_by_label("A link, a title, or a picture").fill("https://m.imdb.com/title/tt0000002/")
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
    page.get_by_text("Choose a poster, paste a link, or type a title.").wait_for()
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
