"""The map of all posters under pointer, wheel, fingers and keys."""

import re
from typing import TYPE_CHECKING, Any

import pytest

from onesheet.instance import Instance
from tests.browser.canvas import picture, shows
from tests.browser.conftest import without_posters

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
RESTED = 500
"""Milliseconds after which a map that was moved has named its parts anew."""
# Where the film lies that stands alone most on the whole map, and its number.
LONELIEST = """async () => {
  const figure = document.querySelector("[data-map]");
  const base = document.querySelector("script[src$='map/map.js']").src.replace("map.js", "");
  const { fetchPoints, middle } = await import(base + "points.js");
  const { View } = await import(base + "view.js");
  const points = await fetchPoints(figure.dataset.map);
  const view = new View(points.side, middle(points));
  const canvas = figure.querySelector("canvas");
  view.resize(canvas.clientWidth, canvas.clientHeight);
  const at = Array.from(points.x, (x, row) => view.pixel(x, points.y[row]));
  const far = ([x, y], other) => Math.hypot(x - other[0], y - other[1]);
  const gap = here => at.map(other => far(here, other)).sort((a, b) => a - b)[1];
  const inside = ([x, y]) => x > 150 && x < view.width - 150 && y > 120 && y < view.height - 120;
  const rows = [...at.keys()].filter(row => inside(at[row]));
  const best = rows.sort((a, b) => gap(at[b]) - gap(at[a]))[0];
  return { x: at[best][0], y: at[best][1], id: points.ids[best] };
}"""


@pytest.fixture
def lonely(whole_map: "Page", instance: Instance) -> dict[str, Any]:
    """A film by itself: its title, and where it is on the page."""
    found: dict[str, Any] = whole_map.evaluate(LONELIEST)
    box = whole_map.locator(".map canvas").bounding_box()
    assert box
    title = instance.catalog.cards([found["id"]])[found["id"]].title
    return {"x": box["x"] + found["x"], "y": box["y"] + found["y"], "title": title}


def hovered(page: "Page", x: float, y: float) -> str:
    page.mouse.move(x - 60, y - 60)
    page.mouse.move(x, y)
    card = page.locator(".map .card")
    card.wait_for(state="visible")
    return card.inner_text()


def test_pointing_at_a_film_shows_its_poster(whole_map: "Page", lonely: dict[str, Any]) -> None:
    assert lonely["title"] in hovered(whole_map, lonely["x"], lonely["y"])
    source = str(whole_map.locator(".map .card img").get_attribute("src"))
    assert re.fullmatch(r"/posters/[0-9a-f]{64}-154\.webp", source)
    whole_map.mouse.move(1, 1)
    whole_map.locator(".map .card").wait_for(state="hidden")


def test_dragging_moves_the_map_with_the_pointer(whole_map: "Page", lonely: dict[str, Any]) -> None:
    x, y = lonely["x"], lonely["y"]
    whole_map.mouse.move(x + 20, y + 30)
    whole_map.mouse.down()
    whole_map.mouse.move(x + 70, y + 40)
    whole_map.mouse.move(x + 120, y + 50)
    whole_map.mouse.up()
    assert lonely["title"] in hovered(whole_map, x + 100, y + 20)


def test_the_wheel_zooms_about_the_pointer(whole_map: "Page", lonely: dict[str, Any]) -> None:
    whole_map.mouse.move(lonely["x"], lonely["y"])
    whole_map.mouse.wheel(0, -300)
    assert lonely["title"] in hovered(whole_map, lonely["x"], lonely["y"])


def test_buttons_zoom_and_show_all_again(bare_map: "Page") -> None:
    before = picture(bare_map)
    for name in ("Zoom in", "Zoom out", "Zoom in", "Show the whole map"):
        bare_map.get_by_role("button", name=name).click()
        if name == "Zoom in":
            assert shows(bare_map, lambda now: now != before)
            bare_map.wait_for_timeout(RESTED)
        else:
            assert shows(bare_map, before.__eq__)


def test_a_click_keeps_the_film_and_leads_to_more_like_it(
    whole_map: "Page", lonely: dict[str, Any]
) -> None:
    whole_map.mouse.click(lonely["x"], lonely["y"])
    whole_map.mouse.move(1, 1)
    kept = whole_map.locator("[data-film]")
    kept.locator("b").get_by_text(lonely["title"], exact=True).wait_for()
    kept.get_by_role("button", name="More like this").click()
    whole_map.get_by_role("heading", name=f"Posters most like {lonely['title']}").wait_for()


def test_arrow_keys_go_from_film_to_film(whole_map: "Page") -> None:
    whole_map.locator(".map canvas").focus()
    whole_map.keyboard.press("ArrowRight")
    title = whole_map.locator("[data-film] [data-title]")
    title.wait_for()
    first = title.inner_text()
    whole_map.keyboard.press("ArrowRight")
    whole_map.locator("[data-film]").filter(has_not_text=first).locator("[data-title]").wait_for()
    whole_map.keyboard.press("Escape")
    whole_map.get_by_text("Click a poster to pin it here.").wait_for()


