"""Choosing what is read of a picture, in a real browser."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import axe
from tests.browser.conftest import RESULT, ask, unkept
from tests.onesheet.queries.test_read_part import framed

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "framed.png"
    path.write_bytes(framed(7))
    return path


def sides(page: "Page") -> list[float]:
    names = ("left", "top", "right", "bottom")
    return [float(page.locator(f"[data-part] [name={name}]").input_value()) for name in names]


def test_a_part_is_found_moved_at_a_corner_and_read(page: "Page", picture: Path) -> None:
    page.set_input_files("#poster", picture)
    page.wait_for_url(RESULT)
    assert sides(page) == pytest.approx([25, 0, 75, 100], abs=1)
    image = page.locator("[data-part] img")
    image.scroll_into_view_if_needed()
    box = image.bounding_box()
    assert box
    first = page.url
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.99 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.8 * box["height"])
    page.mouse.up()
    moved = sides(page)
    assert moved == pytest.approx([25, 0, 60, 80], abs=1)
    page.get_by_role("button", name="Read this part").click()
    page.wait_for_url(lambda address: bool(RESULT.search(address)) and address != first)
    assert sides(page) == pytest.approx(moved, abs=0.1)


def test_a_part_of_a_picture_that_is_not_kept_goes_along(page: "Page", picture: Path) -> None:
    unkept(page, picture)
    page.get_by_role("button", name="Use the whole picture").click()
    page.get_by_text("Is the poster only a part of your picture?").wait_for()
    assert page.get_by_text("Your poster is not kept.").is_visible()


SCREENS = pytest.mark.parametrize(
    ("screen", "scheme"),
    [({"width": 1366, "height": 768}, "light"), ({"width": 360, "height": 780}, "dark")],
    ids=["laptop", "phone"],
)


def marked(page: "Page") -> list[float]:
    names = ("left", "top", "right", "bottom")
    return [float(page.locator(f"[name=crop_{name}]").input_value()) for name in names]


@SCREENS
def test_a_part_of_the_poster_is_drawn_moved_by_keys_searched_by_and_left_again(
    visit: Any, screen: dict[str, int], scheme: str
) -> None:
    page: Page = visit("/nowhere", viewport=screen, color_scheme=scheme)
    page.goto(ask(page))
    whole = page.url
    page.locator(".crop > summary").click()
    poster = page.locator(".query .print")
    box = poster.bounding_box()
    assert box
    assert box["height"] > 200
    assert box["x"] + box["width"] <= screen["width"]
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.7 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.9 * box["height"])
    page.mouse.up()
    assert marked(page) == pytest.approx([10, 70, 80, 90], abs=1)
    drawn = marked(page)
    poster.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    moved = marked(page)
    assert moved == pytest.approx([drawn[0] - 1, drawn[1], drawn[2] - 1, drawn[3] + 1], abs=0.1)
    assert axe.violations(page, axe.source()) == []
    page.get_by_role("button", name="Search by this part").click()
    page.get_by_role("heading", name="Posters most like a part of").wait_for()
    assert marked(page) == pytest.approx(moved, abs=0.1)
    part = page.locator(".query .cut").bounding_box()
    print_box = poster.bounding_box()
    assert part
    assert print_box
    assert part["height"] / print_box["height"] == pytest.approx(0.21, abs=0.03)
    page.locator(".crop > summary").click()
    page.keyboard.press("Escape")
    assert page.locator("details.crop[open]").count() == 0
    page.get_by_role("button", name="Search by the whole poster").click()
    page.get_by_role("heading", name="Posters most like a part of").wait_for(state="detached")
    assert page.url != whole


def test_a_part_of_a_poster_that_is_not_kept_is_searched_by_as_well(
    page: "Page", picture: Path
) -> None:
    unkept(page, picture)
    page.get_by_text("Search by a part of it").click()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Search by this part").click()
    page.get_by_text("Found by the marked part alone").wait_for()
    page.get_by_role("button", name="Why these?").click()
    page.get_by_text("within the marked part").wait_for()
    page.get_by_role("button", name="Search by the whole poster").click()
    page.get_by_text("Search by a part of it").wait_for()
    assert page.get_by_text("Your poster is not kept.").is_visible()


def test_pressed_twice_a_poster_that_is_not_kept_goes_along_once(
    page: "Page", picture: Path
) -> None:
    twice = "button => { button.click(); button.click(); }"
    unkept(page, picture)
    page.get_by_role("button", name="Use the whole picture").evaluate(twice)
    page.get_by_text("Is the poster only a part of your picture?").wait_for()
    page.wait_for_load_state()
    page.get_by_text("Search by a part of it").click()
    page.get_by_role("button", name="Search by this part").evaluate(twice)
    page.get_by_text("Found by the marked part alone").wait_for()
    assert page.get_by_text("Your poster is not kept.").is_visible()
