"""What holds on every page: where things stand, and that keys reach everything."""

import io
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from bandit import Rating
from onesheet.instance import Instance
from tests.browser.conftest import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def home(full_home: Path, tmp_path: Path) -> Path:
    """With as many posters on the wall as ever hang there."""
    return Path(shutil.copytree(full_home, tmp_path / "instance"))


@pytest.fixture
def paths(instance: Instance) -> dict[str, str]:
    """Every kind of page there is."""
    from onesheet.queries.query import from_sample, from_upload

    recommend = instance.recommender.recommend
    film = recommend(from_sample("3", instance.catalog)).id
    draft = recommend(from_upload(instance.catalog.poster_path(_hash(instance)).read_bytes())).id
    instance.recommender.rate(draft, Rating.GOOD)
    return {
        "front": "/",
        "result": f"/r/{film}",
        "view": f"/r/{film}?balance=0.9&decade=1990",
        "report": f"/r/{film}/report?intended=Horror",
        "compare": f"/compare?draft={film}&draft={draft}&intended=Horror",
        "upload drafts": "/compare",
        "films": "/films?q=film",
        "map": "/map",
        "genres": "/genres",
        "genre": "/genres/drama",
        "learning": "/learning",
        "about": "/about",
        "collections": "/collections",
        "error": "/nowhere",
    }


def _hash(instance: Instance) -> str:
    return next(iter(instance.catalog.cards([5]).values())).content_hash


def test_on_a_phone_every_page_is_named_without_scrolling(visit: Any) -> None:
    page = visit("/about", viewport=PHONE)
    names = page.locator("nav a, .to-collections")
    assert names.count() == 7
    for box in (names.nth(place).bounding_box() for place in range(7)):
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
        assert box["height"] >= 40
    assert page.locator("nav").evaluate("nav => nav.scrollWidth <= nav.clientWidth")


def test_on_a_phone_the_query_comes_first_and_two_results_stand_in_a_row(
    visit: Any, paths: dict[str, str]
) -> None:
    page = visit(paths["result"], viewport=PHONE)
    query, five = page.locator(".query").bounding_box(), page.locator(".five").bounding_box()
    assert query["y"] + query["height"] <= five["y"]
    tops = [page.locator(".five .print").nth(place).bounding_box()["y"] for place in range(3)]
    assert tops[0] == tops[1] < tops[2]


def test_on_a_desktop_the_query_is_the_largest_and_stays_in_view(
    visit: Any, paths: dict[str, str]
) -> None:
    page = visit(paths["result"])
    query = page.locator(".query .print").bounding_box()
    for number in range(5):
        assert page.locator(".five .print").nth(number).bounding_box()["width"] < query["width"]
    page.evaluate("window.scrollTo(0, 500)")
    assert page.locator(".query .print").bounding_box()["y"] >= 0


def test_posters_are_never_enlarged_more_than_half_again(
    visit: Any, paths: dict[str, str], instance: Instance
) -> None:
    page = visit(paths["result"])
    page.wait_for_load_state("networkidle")
    shown = page.evaluate(
        "[...document.querySelectorAll('.query img:not(.blurred), .five img:not(.blurred)')]"
        ".map(image => image.clientWidth / Number(image.getAttribute('width')))"
    )
    assert len(shown) == 6
    assert max(shown) <= 1.5


def test_the_first_key_leads_past_the_header(page: "Page") -> None:
    page.keyboard.press("Tab")
    until(page, "document.activeElement.className === 'skip'")
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'content'")


def reach(page: "Page", selector: str) -> None:
    """Go there with the Tab key."""
    for _ in range(60):
        if page.evaluate("s => document.activeElement?.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no key leads to {selector}")


def test_a_whole_search_by_keys_alone(page: "Page") -> None:
    reach(page, "#q")
    page.keyboard.type("tt0000002")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/r/[\w-]+$"))
    reach(page, "[value=okay]")
    page.keyboard.press("Space")
    page.get_by_text("Thank you.").wait_for()


def test_uploading_rating_and_taking_it_back_by_keys_alone(
    page: "Page", tmp_path: Path, new_poster: bytes
) -> None:
    (tmp_path / "mine.png").write_bytes(new_poster)
    with page.expect_file_chooser() as chooser:  # begun early, since it takes its time to listen
        reach(page, "#poster")
        page.keyboard.press("Enter")
    chooser.value.set_files(tmp_path / "mine.png")
    page.wait_for_url(re.compile(r"/r/[\w-]+$"))
    reach(page, "[value=good]")
    page.keyboard.press("Enter")
    page.get_by_text("Thank you.").wait_for()
    until(page, "document.activeElement.value === 'good'")
    page.keyboard.press("3")
    page.locator("[value=bad][aria-pressed=true]").wait_for()
    reach(page, "[value=none]")
    page.keyboard.press("Enter")
    page.get_by_text("Do these look like it?").wait_for()
    assert page.locator("[data-rating] [aria-pressed=true]").count() == 0


def test_every_control_and_picture_has_a_name(page: "Page", paths: dict[str, str]) -> None:
    for name, path in paths.items():
        page.goto(path)
        nameless = page.evaluate(
            """() => [...document.querySelectorAll(
                "button, a, input:not([type=hidden]), select, summary")]
              .filter(each => !each.closest("noscript"))
              .filter(each => !(each.textContent.trim() || each.labels?.length
                || each.getAttribute("aria-label")
                || each.querySelector("img[alt]:not([alt=''])")))
              .map(each => each.outerHTML)"""
        )
        assert nameless == [], name
        assert page.locator("img:not([alt])").count() == 0, name


def test_movement_stops_where_people_ask_for_none(visit: Any) -> None:
    page = visit("/", reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter(each => {
          const style = getComputedStyle(each);
          return parseFloat(style.transitionDuration) > 0 || style.animationName !== "none";
        }).length"""
    )
    assert moving == 0


def test_colours_told_by_a_strip_stay_where_the_system_takes_all_colours(visit: Any) -> None:
    page: Page = visit("/genres", forced_colors="active")
    drawn = page.locator(".tints span").first
    asked = drawn.evaluate("span => span.style.backgroundColor")
    assert drawn.evaluate("span => getComputedStyle(span).backgroundColor") == asked


@pytest.mark.parametrize(("scheme", "like_page"), [("dark", "#131312"), ("light", "#f7f7f5")])
def test_a_strip_of_colours_like_the_pages_own_has_an_edge(
    visit: Any, scheme: str, like_page: str
) -> None:
    page: Page = visit("/genres", color_scheme=scheme)
    strip = page.locator(".tints").first
    strip.evaluate(
        "(strip, c) => [...strip.children].forEach(e => e.style.background = c)", like_page
    )
    drawn = Image.open(io.BytesIO(strip.screenshot())).convert("L")
    darkest, lightest = drawn.crop((20, 0, 21, drawn.height)).getextrema()
    assert lightest - darkest > 20  # type: ignore[operator]


def test_what_is_chosen_is_seen_where_the_system_takes_all_colours(visit: Any) -> None:
    page: Page = visit("/map", forced_colors="active")
    page.locator("[data-map][data-drawn]").wait_for()
    page.locator(".kinds button").first.click()
    chosen = page.locator(
        ".kinds [aria-pressed=true], .segments :checked + span, .top [aria-current]"
    )
    outlines = chosen.evaluate_all("all => all.map(each => getComputedStyle(each).outlineStyle)")
    assert outlines == ["solid"] * 3
    adjusted = "dot => getComputedStyle(dot).forcedColorAdjust"
    assert page.locator(".kinds .dot").first.evaluate(adjusted) == "none"
