"""The map of all posters under pointer, wheel, fingers and keys, and its part in linked views."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from onesheet.instance import Instance
from onesheet.queries.query import from_sample
from webapp.presenting.map_export import map_file

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Locator, Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
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
def whole(visit: Any) -> "Page":
    page: Page = visit("/map")
    page.locator("[data-map][data-drawn]").wait_for()
    return page


RESTED = 500
"""Milliseconds after which a map that was moved has named its parts anew."""
LETTERS_IN = """async () => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
"""The map has drawn its names in the page's letters."""


@pytest.fixture
def points(visit: Any) -> "Page":
    """The map of points alone: no poster arrives, so that what is drawn is always the same."""
    page: Page = visit("/about")
    page.route("**/posters/*", lambda route: route.fulfill(status=404, body=""))
    page.goto("/map")
    page.locator("[data-map][data-drawn]").wait_for()
    page.evaluate(LETTERS_IN)
    return page


@pytest.fixture
def lonely(whole: "Page", instance: Instance) -> dict[str, Any]:
    """A film by itself: its title, and where it is on the page."""
    found: dict[str, Any] = whole.evaluate(LONELIEST)
    box = whole.locator(".map canvas").bounding_box()
    assert box
    title = instance.catalog.cards([found["id"]])[found["id"]].title
    return {"x": box["x"] + found["x"], "y": box["y"] + found["y"], "title": title}


def picture(page: "Page") -> str:
    """What the canvas shows."""
    return str(page.locator(".map canvas").evaluate("canvas => canvas.toDataURL()"))


def shows(page: "Page", wanted: Callable[[str], bool]) -> bool:
    """Whether the canvas comes to show what is wanted."""
    for _ in range(100):
        if wanted(picture(page)):
            return True
        page.wait_for_timeout(100)
    return False


def hovered(page: "Page", x: float, y: float) -> str:
    page.mouse.move(x - 60, y - 60)
    page.mouse.move(x, y)
    card = page.locator(".map .card")
    card.wait_for(state="visible")
    return card.inner_text()


def test_pointing_at_a_film_shows_its_poster(whole: "Page", lonely: dict[str, Any]) -> None:
    assert lonely["title"] in hovered(whole, lonely["x"], lonely["y"])
    source = str(whole.locator(".map .card img").get_attribute("src"))
    assert re.fullmatch(r"/posters/[0-9a-f]{64}-154\.webp", source)
    whole.mouse.move(1, 1)
    whole.locator(".map .card").wait_for(state="hidden")


def test_dragging_moves_the_map_with_the_pointer(whole: "Page", lonely: dict[str, Any]) -> None:
    x, y = lonely["x"], lonely["y"]
    whole.mouse.move(x + 20, y + 30)
    whole.mouse.down()
    whole.mouse.move(x + 70, y + 40)
    whole.mouse.move(x + 120, y + 50)
    whole.mouse.up()
    assert lonely["title"] in hovered(whole, x + 100, y + 20)


def test_the_wheel_zooms_about_the_pointer(whole: "Page", lonely: dict[str, Any]) -> None:
    whole.mouse.move(lonely["x"], lonely["y"])
    whole.mouse.wheel(0, -300)
    assert lonely["title"] in hovered(whole, lonely["x"], lonely["y"])


def test_buttons_zoom_and_show_all_again(points: "Page") -> None:
    before = picture(points)
    for name in ("Zoom in", "Zoom out", "Zoom in", "Show the whole map"):
        points.get_by_role("button", name=name).click()
        if name == "Zoom in":
            assert shows(points, lambda now: now != before)
            points.wait_for_timeout(RESTED)
        else:
            assert shows(points, before.__eq__)


def test_a_click_keeps_the_film_and_leads_to_more_like_it(
    whole: "Page", lonely: dict[str, Any]
) -> None:
    whole.mouse.click(lonely["x"], lonely["y"])
    whole.mouse.move(1, 1)
    kept = whole.locator("[data-film]")
    kept.locator("b").get_by_text(lonely["title"], exact=True).wait_for()
    kept.get_by_role("button", name="More like this").click()
    whole.get_by_role("heading", name=f"Posters most like {lonely['title']}").wait_for()


