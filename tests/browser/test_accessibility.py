"""WCAG 2.2 AA on every page: what axe-core can find, and what it cannot."""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from bandit import Rating
from webapp.instance import Instance
from webapp.queries import from_sample, from_upload

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}
PATIENCE = 120_000
"""Milliseconds: many pages in a row, each with its plots, on a machine that may be busy."""


def _axe() -> Any:
    """tests/ is no package, so the module beside this one is loaded by its path."""
    spec = importlib.util.spec_from_file_location("axe", Path(__file__).with_name("axe.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


AXE = _axe()


@pytest.fixture(scope="session")
def script() -> str:
    found = AXE.source()
    assert isinstance(found, str)
    return found


@pytest.fixture
def paths(app: Flask, instance: Instance, new_poster: bytes) -> list[str]:
    """Every kind of page, with and without ratings."""
    recommend = instance.recommender.recommend
    film = recommend(from_sample("3", instance.catalog)).id
    upload = recommend(from_upload(new_poster)).id
    for rating in Rating:
        instance.recommender.rate(upload, rating)
    found = ["/", "/learning", "/learning/simulator", "/about", "/nowhere", f"/r/{film}"]
    found += [f"/r/{upload}?intended=Horror&intended=Drama", "/compare"]
    found += [f"/compare?draft={film}&draft={upload}", "/genres", "/genres/drama"]
    found += ["/map", "/shortlist", f"/r/{film}/report"]
    adapter = app.url_map.bind("127.0.0.1")
    served = [path for path in found if adapter.test(path.partition("?")[0])]
    assert set(found) - set(served) <= {"/nowhere"}
    return [*served, "/nowhere"]


def settled(page: "Page") -> None:
    """Every plot and the map drawn, every poster at hand in."""
    for drawn in page.locator("[data-plot], [data-map]").all():
        drawn.scroll_into_view_if_needed()
        drawn.locator("xpath=self::*[@data-drawn]").wait_for()
    page.evaluate("window.scrollTo(0, 0)")


@pytest.mark.parametrize(
    ("screen", "scheme"),
    [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light")],
    ids=["desktop-light", "desktop-dark", "phone-light"],
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
        if wrong := AXE.violations(page, script):
            found[path] = wrong
    assert found == {}


def test_the_checker_finds_what_is_wrong(page: "Page", script: str) -> None:
    """A picture without a text would be told: the checks above can fail."""
    page.evaluate("document.querySelector('main').append(new Image())")
    assert any(each.startswith("image-alt") for each in AXE.violations(page, script))
