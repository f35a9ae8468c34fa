"""Collections in a real browser: keeping films, arranging them, taking and handing them along."""

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from onesheet.instance import Instance
from tests.browser import axe
from tests.browser.conftest import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture
def result(visit: Any, instance: Instance) -> "Page":
    """A result's page of which the first two films are kept."""
    from onesheet.queries.query import from_sample

    answer = instance.recommender.recommend(from_sample("3", instance.catalog))
    page: Page = visit(f"/r/{answer.id}")
    for place in (0, 1):
        page.locator(".five .keep").nth(place).click()
    return page


def titles(page: "Page", selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def shows(page: "Page", selector: str, expected: list[str]) -> None:
    """Wait until these texts stand there: a page follows its address a moment later."""
    from playwright.sync_api import expect

    expect(page.locator(selector)).to_have_text(expected, timeout=30_000, use_inner_text=True)


def test_a_kept_film_is_marked_counted_found_again_and_taken_out(result: "Page") -> None:
    assert result.locator("[data-kept-count]").inner_text() == "2"
    assert result.locator(".five .keep[aria-pressed=true]").count() == 2
    buttons = result.locator(".five .keep")
    names = [json.loads(buttons.nth(n).get_attribute("data-keep") or "")["title"] for n in (0, 1)]
    result.get_by_role("link", name="Collections").click()
    result.locator(".kept li").first.wait_for()
    shows(result, ".kept b", names)
    until(
        result, "[...document.querySelectorAll('.kept img')].every(image => image.naturalWidth > 0)"
    )
    result.go_back()
    result.locator(".five .keep").first.click()
    assert result.locator("[data-kept-count]").inner_text() == "1"
    assert result.locator(".five .keep").first.get_attribute("aria-pressed") == "false"


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
    result.goto("/collections")
    result.locator(".kept li").first.wait_for()
    assert set(titles(result, ".kept b")) >= {name, shown["title"], chosen}
    until(
        result, "[...document.querySelectorAll('.kept img')].every(image => image.naturalWidth > 0)"
    )


def test_a_film_stays_marked_when_a_slider_ranks_anew(result: "Page") -> None:
    kept = "[...document.querySelectorAll('.five .keep[aria-pressed=true]')].length"
    posters = result.locator(".five .film").evaluate_all("all => all.map(e => e.dataset.poster)")
    image = result.locator(".five img:not(.blurred)").first.element_handle()
    result.get_by_text("Filter and adjust").click()
    result.get_by_label("Composition or colour").fill("0.02")
    result.wait_for_url("**colour=0.02")
    now = result.locator(".five .film").evaluate_all("all => all.map(e => e.dataset.poster)")
    assert result.evaluate(kept) == len(set(posters[:2]) & set(now))
    assert posters[0] in now
    assert image.evaluate("image => image.isConnected"), "its poster does not blink"


def test_a_collection_is_noted_ordered_named_moved_and_deleted_by_keys(result: "Page") -> None:
    result.goto("/collections")
    one, other = titles(result, ".kept b")
    result.get_by_label(f"Note on {one}").fill("Red title")
    result.get_by_role("button", name=f"Move {one} back").press("Enter")
    shows(result, ".kept b", [other, one])
    assert result.evaluate("document.activeElement.ariaLabel") == f"Move {one} forward"
    result.get_by_role("button", name="New collection").press("Enter")
    result.keyboard.type("Noir")  # its name is marked
    result.keyboard.press("Tab")
    result.get_by_role("link", name="Noir 0").wait_for()
    result.get_by_role("link", name="Shortlist 2").press("Enter")
    result.get_by_label(f"Move {one} to another collection").press("ArrowDown")
    shows(result, ".kept b", [other, one])
    result.keyboard.press("Tab")
    result.keyboard.press("Enter")
    result.get_by_role("link", name="Noir 1").press("Enter")
    shows(result, ".kept b", [one])
    assert result.get_by_label(f"Note on {one}").input_value() == "Red title"
    result.get_by_role("button", name="Delete this collection").press("Enter")
    shows(result, ".kept b", [other])
    assert result.evaluate("document.activeElement.textContent") == "Undo"
    result.keyboard.press("Enter")
    result.reload()
    assert result.get_by_label("Name of the collection").input_value() == "Noir"
    result.get_by_role("button", name=f"Remove {one}").press("Enter")
    result.get_by_text("Nothing is kept here yet").wait_for()
    result.keyboard.press("Enter")
    shows(result, ".kept b", [one])


def test_what_is_pressed_beside_a_new_name_is_pressed(result: "Page") -> None:
    result.goto("/collections")
    _, other = titles(result, ".kept b")
    result.get_by_label("Name of the collection").fill("Noir")
    result.get_by_role("button", name="Remove").first.click()
    shows(result, ".kept b", [other])
    shows(result, ".tab-row a", ["Noir 1"])


def test_a_note_being_written_stays_with_its_collection(result: "Page") -> None:
    result.goto("/collections")
    note = result.get_by_label("Note on the collection")
    note.fill("For Anna")
    result.get_by_role("button", name="New collection").press("Enter")
    note.fill("For Ben")
    result.evaluate("location.hash = '1'")
    until(result, "document.querySelector('[data-note]').value === 'For Anna'")


def test_only_another_tabs_change_of_collections_ends_undoing(result: "Page") -> None:
    result.goto("/collections")
    result.get_by_role("button", name="Remove").first.click()
    undo = result.get_by_role("button", name="Undo")
    for key, there in (("onesheet-recent", True), ("onesheet-collections", False)):
        result.evaluate("key => dispatchEvent(new StorageEvent('storage', { key }))", key)
        assert undo.is_visible() is there


def test_where_a_film_goes_is_said_and_can_be_another_collection(result: "Page") -> None:
    result.evaluate(
        """() => {
          const now = JSON.parse(localStorage.getItem("onesheet-collections"));
          now.all.push({ id: "2", name: "Noir", note: "", searches: false, films: [] });
          localStorage.setItem("onesheet-collections", JSON.stringify(now));
        }"""
    )
    result.locator(".five .keep").nth(2).click()
    result.get_by_label("Kept in").select_option("Noir")
    assert result.locator(".five .keep[aria-pressed=true]").count() == 1
    result.goto("/collections")
    shows(result, ".tab-row a", ["Shortlist 2", "Noir 1"])
    assert result.get_by_label("Name of the collection").input_value() == "Noir"


def test_a_collection_is_saved_as_a_table_a_sheet_and_an_image(
    result: "Page", tmp_path: Path
) -> None:
    result.goto("/collections")
    result.get_by_role("textbox", name="Note on Film").first.fill('Quotes "here", commas')
    with result.expect_download() as download:
        result.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename == "Shortlist.csv"
    download.value.save_as(tmp_path / "list.csv")
    text = (tmp_path / "list.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["note"] == 'Quotes "here", commas'
    assert [row["title"] for row in rows] == titles(result, ".kept b")
    with result.expect_download() as download:
        result.get_by_role("button", name="PDF").click()
    assert download.value.suggested_filename == "Shortlist.pdf"
    with result.expect_download() as download:
        result.get_by_role("button", name="Image").click()
    assert download.value.suggested_filename == "Shortlist.png"
    download.value.save_as(tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.format == "PNG"
        assert sheet.width > 600
        colours = sheet.convert("RGB").resize((60, 60)).getcolors(3600)
    assert colours
    assert len(colours) > 50


def test_a_link_carries_a_collection_and_it_can_be_copied(result: "Page", visit: Any) -> None:
    result.goto("/collections")
    kept = titles(result, ".kept b")
    result.get_by_label("Name of the collection").fill("Noir & more")
    result.get_by_label("Note on the collection").fill("For Anna")
    result.get_by_role("textbox", name="Note on Film").last.fill("七人の侍, red")
    result.get_by_label("With the posters searched for").check()
    shows(result, ".kept b", ["Film No. 3", *kept])
    assert axe.violations(result, axe.source()) == []
    result.get_by_role("button", name="Copy link").click()
    link = result.get_by_label("Link to this collection").input_value()
    plain: Page = visit(link, java_script_enabled=False)
    shows(plain, ".kept b", ["Film No. 3", *kept])
    assert plain.get_by_text("七人の侍, red").is_visible()
    assert not plain.get_by_role("button", name="Keep a copy").is_visible()
    phone: Page = visit(link, viewport={"width": 360, "height": 780}, color_scheme="dark")
    assert axe.violations(phone, axe.source()) == []
    phone.get_by_role("button", name="Keep a copy").click()
    phone.wait_for_url("**/collections#2")
    shows(phone, ".kept b", ["Film No. 3", *kept])
    assert phone.get_by_label("Name of the collection").input_value() == "Noir & more"
    assert phone.get_by_label(f"Note on {kept[1]}").input_value() == "七人の侍, red"
    assert axe.violations(phone, axe.source()) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.get_by_label("Note on the collection").fill("侍" * 500)
    phone.get_by_role("button", name="Copy link").click()
    phone.get_by_text("This collection is too long for a link").wait_for()


def test_the_shortlist_of_before_becomes_the_first_collection(visit: Any) -> None:
    page: Page = visit("/")
    page.evaluate("localStorage.setItem('onesheet-collections', '{not json')")
    film = {"id": 5, "poster": "ab" * 32, "title": "Vertigo", "year": 1958, "rating": 8.3}
    film |= {"width": 200, "height": 300, "imdb_id": "tt0052357", "imdb_url": None, "genres": []}
    page.evaluate(
        "films => localStorage.setItem('onesheet-shortlist', JSON.stringify(films))", [film]
    )
    page.goto("/shortlist")
    page.locator(".kept li").first.wait_for()
    shows(page, ".kept b", ["Vertigo"])
    shows(page, ".tab-row a", ["Shortlist 1"])
    page.locator(".kept .facts", has_text="No longer in this catalogue").wait_for()
    page.reload()
    shows(page, ".kept b", ["Vertigo"])
    assert page.evaluate("localStorage.getItem('onesheet-shortlist')") is None
    assert visit("/collections").get_by_text("Nothing is kept here yet").is_visible()
