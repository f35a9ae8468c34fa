"""Do two versions of Onesheet show the same pages and give the same JSON?

    python -m benchmarks.page_equality BEFORE AFTER --home FOLDER [--out FOLDER] [--no-pictures]

BEFORE and AFTER are checkouts with their own `.venv`. FOLDER is an instance that `onesheet demo`
has filled; it is copied. The version BEFORE answers, rates and compares in one copy; both versions
then open a copy of that, so they must also read what the other has written. Compared are the
pixels of every page at both widths, the pages' text, every JSON answer key by key, statuses and
headers. Prints what differs, keeps pictures of it in --out, and exits 1 where anything does.
"""

from __future__ import annotations

import io
import itertools
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
import httpx
from PIL import Image, ImageChops
from playwright.sync_api import Browser, sync_playwright

from benchmarks.instruments.browsers import FLAGS, program
from benchmarks.instruments.page_addresses import Addresses, draft, prepared_instance, some_poster
from benchmarks.screens import DESKTOP, PHONE, keep, shoot

SERVER = """
import logging, sys
from werkzeug.serving import make_server
try:
    from webapp.app import create_app
except ImportError:
    from webapp import create_app
logging.getLogger("werkzeug").setLevel(logging.WARNING)
server = make_server("127.0.0.1", 0, create_app(sys.argv[1]), threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
"""
_HEADERS = ("cache-control", "content-type", "content-language", "location", "x-robots-tag")
MASKS = (
    (re.compile(r"/assets/[0-9a-f]{12}/"), "/assets/…/"),
    (re.compile(r"\?wall=\d+#"), "?wall=…#"),  # the next wall is any
    (re.compile(r"127\.0\.0\.1:\d+"), "…"),
    (re.compile(r"incident [0-9a-f]{8}"), "incident …"),
)
MADE_ANEW = ("id", "created", "expires", "delete_key", "rating_key")
"""Keys of what a POST answers that no two answers share."""
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NAME = "onesheet.localhost"
_SCREENS = {"desktop": DESKTOP, "phone": PHONE}
TRIES = 4
MOST_TOLD = 3
"""Differences printed of an address."""
_NOISE = 2
"""Of 255: a colour by which two pictures of the same page may differ where it is scaled."""

_Answer = tuple[int, dict[str, str], Any]
"""Status, headers, and the body: JSON's values, or text without what no two servers share."""


