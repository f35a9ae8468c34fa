"""Card, scatter and map show the same film."""

from typing import TYPE_CHECKING, Any

import pytest

from onesheet.instance import Instance
from onesheet.queries.query import from_sample
from tests.browser.canvas import picture, shows

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


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
  view.around([place, ...rows.map(row => [points.x[row], points.y[row]])], 40);
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


# The films of the scatter: as its figure was sent last, and as drawn.
SCATTERS = """() => {
  const plot = document.querySelector("[data-plot=scatter]");
  const films = ({ data }) => data.map(({ customdata }) => customdata.map(([id]) => id));
  const sent = JSON.parse(plot.querySelector("script").textContent);
  const drawn = plot.querySelector(".js-plotly-plot");
  return [films(sent), drawn && films(drawn)];
}"""


def test_a_scatter_drawn_late_shows_the_view_of_by_then(visit: Any, instance: Instance) -> None:
    answer = instance.recommender.recommend(from_sample("3", instance.catalog))
    page: Page = visit("/about")
    held: list[Route] = []
    page.route("**/plotly.min.js", lambda route: held.append(route))
    page.goto(f"/r/{answer.id}")
    with page.expect_request("**/plotly.min.js"):
        page.locator(".plot").scroll_into_view_if_needed()
    first, _ = page.evaluate(SCATTERS)
    page.get_by_label("Composition or colour").fill("1")
    page.wait_for_url("**colour=1")
    sent, drawn = page.evaluate(SCATTERS)
    assert sent != first
    assert drawn is None
    held[0].continue_()
    page.locator("[data-plot=scatter][data-drawn]").wait_for(timeout=90_000)
    assert page.evaluate(SCATTERS) == [sent, sent]


# The sizes of a figure's points while its last film is lit, after another figure with fewer traces.
SIZES_AFTER_ANOTHER = """async () => {
  const base = document.querySelector("script[src$='plots.js']").src.replace("plots.js", "");
  const { follow } = await import(base + "hovercard.js");
  const linked = await import(base + "linked.js");
  const trace = (id, size) => ({ marker: { size }, customdata: [[id]] });
  const canvas = { data: [trace(1, 9), trace(2, 14)], on() {} };
  const restyle = (_, change) => change["marker.size"].forEach((size, place) => {
    canvas.data[place].marker.size = size;
  });
  follow({ restyle }, canvas, document.createElement("div"));
  linked.point(2);
  canvas.data = [trace(1, 9), trace(2, 20), trace(3, 24)];
  linked.point(3);
  return canvas.data.map(({ marker }) => marker.size);
}"""


def test_another_figure_brings_its_own_sizes(visit: Any, instance: Instance) -> None:
    answer = instance.recommender.recommend(from_sample("3", instance.catalog))
    page: Page = visit("/about")
    page.route("**/plotly.min.js", lambda route: route.fulfill(status=404, body=""))
    page.goto(f"/r/{answer.id}")
    assert page.evaluate(SIZES_AFTER_ANOTHER) == [[9], [20], [34]]


# The sizes of a figure's points: the first was chosen, then the second under the pointer.
SIZES_AFTER_A_CHOICE = """async () => {
  const base = document.querySelector("script[src$='plots.js']").src.replace("plots.js", "");
  const { follow } = await import(base + "hovercard.js");
  const linked = await import(base + "linked.js");
  const trace = { marker: { size: 9 }, customdata: [[1, "", "", "", 1], [2, "", "", "", 2]] };
  const heard = {};
  const canvas = { data: [trace], on: (event, listener) => { heard[event] = listener; } };
  const restyle = (_, change) => { trace.marker = { size: change["marker.size"][0] }; };
  follow({ restyle }, canvas, document.createElement("div"));
  linked.choose(1);
  const axis = { _offset: 0, d2p: () => 0 };
  const points = [{ customdata: trace.customdata[1], xaxis: axis, yaxis: axis, x: 0, y: 0 }];
  for (const event of ["plotly_hover", "plotly_click", "plotly_unhover"]) heard[event]({ points });
  return trace.marker.size;
}"""


def test_a_point_that_is_chosen_is_enlarged_once_the_pointer_leaves_it(
    visit: Any, instance: Instance
) -> None:
    answer = instance.recommender.recommend(from_sample("3", instance.catalog))
    page: Page = visit("/about")
    page.route("**/plotly.min.js", lambda route: route.fulfill(status=404, body=""))
    page.goto(f"/r/{answer.id}")
    assert page.evaluate(SIZES_AFTER_A_CHOICE) == [9, 19]


def sizes(page: "Page") -> list[float]:
    """Of the scatter's points, as drawn."""
    widths: list[float] = page.locator(".plot .point").evaluate_all(
        "all => all.map(each => Math.round(each.getBoundingClientRect().width))"
    )
    return widths