def test_arrow_keys_go_from_film_to_film(whole: "Page") -> None:
    whole.locator(".map canvas").focus()
    whole.keyboard.press("ArrowRight")
    title = whole.locator("[data-film] [data-title]")
    title.wait_for()
    first = title.inner_text()
    whole.keyboard.press("ArrowRight")
    whole.locator("[data-film]").filter(has_not_text=first).locator("[data-title]").wait_for()
    whole.keyboard.press("Escape")
    whole.get_by_text("Click a poster to pin it here.").wait_for()


def test_keys_move_and_zoom(points: "Page") -> None:
    before = picture(points)
    points.locator(".map canvas").focus()
    for there, back in (("+", "-"), ("Shift+ArrowLeft", "Shift+ArrowRight"), ("=", "0")):
        points.keyboard.press(there)
        assert shows(points, lambda now: now != before)
        points.keyboard.press(back)
        assert shows(points, before.__eq__)


def test_the_buttons_tell_where_zooming_ends_and_stay_pressable(whole: "Page") -> None:
    near = whole.get_by_role("button", name="Zoom in")
    far = whole.get_by_role("button", name="Zoom out")
    assert near.get_attribute("aria-disabled") == "false"
    far.focus()
    for button, presses in ((far, 4), (near, 20)):
        for _ in range(presses):
            button.press("Enter")
        whole.locator(
            f"[aria-disabled=true][data-zoom={'in' if button is near else 'out'}]"
        ).wait_for()
        assert button.evaluate("button => button === document.activeElement")


def test_however_near_the_buttons_go_some_poster_stays_in_view(whole: "Page") -> None:
    """The middle of this map is empty between its posters."""
    whole.locator(".map canvas").focus()
    for _ in range(20):
        whole.keyboard.press("+")
    whole.keyboard.press("ArrowRight")  # chooses the film nearest to the middle, within reach of it
    whole.locator("[data-film] [data-title]").wait_for()
    first = whole.locator("[data-film] [data-title]").inner_text()
    others = whole.locator("[data-film]").filter(has_not_text=first).locator("[data-title]")
    for arrow in ("ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"):  # one of them leads on
        whole.keyboard.press(arrow)
        whole.wait_for_timeout(500)
        if others.count():
            return
    pytest.fail("no arrow leads to another film")


