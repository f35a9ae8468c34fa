"""Pictures of every page, made from the demo catalogue: writes docs/screens/*.webp.

    make screens
    python -m benchmarks.screens [--home FOLDER] [--out docs/screens] [--only result --only map]

Needs Chromium on the PATH and the playwright package (the `dev` extra). Without --home the demo
catalogue is drawn into a temporary folder first, which takes a minute or two.
"""

from __future__ import annotations

import argparse
import io
import logging
import random
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright
from werkzeug.serving import make_server

from bandit import Rating
from benchmarks.instruments.browsers import FLAGS, program
from benchmarks.instruments.page_addresses import PAGES, draft
from demo import import_demo
from onesheet.instance import Instance
from onesheet.queries.query import from_card
from webapp.app import create_app

ROOT = Path(__file__).resolve().parent.parent
_QUERY = "demo-0308"
"""A poster with kin in the demo, so that the README's first picture shows what Onesheet is for."""
_WALL = "/?wall=7"
TOPS = frozenset({"front", "result"})
"""Pages of which the first screen is taken; of the others all."""
_TURNS = (0, 90, 160)
"""How far the hues of each draft are turned."""
_RATINGS = 60
TASTE = {"cosine": (5, 3, 2), "euclidean": (4, 3, 3), "manhattan": (2, 3, 5)}
"""Weights of good, okay and bad for each arm, so that the learning page has something to show."""
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
VARIANTS = (
    ("desktop", "light", None),
    ("desktop", "dark", {"result"}),
    ("phone", "light", {"front", "map", "result"}),
)
"""Screen, colour scheme, and the pages that are taken so; all where none are named."""
_QUALITY = 65
"""Of WebP: all pictures together take no more than 2 MB of the repository."""
ALL_IN = """() => Promise.all([...document.images].map(image => {
  image.loading = "eager";
  return image.decode().catch(() => {});
}))"""
"""Also posters that nobody has scrolled to yet."""


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--home", type=Path, help="an instance that `onesheet demo` has filled")
    parser.add_argument("--only", action="append", help="a page by its name; all unless given")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screens")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "instance"
        if arguments.home:
            shutil.copytree(arguments.home, home)  # the ratings made here are for show only
        app = create_app(home)
        instance: Instance = app.extensions["onesheet"]
        if not arguments.home:
            import_demo(instance.catalog)
            instance.builder.build(with_map=True)
        everything = {"front": _WALL, **_prepare(instance), **PAGES}
        wanted = arguments.only or everything
        pages = {name: path for name, path in everything.items() if name in wanted}
        with _served(app) as address:
            take(address, pages, arguments.out)
        instance.close()


def _prepare(instance: Instance) -> dict[str, str]:
    """Rate some searches, answer the one that is shown, and compare drafts of its poster; gives the
    paths of their pages."""
    rng = random.Random(1958)
    recommender = instance.recommender
    recommender.rng = rng
    for card in instance.catalog.sample(_RATINGS, rng):
        answer = recommender.recommend(from_card(card, instance.catalog))
        rating = rng.choices(list(Rating), weights=TASTE[answer.arm])[0]
        recommender.rate(answer.id, rating)
    query = from_card(instance.catalog.by_imdb(_QUERY)[0], instance.catalog)
    answer = recommender.recommend(query)
    drafts = instance.drafts.submit(
        [(f"draft {turn}", draft(query.image, turn)) for turn in _TURNS]
    )
    compared = "&".join(f"draft={each}" for each in drafts)
    return {
        "result": f"/r/{answer.id}",
        "report": f"/r/{answer.id}/report?intended=Crime&intended=Mystery",
        "compare": f"/compare?{compared}&intended=Crime&intended=Mystery",
    }


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def take(address: str, pages: Mapping[str, str], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=[*FLAGS])
        for screen, scheme, names in VARIANTS:
            size = PHONE if screen == "phone" else DESKTOP
            settings: dict[str, Any] = {"viewport": size, "color_scheme": scheme}
            settings["has_touch"] = settings["is_mobile"] = screen == "phone"
            context = browser.new_context(base_url=address, **settings)
            page = context.new_page()
            for name in [name for name in pages if names is None or name in names]:
                path = pages[name]
                if name == "collections":
                    keep(page)
                if name == "result":
                    path = _asked_anew(page, path)
                picture = out / f"{name}-{screen}-{scheme}.webp"
                picture.write_bytes(_packed(shoot(page, path, whole=name not in TOPS)))
                print(f"{picture}  {picture.stat().st_size // 1000} kB")
            context.close()
        browser.close()


def shoot(page: Page, path: str, *, whole: bool) -> bytes:
    """The page with its plots drawn and its posters in; from its top, or the whole of it."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    for plot in page.locator("[data-plot]").all():
        plot.scroll_into_view_if_needed()
        page.locator(f"[data-plot={plot.get_attribute('data-plot')}][data-drawn]").wait_for()
    for place in page.locator("[data-map]").all():  # fetched once it is in sight
        place.scroll_into_view_if_needed()
        place.locator(".waiting").wait_for(state="detached")
    page.evaluate("window.scrollTo(0, 0)")
    page.evaluate(ALL_IN)
    page.wait_for_timeout(300)
    return page.screenshot(full_page=whole)


def _asked_anew(page: Page, path: str) -> str:
    """The same question from this browser, which may then rate the answer."""
    number = path.rpartition("/")[2]
    answer = page.request.post("/recommendations", form={"again": number}, max_redirects=0)
    return answer.headers["location"]


def keep(page: Page) -> None:
    """Put the first films that a title may mean into a collection of the browser's, with notes."""
    page.goto(PAGES["films"])
    for button in page.locator(".films .keep").all()[:5]:
        button.click()
    page.goto(PAGES["collections"])
    page.get_by_label("Name of the collection").fill("For the pitch")
    page.get_by_label("Note on the collection").fill("One figure, little type, much air.")
    page.locator(".kept textarea").first.fill("The light comes from below.")


def _packed(png: bytes) -> bytes:
    """The same picture as WebP."""
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").save(buffer, "WEBP", quality=_QUALITY, method=6)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
