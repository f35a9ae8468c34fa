"""Keeping films, seeing them again and taking them along, in a real browser."""

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from webapp.instance import Instance

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture
def result(visit: Any, instance: Instance) -> "Page":
    """A result's page of which the first two films are kept."""
    from webapp.queries import from_sample

    answer = instance.recommender.recommend(from_sample("3", instance.catalog))
    page: Page = visit(f"/r/{answer.id}")
    for place in (0, 1):
        page.locator(".five .keep").nth(place).click()
    return page


def titles(page: "Page", selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def test_a_kept_film_is_marked_counted_and_found_again(result: "Page") -> None:
    assert result.locator("[data-kept-count]").inner_text() == "2"
    assert result.locator(".five .keep[aria-pressed=true]").count() == 2
    buttons = result.locator(".five .keep")
    names = [json.loads(buttons.nth(n).get_attribute("data-keep") or "")["title"] for n in (0, 1)]
    result.get_by_role("link", name="Shortlist").click()
    result.locator(".kept li").first.wait_for()
    assert titles(result, ".kept b") == names
    result.wait_for_load_state("networkidle")
    assert result.evaluate(
        "[...document.querySelectorAll('.kept img')].every(image => image.naturalWidth > 0)"
    )


def test_films_are_kept_wherever_they_are_shown(result: "Page", instance: Instance) -> None:
    """The genres' posters, films that a title may mean, and the film chosen on the map."""
    result.goto("/genres/drama")
    corner = result.locator(".hung.wide .keep").first
    name = json.loads(corner.get_attribute("data-keep") or "")["title"]
    corner.focus()
    corner.press("Enter")
    assert corner.get_attribute("aria-pressed") == "true"
    result.goto("/films?q=film")
    shown = json.loads(result.locator(".films .keep").first.get_attribute("data-keep") or "")
    result.locator(".films .keep").first.click()
    result.goto("/map")
    result.locator("[data-map][data-drawn]").wait_for()
    result.locator(".map canvas").focus()
    result.keyboard.press("ArrowRight")
    chosen = result.locator("[data-film] [data-title]").inner_text()
    result.locator("[data-film] .keep").click()
    assert result.locator("[data-film] .keep").get_attribute("aria-pressed") == "true"
    result.goto("/shortlist")
    result.locator(".kept li").first.wait_for()
    assert set(titles(result, ".kept b")) >= {name, shown["title"], chosen}
    result.wait_for_function(
        "[...document.querySelectorAll('.kept img')].every(image => image.naturalWidth > 0)"
    )


def test_a_film_stays_marked_when_a_slider_ranks_anew(result: "Page") -> None:
    kept = "[...document.querySelectorAll('.five .keep[aria-pressed=true]')].length"
    posters = result.locator(".five .film").evaluate_all("all => all.map(e => e.dataset.poster)")
    image = result.locator(".five img:not(.blurred)").first.element_handle()
    result.get_by_text("Filter, or weigh anew").click()
    result.get_by_label("Composition or colour").fill("0.02")
    result.wait_for_url("**colour=0.02")
    now = result.locator(".five .film").evaluate_all("all => all.map(e => e.dataset.poster)")
    assert result.evaluate(kept) == len(set(posters[:2]) & set(now))
    if posters[0] in now:  # its poster does not blink
        assert image.evaluate("image => image.isConnected")


def test_pressing_again_takes_a_film_off(result: "Page") -> None:
    result.locator(".five .keep").first.click()
    assert result.locator("[data-kept-count]").inner_text() == "1"
    assert result.locator(".five .keep").first.get_attribute("aria-pressed") == "false"


def test_removing_can_be_undone(result: "Page") -> None:
    result.goto("/shortlist")
    result.get_by_role("button", name="Remove all").click()
    result.get_by_text("Nothing is kept yet").wait_for()
    result.get_by_role("button", name="Put back").click()
    assert result.locator(".kept li").count() == 2


def test_the_csv_holds_what_was_kept(result: "Page", tmp_path: Path) -> None:
    result.evaluate(
        """() => {
          const films = JSON.parse(localStorage.getItem("onesheet-shortlist"));
          films[0].title = 'Quotes "here", commas';
          localStorage.setItem("onesheet-shortlist", JSON.stringify(films));
        }"""
    )
    result.goto("/shortlist")
    with result.expect_download() as download:
        result.get_by_role("button", name="Save as CSV").click()
    download.value.save_as(tmp_path / "list.csv")
    text = (tmp_path / "list.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["title"] == 'Quotes "here", commas'
    assert len(rows) == 2
    assert all(row["imdb_id"] and row["genres"] for row in rows)


def test_the_contact_sheet_is_a_picture_with_the_posters_on_it(
    result: "Page", tmp_path: Path
) -> None:
    result.goto("/shortlist")
    with result.expect_download() as download:
        result.get_by_role("button", name="Save as contact sheet").click()
    assert download.value.suggested_filename == "shortlist.png"
    download.value.save_as(tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.format == "PNG"
        assert sheet.width > 600
        colours = sheet.convert("RGB").resize((60, 60)).getcolors(3600)
    assert colours
    assert len(colours) > 50


def test_what_is_kept_stays_in_this_browser(result: "Page", visit: Any) -> None:
    other: Page = visit("/shortlist")
    other.get_by_text("Nothing is kept yet").wait_for()
    assert result.locator("[data-kept-count]").inner_text() == "2"


def test_a_broken_store_is_an_empty_shortlist(visit: Any) -> None:
    page: Page = visit("/")
    page.evaluate("localStorage.setItem('onesheet-shortlist', '{not json')")
    page.goto("/shortlist")
    page.get_by_text("Nothing is kept yet").wait_for()


def test_the_shortlist_fits_a_phone(visit: Any) -> None:
    page: Page = visit("/shortlist", viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