def test_two_fingers_zoom(visit: Any) -> None:
    page = visit("/map", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page.locator("[data-map][data-drawn]").wait_for()
    page.locator(".map canvas").scroll_into_view_if_needed()
    before = picture(page)
    box = page.locator(".map canvas").bounding_box()
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


def test_the_legend_follows_the_colours_and_lets_one_kind_stand_out(points: "Page") -> None:
    legend = points.get_by_role("list", name="Show only")
    everything = picture(points)
    legend.get_by_role("button", name="Western").click()
    assert shows(points, lambda now: now != everything)
    legend.get_by_role("button", name="Western").click()
    assert shows(points, everything.__eq__)
    for name, kind in (("Decade", "1930s"), ("Rating", "8 or more")):
        points.get_by_text(name, exact=True).first.click()
        legend.get_by_role("button", name=kind).wait_for()
        assert shows(points, lambda now: now != everything)


def test_near_enough_the_posters_themselves_hang(whole: "Page") -> None:
    with whole.expect_response(re.compile(r"/posters/[0-9a-f]{64}-154\.webp")):
        whole.locator(".map canvas").focus()
        for _ in range(3):
            whole.keyboard.press("+")


SAMPLED = """async () => {
  const base = document.querySelector("script[src$='map/map.js']").src.replace("map.js", "");
  const { View } = await import(base + "view.js");
  const { Sampled } = await import(base + "sampled.js");
  const count = 4000;
  let seed = 1;
  const next = () => (seed = seed * 48271 % 2147483647) % 65536;
  const drawn = () => Uint16Array.from({length: count}, next);
  const points = { count, side: 65535, x: drawn(), y: drawn() };
  const lit = Uint8Array.from({length: count}, (_, row) => +(row % 3 === 0));
  const view = new View(points.side, [0, 0, 65535, 65535]);
  view.resize(1000, 700);
  const sampled = new Sampled(points);
  const seen = [];
  const look = (what, lit = null) => {
    const rows = sampled.inView(view, lit);
    const at = rows.map((row) => view.pixel(points.x[row], points.y[row]));
    const inside = at.every(([x, y]) => x >= 0 && y >= 0 && x <= 1000 && y <= 700);
    seen.push({ what, rows, inside });
  };
  look("whole");
  look("lit", lit);
  look("whole again");
  const [x, y] = view.place(520, 350);
  view.centre(x, y);
  look("moved a little");
  view.scale *= 4;
  view.centre(x, y);
  look("nearer");
  return seen;
}"""
"""Which rows hang of four thousand points as the map is shown, filtered, moved, brought near."""


def test_among_many_points_some_posters_hang_and_stay(whole: "Page") -> None:
    found = {each["what"]: each for each in whole.evaluate(SAMPLED)}
    assert all(each["inside"] for each in found.values())
    shown = {what: set(each["rows"]) for what, each in found.items()}
    assert all(8 <= len(rows) <= 60 for rows in shown.values())
    assert all(row % 3 == 0 for row in shown["lit"])
    assert shown["whole"] == shown["whole again"]
    assert len(shown["moved a little"] & shown["whole"]) >= len(shown["whole"]) - 8  # a column
    assert shown["nearer"] - shown["whole"]


def test_the_map_follows_the_colour_scheme(whole: "Page") -> None:
    ground = "canvas => [...canvas.getContext('2d').getImageData(2, 2, 1, 1).data]"
    assert whole.locator(".map canvas").evaluate(ground) == [255, 255, 255, 255]
    whole.emulate_media(color_scheme="dark")
    whole.wait_for_timeout(400)
    assert whole.locator(".map canvas").evaluate(ground) == [28, 28, 27, 255]


def test_a_lost_file_is_said_in_words(visit: Any) -> None:
    page = visit("/about")
    page.route("**/map/*.bin", lambda route: route.fulfill(status=404, body=""))
    page.goto("/map")
    page.get_by_text("The map could not be drawn").wait_for()


def lit(page: "Page") -> "Locator":
    return page.locator(".film.lit")


def test_card_scatter_and_map_light_the_same_film(visit: Any, instance: Instance) -> None:
    answer = instance.recommender.recommend(from_sample("3", instance.catalog))
    page = visit("/about")
    page.route("**/posters/*", lambda route: route.fulfill(status=404, body=""))
    page.goto(f"/r/{answer.id}")
    page.locator(".plot").scroll_into_view_if_needed()
    page.locator("[data-plot=scatter][data-drawn]").wait_for(timeout=90_000)
    page.locator(".map").scroll_into_view_if_needed()
    page.locator("[data-map][data-drawn]").wait_for()
    dark, plain = picture(page), sizes(page)
    drawn = [
        place
        for place, each in enumerate(answer.results)
        if each.card.year is not None and each.card.rating is not None
    ]
    page.locator(".film").nth(drawn[0]).hover()
    lit(page).wait_for()
    assert shows(page, lambda now: now != dark)
    assert sum(now != before for now, before in zip(sizes(page), plain, strict=True)) == 1
    page.mouse.move(1, 1)
    lit(page).wait_for(state="detached")
    assert shows(page, dark.__eq__)
    # And the other way: a point of the scatter, chosen, stays lit on its card and on the map.
    point = page.locator(".plot .scatterlayer .trace").last.locator(".point").last
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    lit(page).wait_for()  # Plotly looks at the pointer a few times a second
    page.mouse.down()
    page.mouse.up()
    page.locator("[data-film] [data-title]").wait_for()
    page.mouse.move(1, 1)
    title = page.locator("[data-film] [data-title]").inner_text()
    assert title in lit(page).inner_text()
    assert lit(page).count() == 1


# Where the map of a result shows a film of the five that no other point hides, and its number.
SHOWN = """async () => {
  const figure = document.querySelector("[data-map]");
  const base = document.querySelector("script[src$='map/map.js']").src.replace("map.js", "");
  const { fetchPoints, middle, rowOf } = await import(base + "points.js");
  const { View } = await import(base + "view.js");
  const points = await fetchPoints(figure.dataset.map);
  const view = new View(points.side, middle(points));
  const canvas = figure.querySelector("canvas");
  const { place, results } = JSON.parse(figure.dataset.query);
  const rows = results.map(id => rowOf(points, id));
  view.resize(canvas.clientWidth, canvas.clientHeight);
  view.around([place, ...rows.map(row => [points.x[row], points.y[row]])], 6);
  const at = Array.from(points.x, (x, row) => view.pixel(x, points.y[row]));
  const alone = row => at.filter(([x, y]) => Math.hypot(x - at[row][0], y - at[row][1]) < 2).length;
  const row = rows.find(each => alone(each) === 1);
  return { x: at[row][0], y: at[row][1], id: points.ids[row] };
}"""


def test_a_film_pointed_at_on_the_map_lights_its_card(visit: Any, instance: Instance) -> None:
    answer = instance.recommender.recommend(from_sample("3", instance.catalog))
    page = visit(f"/r/{answer.id}")
    page.locator(".map").scroll_into_view_if_needed()
    page.locator("[data-map][data-drawn]").wait_for()
    film = page.evaluate(SHOWN)
    canvas = page.locator(".map canvas")
    canvas.hover(position={"x": film["x"], "y": film["y"]})
    lit(page).wait_for()
    assert lit(page).get_attribute("data-poster") == str(film["id"])
    place = [each.card.poster_id for each in answer.results].index(film["id"])
    card = page.locator(".map .card")
    card.get_by_text(f"{place + 1} · {answer.results[place].card.title}", exact=True).wait_for()
    page.mouse.move(1, 1)
    lit(page).wait_for(state="detached")


def sizes(page: "Page") -> list[float]:
    """Of the scatter's points, as drawn."""
    widths: list[float] = page.locator(".plot .point").evaluate_all(
        "all => all.map(each => Math.round(each.getBoundingClientRect().width))"
    )
    return widths


def test_a_cluster_far_off_does_not_shrink_the_map(whole: "Page") -> None:
    """What is fitted at first leaves out points that lie far apart from all others."""
    left, top, right, bottom = whole.evaluate(
        """async () => {
          const map = document.querySelector("script[src$='map/map.js']").src;
          const { middle } = await import(map.replace("map.js", "points.js"));
          const x = new Uint16Array(600), y = new Uint16Array(600);
          for (let row = 0; row < 600; row++) {
            const far = row >= 588;
            x[row] = far ? 60_000 + row : 1_000 + (row * 37) % 9_000;
            y[row] = far ? 64_000 : 2_000 + (row * 53) % 7_000;
          }
          return middle({ x, y, count: 600 });
        }"""
    )
    assert 1_000 <= left < right < 10_000
    assert 2_000 <= top < bottom < 9_000


def test_the_exported_map_works_from_a_disk(browser: "Browser", app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "map.html"
    file.write_text(map_file(app), encoding="utf-8")
    page, asked, errors = browser.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    told = page.locator("[data-film]")
    page.locator("canvas").focus()
    page.keyboard.press("ArrowRight")
    titles = {card.title for card in app.extensions["onesheet"].catalog.all_cards()}
    first = told.inner_text().partition(" · ")[0]
    assert first in titles
    page.keyboard.press("ArrowRight")
    page.locator("[data-legend] button").first.click()
    page.locator("[data-zoom=in]").click()
    page.locator("label", has_text="Decade").click()
    assert page.locator("[data-legend] button").first.inner_text().endswith("s")
    page.locator("canvas").press("Escape")
    assert told.inner_text().startswith("Point at a film")
    page.close()
    assert (asked, errors) == ([file.as_uri()], [])


def test_where_nothing_hangs_a_button_points_to_the_nearest_poster(points: "Page") -> None:
    button = points.get_by_role("button", name="Nearest poster")
    assert button.count() == 0
    canvas = points.locator(".map canvas")
    canvas.focus()
    for _ in range(6):
        points.keyboard.press("+")
    for _ in range(30):  # until the view has left all posters behind
        for _ in range(10):
            points.keyboard.press("Shift+ArrowLeft")
        points.wait_for_timeout(RESTED)
        if button.is_visible():
            break
    empty = picture(points)
    box, sheet = button.bounding_box(), canvas.bounding_box()
    assert box
    assert sheet
    assert sheet["x"] <= box["x"]
    assert box["x"] + box["width"] <= sheet["x"] + sheet["width"]
    button.click()
    button.wait_for(state="hidden")
    assert shows(points, lambda now: now != empty)
    points.wait_for_timeout(RESTED)
    assert not button.is_visible()
