"""Choosing drafts and looking at them side by side, in a real browser."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from onesheet.base.settings import Settings
from onesheet.instance import Instance
from tests.conftest import drawn

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture
def drafts(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"draft-{number}.png" for number in range(7)]
    for number, path in enumerate(paths):
        drawn(500 + number).save(path)
    return paths


def test_chosen_drafts_are_shown_before_they_are_compared(visit: Any, drafts: list[Path]) -> None:
    page: Page = visit("/compare")
    page.set_input_files("#poster", drafts[:2])
    page.set_input_files("#poster", drafts[2])
    assert page.locator(".chosen li").count() == 3
    page.get_by_role("button", name="Leave out draft-1.png").click()
    assert page.locator(".chosen li").count() == 2
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url(re.compile(r"/compare\?draft="))
    assert page.locator(".draft").count() == 2
    assert page.locator(".draft .five-of li").count() == 10


def test_more_drafts_than_there_is_room_for_are_refused_at_once(
    visit: Any, drafts: list[Path]
) -> None:
    page: Page = visit("/compare")
    page.set_input_files("#poster", drafts)
    assert page.locator(".chosen li").count() == 6
    page.get_by_text("There is room for 6 drafts only.").wait_for()


def test_a_single_draft_is_not_sent(visit: Any, drafts: list[Path]) -> None:
    page: Page = visit("/compare")
    page.set_input_files("#poster", drafts[:1])
    page.get_by_role("button", name="Compare").click()
    page.get_by_text("Choose one more draft").wait_for()
    assert page.url.endswith("/compare")


def test_leaving_drafts_out_by_keys_does_not_lose_the_focus(visit: Any, drafts: list[Path]) -> None:
    page: Page = visit("/compare")
    page.set_input_files("#poster", drafts[:3])
    focused = "document.activeElement.ariaLabel"
    for left, after in ((1, 2), (2, 0)):
        page.get_by_role("button", name=f"Leave out draft-{left}.png").press("Enter")
        assert page.evaluate(focused) == f"Leave out draft-{after}.png"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "poster"


# How many drafts begin to be read when the form is submitted twice; none is ever ready.
SUBMITTED_TWICE = """() => {
  const form = document.querySelector("[data-drafts]");
  let begun = 0;
  window.createImageBitmap = () => {
    begun += 1;
    return new Promise(() => {});
  };
  form.requestSubmit();
  form.requestSubmit();
  return begun;
}"""


def test_drafts_on_their_way_are_not_sent_again_and_stay_when_they_are_called_back(
    visit: Any, drafts: list[Path]
) -> None:
    page: Page = visit("/compare")
    page.set_input_files("#poster", drafts[:2])
    assert page.evaluate(SUBMITTED_TWICE) == 1
    page.get_by_role("button", name="Cancel").click()
    assert page.locator(".reading").is_hidden()
    assert page.evaluate(SUBMITTED_TWICE) == 1
    assert page.locator(".reading").is_visible()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert page.locator(".reading").is_hidden()
    assert page.locator(".chosen li").count() == 2


def test_drafts_that_the_browser_chose_again_are_shown(visit: Any, drafts: list[Path]) -> None:
    page: Page = visit("/compare")
    page.set_input_files("#poster", drafts[:2])
    page.goto("/about")
    page.go_back()
    page.locator(".chosen li").nth(1).wait_for()


def test_drafts_are_compared_without_javascript(visit: Any, drafts: list[Path]) -> None:
    page: Page = visit("/compare", java_script_enabled=False)
    page.set_input_files("#poster", drafts[:3])
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url(re.compile(r"/compare\?draft="))
    assert page.locator(".draft").count() == 3
    page.get_by_label("Horror").check()
    page.locator(".intended button").click()
    page.locator(".promised").wait_for()


def dragged(page: "Page", files: list[Path]) -> Any:
    """A DataTransfer of files, as a drop brings it."""
    return page.evaluate_handle(
        """posters => {
          const transfer = new DataTransfer();
          posters.forEach((bytes, place) => transfer.items.add(
            new File([new Uint8Array(bytes)], `draft-${place}.png`, { type: "image/png" })));
          return transfer;
        }""",
        [list(path.read_bytes()) for path in files],
    )


def test_several_files_dropped_on_the_front_page_are_compared(
    page: "Page", drafts: list[Path]
) -> None:
    files = dragged(page, drafts[:3])
    page.dispatch_event("footer", "drop", {"dataTransfer": files})
    page.wait_for_url(re.compile(r"/compare\?draft="))
    assert page.locator(".draft").count() == 3


def test_several_files_dropped_on_an_answer_are_compared(page: "Page", drafts: list[Path]) -> None:
    page.locator(".wall button").first.click()
    page.wait_for_url(re.compile(r"/r/[\w-]+$"))
    files = dragged(page, drafts[:2])
    page.dispatch_event(".five", "drop", {"dataTransfer": files})
    page.wait_for_url(re.compile(r"/compare\?draft="))
    assert page.locator(".draft").count() == 2


def test_several_files_chosen_on_the_front_page_are_compared(
    page: "Page", drafts: list[Path]
) -> None:
    page.evaluate(
        """() => new MutationObserver(() => {
          sessionStorage.said = (sessionStorage.said ?? "") + document.body.innerText;
        }).observe(document.body, { childList: true, subtree: true, characterData: true })"""
    )
    page.set_input_files("#poster", drafts[:3])
    page.wait_for_url(re.compile(r"/compare\?draft="))
    assert page.locator(".draft").count() == 3
    assert "3 drafts of one poster, to be compared." in page.evaluate("sessionStorage.said")


def test_too_many_files_on_the_front_page_are_refused_before_they_are_sent(
    page: "Page", drafts: list[Path]
) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.set_input_files("#poster", drafts)
    page.get_by_text("More than 6 posters at once are no drafts of one").wait_for()
    assert "POST" not in sent
    page.set_input_files("#poster", drafts[:2])
    page.wait_for_url(re.compile(r"/compare\?draft="))


def test_drafts_are_refused_before_they_are_sent_where_nothing_is_kept(
    visit: Any, instance: Instance, drafts: list[Path]
) -> None:
    instance.home = replace(instance.home, settings=Settings(keep_days=0))
    page: Page = visit("/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.set_input_files("#poster", drafts[:2])
    page.get_by_text("Posters are not kept here, so drafts cannot be compared.").wait_for()
    assert "POST" not in sent


def test_several_files_pasted_on_the_front_page_are_compared(
    page: "Page", drafts: list[Path]
) -> None:
    page.evaluate(
        """clipboardData => document.body.dispatchEvent(
          new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))""",
        dragged(page, drafts[:2]),
    )
    page.wait_for_url(re.compile(r"/compare\?draft="))
    assert page.locator(".draft").count() == 2


def test_several_files_chosen_on_the_front_page_are_compared_without_javascript(
    visit: Any, drafts: list[Path]
) -> None:
    page: Page = visit("/", java_script_enabled=False)
    page.set_input_files("#poster", drafts[:3])
    page.get_by_role("button", name="Search").click()
    page.wait_for_url(re.compile(r"/compare\?draft="))
    assert page.locator(".draft").count() == 3


def test_a_large_photograph_of_a_draft_is_made_smaller_before_it_is_sent(
    visit: Any, drafts: list[Path]
) -> None:
    Image.effect_noise((2400, 3600), 40).convert("RGB").save(drafts[0])
    page: Page = visit("/compare")
    page.set_input_files("#poster", drafts[:2])
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="Compare").click()
    page.wait_for_url(re.compile(r"/compare\?draft="))
    assert sent.value.sizes()["requestBodySize"] < drafts[0].stat().st_size / 2


def test_drafts_that_are_not_to_be_kept_are_refused_rather_than_kept(
    page: "Page", drafts: list[Path]
) -> None:
    page.get_by_label("Do not keep my poster").check()
    files = dragged(page, drafts[:2])
    page.dispatch_event("footer", "drop", {"dataTransfer": files})
    page.get_by_text("Drafts are compared by kept copies").wait_for()


def test_on_a_phone_the_drafts_scroll_sideways_and_the_page_does_not(
    visit: Any, drafts: list[Path]
) -> None:
    page: Page = visit("/compare", viewport={"width": 360, "height": 740})
    page.set_input_files("#poster", drafts[:4])
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url(re.compile(r"/compare\?draft="))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    wide = page.evaluate("[...document.querySelectorAll('.drafts')].map(e => e.scrollWidth)")
    assert wide[0] > 360
    for genre in page.locator(".intended .marks input").all():
        genre.check()
    page.locator(".intended button").click()
    page.locator(".promised .unseen").first.wait_for(state="attached")
    page.add_style_tag(content=".promised td { padding-inline: 60px }")  # as with many genres
    assert page.locator(".intended .scrolls").evaluate("it => it.scrollWidth > it.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
