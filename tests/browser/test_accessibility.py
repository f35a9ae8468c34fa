"""Every page on both screens and in both schemes: WCAG 2.2 AA as far as axe-core can tell, nothing
that jumps while it loads, and no scrolling to the side."""

import dataclasses
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from bandit import Rating
from onesheet.instance import Instance
from onesheet.queries.query import Query, from_sample, from_upload
from onesheet.uploads.ownership import Ownership
from tests.browser import axe
from tests.browser.conftest import SCREENS_AND_SCHEMES, sideways
from tests.onesheet.queries.test_read_part import framed

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

PATIENCE = 120_000
"""Milliseconds: many pages in a row, each with its plots, on a machine that may be busy."""
LEAST_SHIFT = 0.01
"""Of a layout, by the web's own measure: below what anybody sees."""
SHIFT = """() => new Promise(done => {
  let total = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) total += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(total), 250);
})"""


@pytest.fixture
def home(full_home: Path, tmp_path: Path) -> Path:
    """With as many posters on the wall as ever hang there."""
    return Path(shutil.copytree(full_home, tmp_path / "instance"))


@pytest.fixture
def script() -> str:
    return axe.source()


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
        "/colours?q=red+and+black",
    ]
    found += [f"/r/{film}", f"/r/{film}?balance=0.9&genre=Drama", f"/r/{film}?decade=1870"]
    found += [
        f"/r/{upload}?intended=Horror&intended=Drama",
        f"/r/{film}/report",
        f"/r/{gone}",
        f"/r/{part}",
    ]
    found += [f"/compare?draft={film}&draft={upload}&intended=Horror", f"/batch?poster={upload}"]
    found += [f"/compare/report?draft={film}&draft={upload}&intended=Horror"]
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


@pytest.mark.slow
@SCREENS_AND_SCHEMES
def test_no_page_is_inaccessible_jumps_while_it_loads_or_scrolls_sideways(
    visit: Any, paths: list[str], script: str, screen: dict[str, int], scheme: str
) -> None:
    page: Page = visit("about:blank", viewport=screen, color_scheme=scheme)
    page.set_default_timeout(PATIENCE)
    fresh = page.context.new_cdp_session(page)
    fresh.send("Network.enable")
    fresh.send("Network.setCacheDisabled", {"cacheDisabled": True})  # as on a first visit
    found = {}
    for path in paths:
        page.goto(path)
        settled(page)
        shift = page.evaluate(SHIFT)
        wrong = [f"jumps: {shift}"] if shift >= LEAST_SHIFT else []
        wrong += ["sideways"] * sideways(page)
        if wrong := [*wrong, *axe.in_both_schemes(page, script, scheme)]:
            found[path] = wrong
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
