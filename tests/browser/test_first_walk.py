"""A first visit, from an upload to a rating: three actions, no scrolling (docs/first-walk.md)."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from onesheet.instance import Instance

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

SCREENS = pytest.mark.parametrize(
    "screen",
    [{"width": 1366, "height": 768}, {"width": 360, "height": 780}],
    ids=["laptop", "phone"],
)


def seen(page: "Page", found: "Locator") -> bool:
    """Whether all of it is on the screen, nothing lies over its middle, and nobody scrolled."""
    box, size = found.bounding_box(), page.viewport_size
    assert box
    assert size
    inside = box["y"] >= 0 and box["y"] + box["height"] <= size["height"]
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    there = found.evaluate(
        "(own, at) => own.contains(document.elementFromPoint(...at))", arg=middle
    )
    return bool(inside and there and page.evaluate("scrollY") == 0)


@SCREENS
def test_from_an_upload_to_a_rating_in_three_actions_without_scrolling(
    visit: Any, screen: dict[str, int], tmp_path: Path, new_poster: bytes, instance: Instance
) -> None:
    mine = tmp_path / "mine.png"
    mine.write_bytes(new_poster)
    page: Page = visit("/", viewport=screen)
    choose = page.get_by_text("Choose a poster", exact=True)
    assert seen(page, choose)
    with page.expect_file_chooser() as chooser:
        choose.click()  # the first
    chooser.value.set_files(mine)  # the second; it is sent by itself
    good = page.get_by_role("button", name="Good")
    good.wait_for()
    assert seen(page, page.get_by_role("heading", level=1))
    assert seen(page, page.locator(".query .print"))
    assert seen(page, page.locator(".five .film img:last-of-type").first)
    assert seen(page, good)
    good.click()  # the third
    thanks = page.get_by_text("distance chose these five")
    thanks.wait_for()
    assert seen(page, thanks)
    rated = instance.feedback.get(page.url.rpartition("/")[2])
    assert rated
    assert rated.rating == "good"
