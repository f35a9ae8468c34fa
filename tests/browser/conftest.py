"""A real browser on a small live instance.

Every page a test opens is watched: an error in the console, a breach of the Content-Security-Policy
or a request to another host fails the test.
"""

import logging
import random
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from benchmarks.instruments import browsers
from onesheet.base.home import Home
from onesheet.instance import Instance
from tests.absence import absent
from tests.conftest import MOVIES, drawn_bytes, movie
from webapp.app import create_app
from webapp.pictures.thumbnails import WIDTHS
from webapp.routes.search import SAMPLES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 780}
SCREENS = pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
SCREENS_AND_SCHEMES = pytest.mark.parametrize(
    ("screen", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop-light", "phone-dark"]
)
"""With what a page is opened; `axe.in_both_schemes` looks at it in the other scheme too."""
REFUSED = "Failed to load resource: the server responded with a status of 4"
"""What Chromium logs for a page that is meant to be a 4xx."""
RESULT = re.compile(r"/r/[\w-]+$")
"""The end of an answer's address."""
REASON = "That were too many at once; wait a minute."
"""Why a test's server refuses something."""
LETTERS_IN = """async () => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
"""The map has drawn its names in the page's letters."""


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    program = browsers.found()
    if program is None:
        absent(browsers.MISSING)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        absent("the browser tests need playwright (pip install playwright)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(browsers.FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def warm_home(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small instance with a map, after its first visitors."""
    home = tmp_path_factory.mktemp("warm") / "instance"
    shutil.copytree(small_home, home)
    return warmed(home)


@pytest.fixture(scope="session")
def full_home(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with so many posters that the wall of samples is as long as it ever gets."""
    home = tmp_path_factory.mktemp("full") / "instance"
    shutil.copytree(small_home, home)
    instance, there = Instance(Home(home)), range(MOVIES + 1, SAMPLES + 21)
    instance.catalog.add_many(((movie(n), drawn_bytes(n)) for n in there), "drawn")
    instance.close()
    return warmed(home)


def warmed(home: Path) -> Path:
    """An instance with its map, of which every thumbnail was asked for once.

    The map is laid by principal components alone: UMAP compiles for half a minute.
    """
    app = create_app(home, TESTING=True)
    instance: Instance = app.extensions["onesheet"]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("index.map._NEIGHBOURS", len(instance.catalog.all_cards()))
        instance.builder.build(with_map=True)
    client = app.test_client()
    for card in instance.catalog.all_cards():
        for width in WIDTHS:
            client.get(f"/posters/{card.content_hash}-{width}.webp", buffered=True).close()
    instance.close()
    return home


@pytest.fixture
def home(warm_home: Path, tmp_path: Path) -> Path:
    """A copy of it to do anything with."""
    return Path(shutil.copytree(warm_home, tmp_path / "instance"))


@pytest.fixture
def app(app: Flask) -> Flask:
    """It chooses the same distances each time, so that a page differs by no chance."""
    app.extensions["onesheet"].recommender.rng = random.Random(0)
    return app


@pytest.fixture
def address(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the live instance answers."""
    monkeypatch.setattr(logging.getLogger("werkzeug"), "level", logging.WARNING)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))  # seconds to notice an end
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


Opener = Callable[..., "Page"]


@pytest.fixture
def visit(browser: "Browser", address: str) -> Iterator[Opener]:
    """Opens a page as a new visitor; keyword arguments are those of a browser context."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(path: str = "/", **settings: Any) -> "Page":
        context = browser.new_context(**{"viewport": DESKTOP, "base_url": address, **settings})
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        watch(page, address, troubles)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def page(visit: Opener) -> "Page":
    """The front page on a desktop."""
    return visit("/")


@pytest.fixture
def whole_map(visit: Any) -> "Page":
    """The map of all posters, drawn."""
    page: Page = visit("/map")
    page.locator("[data-map][data-drawn]").wait_for()
    return page


@pytest.fixture
def bare_map(visit: Any) -> "Page":
    """The map of points alone, on a desktop."""
    return without_posters(visit)


def without_posters(visit: Any, **settings: Any) -> "Page":
    """The map of points alone: no poster arrives, so that what is drawn is always the same.
    `settings` are those of a browser context."""
    page: Page = visit("/about", **settings)
    page.route("**/posters/*", lambda route: route.fulfill(status=404, body=""))
    page.goto("/map")
    page.locator("[data-map][data-drawn]").wait_for()
    page.evaluate(LETTERS_IN)
    return page


def answered(page: "Page") -> str:
    """The heading of the answer that the page comes to show."""
    page.wait_for_url(RESULT)
    assert page.locator(".five .film").count() == 5
    return page.locator("h1").inner_text()


def until(page: "Page", holds: str, argument: object = None, patience: float = 30.0) -> None:
    """Wait until a script says true. Playwright's own way has the page evaluate text, which the
    page's policy forbids."""
    end = time.monotonic() + patience
    while not page.evaluate(holds, argument):
        assert time.monotonic() < end, holds
        page.wait_for_timeout(50)


def asked_and_answered(page: "Page") -> None:
    """Wait until the page has an answer that it asks for now: by then it has dealt with whatever
    came before."""
    page.evaluate("fetch('/about').then(answer => answer.text())")


def sideways(page: "Page") -> bool:
    """Whether the page scrolls to the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def unkept(page: "Page", poster: Path) -> None:
    """Upload a poster that is not to be kept; its page's scripts have run, which send it along."""
    page.get_by_label("Do not keep my poster").check()
    page.set_input_files("#poster", poster)
    page.get_by_text("Your poster is not kept.").wait_for()
    page.wait_for_load_state()


def ask(page: "Page", sample: int = 3) -> str:
    """The path of an answer that the page's visitor asked for, and so may rate."""
    answer = page.request.post("/recommendations", form={"sample": sample}, max_redirects=0)
    return str(answer.headers["location"])


def refuse(page: "Page", address: str | re.Pattern[str]) -> None:
    """What the page asks at an address is refused from now on, with a page that says REASON."""
    body = f"<section class='trouble'><p class='lead'>{REASON}</p></section>"
    page.route(
        address, lambda route: route.fulfill(status=429, body=body, content_type="text/html")
    )


def watch(page: "Page", address: str, troubles: list[str]) -> None:
    def console(message: Any) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(REFUSED):
            troubles.append(f"console: {message.text}")

    def request(request: Any) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            troubles.append(f"request to {request.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: troubles.append(f"uncaught: {error}"))
    page.on("request", request)
