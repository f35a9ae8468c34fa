"""What the map of all posters draws: colours, posters, words where something is amiss."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from tests.browser.canvas import picture, shows
from tests.browser.conftest import until
from webapp.presenting.map_export import map_file

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def test_the_legend_follows_the_colours_and_lets_one_kind_stand_out(bare_map: "Page") -> None:
    legend = bare_map.get_by_role("list", name="Show only")
    everything = picture(bare_map)
    legend.get_by_role("button", name="Western").click()
    assert shows(bare_map, lambda now: now != everything)
    legend.get_by_role("button", name="Western").click()
    assert shows(bare_map, everything.__eq__)
    for name, kind in (("Decade", "1930s"), ("Rating", "8 or more")):
        bare_map.get_by_text(name, exact=True).first.click()
        legend.get_by_role("button", name=kind).wait_for()
        assert shows(bare_map, lambda now: now != everything)


NEAR = """async () => {
  const base = document.querySelector("script[src$='map/map.js']").src.replace("map.js", "");
  const { View } = await import(base + "view.js");
  const { Grid } = await import(base + "grid.js");
  const { Pictures } = await import(base + "pictures.js");
  const x = Uint16Array.from({ length: 1024 }, (_, row) => 1024 + (row % 32) * 2048);
  const y = Uint16Array.from({ length: 1024 }, (_, row) => 1024 + (row >> 5) * 2048);
  const points = { count: 1024, side: 65535, x, y };
  const view = new View(points.side, [0, 0, 65535, 65535]);
  view.resize(1000, 700);
  const pictures = new Pictures(points, new Grid(points), null, () => {});
  const whole = pictures.inView(view, null);
  view.zoomAt(8, 500, 350);
  const inside = (row) => {
    const [across, down] = view.pixel(x[row], y[row]);
    return across >= 0 && across <= 1000 && down >= 0 && down <= 700;
  };
  return { whole, near: pictures.inView(view, null), inside: [...x.keys()].filter(inside) };
}"""
"""Which rows hang of a thousand points in a lattice: of all, and of those in view from near."""


def test_near_enough_the_posters_themselves_hang(whole_map: "Page") -> None:
    found = whole_map.evaluate(NEAR)
    assert found["whole"] == []
    assert 8 <= len(found["near"]) <= 140
    assert sorted(found["near"]) == found["inside"]


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


def test_among_many_points_some_posters_hang_and_stay(whole_map: "Page") -> None:
    found = {each["what"]: each for each in whole_map.evaluate(SAMPLED)}
    assert all(each["inside"] for each in found.values())
    shown = {what: set(each["rows"]) for what, each in found.items()}
    assert all(8 <= len(rows) <= 60 for rows in shown.values())
    assert all(row % 3 == 0 for row in shown["lit"])
    assert shown["whole"] == shown["whole again"]
    assert len(shown["moved a little"] & shown["whole"]) >= len(shown["whole"]) - 8  # a column
    assert shown["nearer"] - shown["whole"]


NAMED = """async () => {
  const base = document.querySelector("script[src$='map/map.js']").src.replace("map.js", "");
  const { View } = await import(base + "view.js");
  const { Grid } = await import(base + "grid.js");
  const { regionsSeen } = await import(base + "regions.js");
  const rows = [];
  const hang = (count, column, line, genres, year) => {
    for (let row = 0; row < count; row++) {
      const [x, y] = [column * 230 + 100 + row % 30, line * 175 + 80 + row % 20];
      rows.push({ x, y, genres, year });
    }
  };
  hang(60, 0, 0, 0b001, 2015);
  hang(60, 3, 0, 0b001, 1995);
  hang(35, 1, 1, 0b010, 2015);
  hang(25, 1, 1, 0b001, 2015);
  hang(70, 2, 2, 0b010, 2015);
  hang(30, 2, 2, 0b010, 1985);
  hang(40, 3, 3, 0b100, 2015);
  const of = (Type, what) => Type.from(rows, (row) => row[what]);
  const points = {
    count: rows.length, side: 920, genreNames: ["Drama", "Horror", "Western"], ids: rows,
    x: of(Uint16Array, "x"), y: of(Uint16Array, "y"),
    genres: of(Uint32Array, "genres"), years: of(Uint16Array, "year"),
  };
  const view = new View(920, [0, 0, 920, 920]);
  view.resize(920, 700);
  view.scale = 1;
  view.left = view.top = 0;
  return regionsSeen(points, new Grid(points), view).map(({ genre, decade, at }) =>
    [genre, decade, Math.floor(at[0] / 230), Math.floor(at[1] / 175)]);
}"""
"""What parts of four columns and lines are called: more films than elsewhere are horror in one
part, all in the next; those are mostly of the decade that is the commonest everywhere."""


def test_a_part_is_called_by_what_tells_most_of_it(whole_map: "Page") -> None:
    found = whole_map.evaluate(NAMED)
    assert [each for each in found if each[0] == "Horror"] == [["Horror", 1980, 2, 2]]
    assert ["Western", 2010, 3, 3] in found
    assert sorted(each[1] for each in found if each[0] == "Drama") == [1990, 2010]


def test_the_map_follows_the_colour_scheme(whole_map: "Page") -> None:
    ground = """colour => {
      const context = document.querySelector(".map canvas").getContext("2d");
      return String(context.getImageData(2, 2, 1, 1).data) === String(colour);
    }"""
    assert whole_map.evaluate(ground, [255, 255, 255, 255])
    whole_map.emulate_media(color_scheme="dark")
    until(whole_map, ground, [28, 28, 27, 255])


def test_a_lost_file_is_said_in_words(visit: Any) -> None:
    page = visit("/about")
    page.route("**/map/*.bin", lambda route: route.fulfill(status=404, body=""))
    page.goto("/map")
    page.get_by_text("The map could not be drawn").wait_for()


def test_a_cluster_far_off_does_not_shrink_the_map(whole_map: "Page") -> None:
    """What is fitted at first leaves out points that lie far apart from all others."""
    left, top, right, bottom = whole_map.evaluate(
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


def test_posters_that_did_not_arrive_are_asked_for_again(visit: Any) -> None:
    page: Page = visit("/about")
    films = re.compile(r"/api/v1/posters\?")
    page.route(films, lambda route: route.fulfill(status=404, body=""))
    with page.expect_response(films):
        page.goto("/map")
    with page.expect_response(re.compile(r"/posters/[0-9a-f]{64}-154\.webp")):
        page.unroute(films)
        page.locator(".map canvas").focus()
        page.keyboard.press("+")
