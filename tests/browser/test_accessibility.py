"""WCAG 2.2 AA on every page and in its states: what axe-core can find, and what it cannot."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from bandit import Rating
from onesheet.instance import Instance
from onesheet.queries.query import Query, from_sample, from_upload
from onesheet.uploads.ownership import Ownership
from tests.browser import axe
from tests.browser.conftest import ask
from tests.onesheet.queries.test_read_part import framed

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}
PATIENCE = 120_000
"""Milliseconds: many pages in a row, each with its plots, on a machine that may be busy."""


@pytest.fixture(scope="session")
def script() -> str:
    return axe.source()


@pytest.fixture
def poster(tmp_path: Path, new_poster: bytes) -> Path:
    (tmp_path / "mine.png").write_bytes(new_poster)
    return tmp_path / "mine.png"


@pytest.fixture
def film(instance: Instance) -> str:
    return instance.recommender.recommend(from_sample("3", instance.catalog)).id


@pytest.fixture
def paths(app: Flask, instance: Instance, film: str, new_poster: bytes) -> list[str]:
    """Every kind of page, with and without ratings."""
    recommend = instance.recommender.recommend
    upload, gone = (recommend(owned(from_upload(new_poster))).id for _ in range(2))
    part = recommend(owned(from_upload(framed(7)))).id
    for rating in Rating:
        instance.recommender.rate(upload, rating)
    instance.upload_store.delete(gone, "me")
    found = ["/", "/films?q=film", "/films?q=nonsense", "/learning", "/learning/simulator"]
    found += [
        "/about",
        "/map",
        "/collections",
        "/genres",
        "/genres/drama",
        "/trends",
        "/compare",
        "/batch",
    ]
    found += [f"/r/{film}", f"/r/{film}?balance=0.9&genre=Drama", f"/r/{film}?decade=1870"]
    found += [
        f"/r/{upload}?intended=Horror&intended=Drama",
        f"/r/{film}/report",
        f"/r/{gone}",
        f"/r/{part}",
    ]
    found += [f"/compare?draft={film}&draft={upload}"]
    adapter = app.url_map.bind("127.0.0.1")
    assert all(adapter.test(path.partition("?")[0]) for path in found)
    return [*found, "/nowhere"]


def owned(query: Query) -> Query:
    return dataclasses.replace(query, ownership=Ownership(owner="me"))


def settled(page: "Page") -> None:
    """Every plot in the open and the map drawn, every poster at hand in."""
    for drawn in page.locator("[data-plot]:visible, [data-map]:visible").all():
        drawn.scroll_into_view_if_needed()
        drawn.locator("xpath=self::*[@data-drawn]").wait_for()
    page.evaluate("window.scrollTo(0, 0)")


@pytest.mark.parametrize(
    ("screen", "scheme"),
    [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")],
    ids=["desktop-light", "desktop-dark", "phone-light", "phone-dark"],
)
def test_axe_finds_no_violation_on_any_page(
    visit: Any, paths: list[str], script: str, screen: dict[str, int], scheme: str
) -> None:
    page: Page = visit("/", viewport=screen, color_scheme=scheme)
    page.set_default_timeout(PATIENCE)
    found = {}
    for path in paths:
        page.goto(path)
        settled(page)
        if wrong := axe.violations(page, script):
            found[path] = wrong
    assert found == {}


def suggesting(page: "Page") -> None:
    page.goto("/")
    page.get_by_text("Advanced").click()
    page.locator("#q").fill("film no")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")


def opened(page: "Page") -> None:
    """A result with all that can be opened on it."""
    page.get_by_text("Filter and adjust").click()
    page.get_by_text("Show as a table").click()
    page.locator(".five .keep").first.click()
    page.keyboard.press("1")
    page.get_by_text("Thank you.").wait_for()


def explained(page: "Page") -> None:
    page.get_by_role("button", name="Why these?").click()
    page.locator(".film.explained canvas.heat").wait_for()


def seen(page: "Page") -> None:
    page.locator("[data-seen] button").first.click()
    page.locator(".query canvas.heat").wait_for()


def chosen_on_the_map(page: "Page") -> None:
    page.locator(".map canvas").focus()
    page.keyboard.press("ArrowRight")
    page.locator("[data-film] [data-title]").wait_for()


def with_drafts_chosen(page: "Page", poster: Path) -> None:
    page.goto("/compare")
    page.set_input_files("#poster", [poster, poster])
    page.locator(".chosen li").nth(1).wait_for()


def shown_once(page: "Page", poster: Path) -> None:
    page.goto("/")
    page.get_by_label("Do not keep my poster").check()
    page.set_input_files("#poster", poster)
    page.get_by_text("Your poster is not kept.").wait_for()
    page.wait_for_load_state()


@pytest.mark.parametrize(
    ("screen", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"]
)
def test_axe_finds_no_violation_in_any_state(
    visit: Any, script: str, poster: Path, screen: dict[str, int], scheme: str
) -> None:
    page: Page = visit("/nowhere", viewport=screen, color_scheme=scheme)
    page.goto(ask(page))
    settled(page)
    found = {}
    for state in (opened, explained, seen, chosen_on_the_map, suggesting):
        state(page)
        if wrong := axe.violations(page, script):
            found[state.__name__] = wrong
    for state_of in (with_drafts_chosen, shown_once):
        state_of(page, poster)
        if wrong := axe.violations(page, script):
            found[state_of.__name__] = wrong
    assert found == {}


@pytest.mark.parametrize(
    ("promised", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)]
)
def test_without_npm_the_checks_fail_where_ci_promised_it_and_else_skip(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, promised: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", promised)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(outcome, match="npm"):
        axe.source()


def test_the_checker_finds_what_is_wrong(page: "Page", script: str) -> None:
    """A picture without a text would be told: the checks above can fail."""
    page.evaluate("document.querySelector('main').append(new Image())")
    assert any(each.startswith("image-alt") for each in axe.violations(page, script))