def test_on_a_filtered_map_the_first_arrow_key_finds_a_film_that_stands_out(
    whole_map: "Page",
) -> None:
    canvas = whole_map.locator(".map canvas")
    genres = whole_map.locator("[data-film] [data-genres]")
    legend = whole_map.get_by_role("list", name="Show only").get_by_role("button")
    canvas.press("ArrowRight")
    genres.wait_for()
    nearest = genres.inner_text().split(", ")
    canvas.press("Escape")
    other = next(name for name in legend.all_inner_texts() if name not in nearest)
    legend.filter(has_text=other).click()
    canvas.press("ArrowRight")
    genres.wait_for()
    assert other in genres.inner_text().split(", ")


def test_keys_move_and_zoom(bare_map: "Page") -> None:
    before = picture(bare_map)
    bare_map.locator(".map canvas").focus()
    for there, back in (("+", "-"), ("Shift+ArrowLeft", "Shift+ArrowRight"), ("=", "0")):
        bare_map.keyboard.press(there)
        assert shows(bare_map, lambda now: now != before)
        bare_map.keyboard.press(back)
        assert shows(bare_map, before.__eq__)


def test_the_buttons_tell_where_zooming_ends_and_stay_pressable(whole_map: "Page") -> None:
    near = whole_map.get_by_role("button", name="Zoom in")
    far = whole_map.get_by_role("button", name="Zoom out")
    assert near.get_attribute("aria-disabled") == "false"
    far.focus()
    for button, presses in ((far, 4), (near, 20)):
        for _ in range(presses):
            button.press("Enter")
        whole_map.locator(
            f"[aria-disabled=true][data-zoom={'in' if button is near else 'out'}]"
        ).wait_for()
        assert button.evaluate("button => button === document.activeElement")


def test_however_near_the_buttons_go_some_poster_stays_in_view(whole_map: "Page") -> None:
    """The middle of this map is empty between its posters."""
    whole_map.locator(".map canvas").focus()
    for _ in range(20):
        whole_map.keyboard.press("+")
    whole_map.keyboard.press("ArrowRight")  # the film nearest to the middle, within reach of it
    whole_map.locator("[data-film] [data-title]").wait_for()
    first = whole_map.locator("[data-film] [data-title]").inner_text()
    others = whole_map.locator("[data-film]").filter(has_not_text=first).locator("[data-title]")
    for arrow in ("ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"):  # one of them leads on
        whole_map.keyboard.press(arrow)
        for _ in range(50):
            if others.count():
                return
            whole_map.wait_for_timeout(100)
    pytest.fail("no arrow leads to another film")


def test_two_fingers_zoom(visit: Any) -> None:
    phone = {"width": 360, "height": 740}
    page = without_posters(visit, viewport=phone, has_touch=True, is_mobile=True)
    page.locator(".map canvas").scroll_into_view_if_needed()
    before = picture(page)
    box = page.locator(".map canvas").bounding_box()
    assert box
    touch = page.context.new_cdp_session(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + 160
    fingers(touch, "touchStart", (x - 20, y), (x + 20, y))
    for apart in range(30, 110, 10):
        fingers(touch, "touchMove", (x - apart, y), (x + apart, y))
    fingers(touch, "touchEnd")
    assert shows(page, lambda now: now != before)
    assert page.evaluate("visualViewport.scale") == 1


def fingers(touch: "CDPSession", kind: str, *places: tuple[float, float]) -> None:
    points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
    touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_where_nothing_hangs_a_button_points_to_the_nearest_poster(bare_map: "Page") -> None:
    button = bare_map.get_by_role("button", name="Nearest poster")
    assert button.count() == 0
    canvas = bare_map.locator(".map canvas")
    canvas.focus()
    for _ in range(6):
        bare_map.keyboard.press("+")
    for _ in range(30):  # until the view has left all posters behind
        for _ in range(10):
            bare_map.keyboard.press("Shift+ArrowLeft")
        bare_map.wait_for_timeout(RESTED)
        if button.is_visible():
            break
    button.wait_for()
    empty = picture(bare_map)
    box, sheet = button.bounding_box(), canvas.bounding_box()
    assert box
    assert sheet
    assert sheet["x"] <= box["x"]
    assert box["x"] + box["width"] <= sheet["x"] + sheet["width"]
    button.click()
    button.wait_for(state="hidden")
    assert shows(bare_map, lambda now: now != empty)
    bare_map.wait_for_timeout(RESTED)
    assert not button.is_visible()


def test_where_nothing_of_the_legends_choice_hangs_a_button_points_to_the_nearest(
    bare_map: "Page",
) -> None:
    canvas = bare_map.locator(".map canvas")
    for _ in range(20):  # as near as it goes, where one film is in view
        canvas.press("+")
    bare_map.wait_for_timeout(RESTED)
    canvas.press("ArrowRight")
    genres = bare_map.locator("[data-film] [data-genres]")
    genres.wait_for()
    near = genres.inner_text().split(", ")
    legend = bare_map.get_by_role("list", name="Show only").get_by_role("button")
    other = legend.filter(
        has_text=next(name for name in legend.all_inner_texts() if name not in near)
    )
    button = bare_map.get_by_role("button", name="Nearest poster")
    assert button.count() == 0
    other.click()
    button.wait_for()
    other.click()
    button.wait_for(state="hidden")