@click.command()
@click.argument("before", type=FOLDER)
@click.argument("after", type=FOLDER)
@click.option("--home", type=FOLDER, required=True, help="An instance with a map.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("page_equality"))
@click.option("--pictures/--no-pictures", default=True, help="Without: texts and JSON alone.")
def main(before: Path, after: Path, home: Path, out: Path, pictures: bool) -> None:
    """Compare the pages and the answers of two checkouts."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        made = Path(shutil.copytree(home, Path(folder) / "made"))
        with _served(before, made) as client:
            pages, programs = prepared_instance(client, made)
        sides = [
            stack.enter_context(_served(checkout, Path(shutil.copytree(made, made.parent / name))))
            for name, checkout in (("before", before), ("after", after))
        ]
        differing = compare_answers(sides[0], sides[1], {**pages, **programs}, made)
        if pictures:
            ports = [side.base_url.port or 80 for side in sides]
            differing += compare_pictures(ports, pages, out)
    print(f"{differing} differences on {len(pages)} pages and {len(programs)} other addresses")
    sys.exit(bool(differing))


@contextmanager
def _served(checkout: Path, home: Path) -> Iterator[httpx.Client]:
    """A client of the checkout's version, which serves the instance at `home`."""
    python = checkout.resolve() / ".venv" / "bin" / "python"
    command = [str(python) if python.exists() else sys.executable, "-c", SERVER, str(home)]
    with subprocess.Popen(command, cwd=checkout, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        try:
            with httpx.Client(base_url=address, timeout=120) as client:
                yield client
        finally:
            server.terminate()


def compare_answers(
    before: httpx.Client, after: httpx.Client, addresses: Addresses, home: Path
) -> int:
    """How many addresses answer otherwise; each is printed with what differs first."""
    differing = 0
    for name, address in addresses.items():
        differing += _told(name, taken(before.get(address)), taken(after.get(address)))
    file = {"poster": ("a.webp", draft(some_poster(home), 40), "image/webp")}
    for address, form in (
        ("/api/v1/recommendations", {"metric": "euclidean", "k": "12"}),
        ("/api/v1/readings", {"intended": "Crime|Drama"}),
        ("/api/v1/recommendations", {"metric": "hamming"}),
    ):
        answers = [taken(side.post(address, data=form, files=file)) for side in (before, after)]
        differing += _told(f"POST {address} {form}", *answers)
    return differing


def taken(response: httpx.Response) -> _Answer:
    headers = {name: response.headers.get(name, "") for name in _HEADERS}
    headers["cache-control"] = ", ".join(sorted(headers["cache-control"].split(", ")))
    if response.request.method == "POST":
        headers.pop("location")
    if response.headers["content-type"] == "application/json":
        body = response.json()
        if response.request.method == "POST" and isinstance(body, dict):
            body = {key: None if key in MADE_ANEW else value for key, value in body.items()}
        return response.status_code, headers, body
    if not response.headers["content-type"].startswith("text/"):
        return response.status_code, headers, response.content
    text = response.text
    for mask, instead in MASKS:
        text = mask.sub(instead, text)
    return response.status_code, headers, text.splitlines()


def _told(name: str, before: _Answer, after: _Answer) -> bool:
    """Whether the answers differ; prints where."""
    found = list(differences(list(before), list(after), ""))
    for each in found[:MOST_TOLD]:
        print(f"{name}: {each}")
    return bool(found)


def differences(one: Any, other: Any, at: str) -> Iterator[str]:
    """Where two JSON values differ, each place with both values; the order of keys counts."""
    if isinstance(one, dict) and isinstance(other, dict):
        if list(one) != list(other):
            yield f"{at}: keys {list(one)} became {list(other)}"
        for key in one.keys() & other.keys():
            yield from differences(one[key], other[key], f"{at}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (here, there) in enumerate(zip(one, other, strict=True)):
            yield from differences(here, there, f"{at}[{place}]")
    elif one != other or type(one) is not type(other):
        yield f"{at}: {' became '.join(parted(repr(one), repr(other)))}"


def parted(one: str, other: str, most: int = 120) -> tuple[str, str]:
    """Two texts from a little before where they part.

    >>> parted("a page of films", "a page of posters")
    ('a page of films', 'a page of posters')
    """
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    start = max(0, sum(1 for _ in same) - most // 4)
    return one[start : start + most], other[start : start + most]


def compare_pictures(ports: Sequence[int], pages: Addresses, out: Path) -> int:
    """How many pictures differ, at both widths; each is kept in `out`, before and after."""
    differing = 0
    with sync_playwright() as playwright:
        # Both under one name, which the report prints.
        browsers = [
            playwright.chromium.launch(
                executable_path=program(),
                args=[*FLAGS, f"--host-resolver-rules=MAP {NAME}:80 127.0.0.1:{port}"],
            )
            for port in ports
        ]
        for screen, (name, path) in itertools.product(_SCREENS, pages.items()):
            one, other = taken_twice(browsers, screen, path, filled=name == "collections")
            if found := difference(one, other):
                print(f"{name}, {screen}: {found}")
                out.mkdir(parents=True, exist_ok=True)
                one.save(out / f"{name}-{screen}-before.png")
                other.save(out / f"{name}-{screen}-after.png")
                differing += 1
    return differing


def taken_twice(
    browsers: Sequence[Browser], screen: str, path: str, *, filled: bool
) -> list[Image.Image]:
    """The page before and after; taken again where they differ, as pictures that were still being
    drawn do."""
    for _ in range(TRIES):
        found = [_picture(browser, screen, path, filled) for browser in browsers]
        if not difference(*found):
            break
    return found


def _picture(browser: Browser, screen: str, path: str, filled: bool) -> Image.Image:
    """The page as a new visitor sees it, whose browser has no larger copy of a poster yet; with
    `filled`, one who keeps some films."""
    phone = screen == "phone"
    with browser.new_context(
        base_url=f"http://{NAME}",
        viewport=_SCREENS[screen],
        color_scheme="light",
        has_touch=phone,
        is_mobile=phone,
        reduced_motion="reduce",
    ) as context:
        page = context.new_page()
        if filled:
            keep(page)
        return Image.open(io.BytesIO(shoot(page, path, whole=True))).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> str:
    """What differs between two pictures, in words; "" for nothing."""
    if one.size != other.size:
        return f"{one.size} became {other.size}"
    apart = ImageChops.difference(one, other).point(lambda by: max(by - _NOISE, 0))
    box = apart.getbbox()
    return f"pixels within {box}" if box else ""


if __name__ == "__main__":
    main()
