"""A poster chosen, dropped or pasted, in a real browser."""

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from flask import Flask
from PIL import Image

from onesheet.instance import Instance
from tests.browser.conftest import RESULT, answered

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def carried(page: "Page", data: bytes, name: str = "mine.png") -> Any:
    """A file as it hangs on the mouse pointer."""
    return page.evaluate_handle(
        """([text, name]) => {
          const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
          const carried = new DataTransfer();
          carried.items.add(new File([bytes], name, { type: "image/png" }));
          return carried;
        }""",
        [base64.b64encode(data).decode(), name],
    )


def carried_often(page: "Page", data: bytes, times: int) -> Any:
    """The same file, several times under other names."""
    files = carried(page, data)
    for number in range(1, times):
        files.evaluate(
            "(files, name) => files.items.add(new File([files.files[0]], name))", f"{number}.png"
        )
    return files


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


def test_a_file_too_large_is_refused_before_it_is_sent_and_the_choices_stay(
    visit: Any, app: Flask, tmp_path: Path
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 2**20
    page = visit("/")
    keep = page.get_by_label("Do not keep my poster")
    keep.check()
    (tmp_path / "large.png").write_bytes(bytes(2**20 + 1))
    page.set_input_files("#poster", tmp_path / "large.png")
    page.get_by_text("large.png is larger than 1 MB").wait_for()
    assert keep.is_checked()


HELD = """async () => {
  const picture = await createImageBitmap(document.createElement("canvas"));
  window.createImageBitmap = () => new Promise((done) => {
    window.opened = () => done(picture);
  });
  HTMLFormElement.prototype.requestSubmit = () => { window.sent = true; };
}"""
"""Nothing is read before the test lets it be, and nothing sent."""
OPENED = "() => { opened(); return new Promise((done) => setTimeout(done)); }"


def test_a_poster_called_back_while_it_is_read_is_not_sent(
    page: "Page", tmp_path: Path, new_poster: bytes
) -> None:
    (tmp_path / "mine.png").write_bytes(new_poster)
    page.evaluate(HELD)
    page.set_input_files("#poster", tmp_path / "mine.png")
    page.get_by_role("button", name="Cancel").click()
    assert page.locator(".reading").is_hidden()
    page.evaluate(OPENED)
    assert not page.evaluate("window.sent")


def test_no_poster_is_sent_where_the_latest_dropped_are_refused(
    page: "Page", new_poster: bytes
) -> None:
    page.evaluate(HELD)
    for files in (carried(page, new_poster), carried_often(page, new_poster, 7)):
        page.dispatch_event("footer", "drop", {"dataTransfer": files})
    page.get_by_text("More than 6 posters at once are no drafts of one").wait_for()
    page.evaluate(OPENED)
    assert not page.evaluate("window.sent")


def test_a_poster_sent_earlier_does_not_answer_a_title_typed_later(
    page: "Page", tmp_path: Path, new_poster: bytes
) -> None:
    (tmp_path / "mine.png").write_bytes(new_poster)
    page.set_input_files("#poster", tmp_path / "mine.png")
    answered(page)
    page.go_back()
    page.fill("#q", "tt0000002")
    page.keyboard.press("Enter")
    assert answered(page) == "Posters most like Film No. 2"


def test_a_poster_chosen_before_the_scripts_have_come_is_sent(
    visit: Any, tmp_path: Path, new_poster: bytes
) -> None:
    (tmp_path / "mine.png").write_bytes(new_poster)
    page: Page = visit("/about")
    held: list[Route] = []
    page.route("**/search.js", lambda route: held.append(route))
    with page.expect_request("**/search.js"):
        page.goto("/", wait_until="commit")
    page.set_input_files("#poster", tmp_path / "mine.png")
    held[0].continue_()
    assert answered(page) == "Posters most like yours"
