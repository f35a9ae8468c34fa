"""Frames of the map of all posters while it is dragged and zoomed, in a real browser.

    python -m benchmarks.map_frames HOME

HOME is an instance folder with a map (`onesheet index`). Chromium is driven headless, which draws
by software alone: no graphics card helps it. Writes docs/benchmarks/map.md. For a quick trial:

    python -m benchmarks.map_frames HOME --frames 120 --out trial.md
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.instruments.browsers import program
from benchmarks.instruments.live_server import serving
from benchmarks.instruments.measuring import percentiles
from benchmarks.instruments.reporting import busy, machine, met, table, write_document

TICK = 1000 / 60
"""Milliseconds a frame on a screen of 60 Hz."""
LATE = 1.5 * TICK
"""An interval longer than this has missed a frame at least."""
TARGET = 0.99
"""Share of the frames that are to be in time."""
POSTERS_AT = 9
"""Presses of the + button after which the posters themselves hang on the map."""

# Asks for every frame and moves the map in each; gives the milliseconds between them, and those
# that all work of a frame took (the page's own callbacks run before this one's successor).
DRIVE = """([frames, gesture]) => new Promise((done) => {
  const canvas = document.querySelector(".map canvas");
  const box = canvas.getBoundingClientRect();
  const middle = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
  const turn = 2 * Math.PI / 180; // three seconds around
  const acts = {
    drag: (frame) => new PointerEvent("pointermove", {
      pointerId: 1, bubbles: true,
      clientX: middle.clientX + 0.2 * box.width * Math.sin(frame * turn),
      clientY: middle.clientY + 0.2 * box.height * Math.sin(2 * frame * turn),
    }),
    zoom: (frame) => new WheelEvent("wheel", {
      ...middle, bubbles: true, cancelable: true, deltaY: 18 * -Math.cos(frame * turn),
    }),
  };
  const starts = [];
  const each = (start) => {
    starts.push(start);
    if (starts.length > frames) return done(starts.slice(1).map((at, row) => at - starts[row]));
    canvas.dispatchEvent(acts[gesture](starts.length)); // the map asks for the next frame first
    requestAnimationFrame(each);
  };
  requestAnimationFrame(each);
})"""
# Adds up what the callbacks of each frame take.
CLOCK = """(() => {
  const ask = window.requestAnimationFrame.bind(window);
  const spent = (window.spent = new Map());
  window.requestAnimationFrame = (callback) => ask((start) => {
    const began = performance.now();
    callback(start);
    spent.set(start, (spent.get(start) ?? 0) + performance.now() - began);
  });
})()"""

COUNT = """async () => {
  const map = document.querySelector("script[src$='map/map.js']").src;
  const { fetchPoints } = await import(map.replace("map.js", "points.js"));
  return (await fetchPoints(document.querySelector("[data-map]").dataset.map)).count;
}"""


@dataclass(frozen=True)
class Screen:
    """A window in CSS pixels, and how many of its device's pixels make one of those."""

    name: str
    width: int
    height: int
    density: float


_SCREENS = (
    Screen("desktop", 1440, 900, 1),
    Screen("desktop, fine pixels", 1440, 900, 2),
    Screen("phone", 360, 740, 3),
)


@dataclass(frozen=True)
class Run:
    """One gesture on one screen: milliseconds from frame to frame, and of script in each."""

    screen: Screen
    gesture: str
    intervals: Sequence[float]
    script: Sequence[float]

    @property
    def in_time(self) -> float:
        """The share of frames that came one tick after the one before."""
        return float(np.mean(np.asarray(self.intervals) < LATE))

    def cells(self) -> list[str]:
        rate = 1000 * len(self.intervals) / sum(self.intervals)
        return [
            f"{self.screen.name}, {self.screen.width} × {self.screen.height}",
            self.gesture,
            f"{rate:.1f}",
            f"{self.in_time:.1%}",
            f"{max(self.intervals):.0f} ms",
            percentiles(self.script),
            met(self.in_time >= TARGET),
        ]


def measure(page: Page, screen: Screen, frames: int) -> Iterator[Run]:
    canvas = page.locator(".map canvas")
    canvas.scroll_into_view_if_needed()
    yield _run(page, screen, "zooming in and out", "zoom", frames)
    page.locator("[data-zoom=whole]").click()
    yield _dragged(page, screen, "dragging the whole map", frames)
    page.locator("[data-legend] button").first.click()
    yield _dragged(page, screen, "dragging, one genre standing out", frames)
    page.locator("[data-legend] button").first.click()
    for _ in range(POSTERS_AT):
        page.locator("[data-zoom=in]").click()
    page.wait_for_load_state("networkidle")
    yield _dragged(page, screen, "dragging, near enough for posters", frames)


def _dragged(page: Page, screen: Screen, said: str, frames: int) -> Run:
    """A real press, so that the canvas holds the pointer, and moves of it in every frame."""
    box = page.locator(".map canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    run = _run(page, screen, said, "drag", frames)
    page.mouse.up()
    return run


def _run(page: Page, screen: Screen, said: str, gesture: str, frames: int) -> Run:
    page.wait_for_timeout(1000)
    page.evaluate("spent.clear()")
    intervals = page.evaluate(DRIVE, [frames, gesture])
    return Run(screen, said, intervals, page.evaluate("[...spent.values()]"))


def _opened(browser: Browser, url: str, screen: Screen) -> Page:
    context = browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        device_scale_factor=screen.density,
    )
    page = context.new_page()
    page.add_init_script(CLOCK)
    page.goto(f"{url}/map")
    page.locator("[data-map][data-drawn]").wait_for()
    return page


def _document(runs: Sequence[Run], facts: dict[str, Any], warning: str | None) -> list[str]:
    intro = (
        f"Command: `python -m benchmarks.map_frames HOME`. {facts['points']:,} points; "
        f"Chromium {facts['browser']}, headless, without a graphics card: canvas, page and picture "
        "are all drawn by software on the cores above, which the server shares. The map is moved "
        f"in every frame, {facts['frames']} frames a row; a frame is in time where it comes less "
        f"than {LATE:.0f} ms after the one before (60 Hz: {TICK:.1f} ms). Script is all that the "
        "page's own code takes of a frame. With fine pixels the map moves with one pixel a CSS "
        "pixel where a frame takes over 10 ms, and is sharp again when it rests."
    )
    header = ["screen", "gesture", "frames/s", "in time", "longest", "script a frame"]
    return [
        "# The map while it moves",
        machine(),
        intro,
        *([warning] if warning else []),
        table([*header, f"{TARGET:.0%} in time"], [run.cells() for run in runs]),
    ]


@click.command(help=__doc__)
@click.argument("home", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--frames", default=600, show_default=True, type=click.IntRange(2))
@click.option("--out", default="docs/benchmarks/map.md", type=click.Path(path_type=Path))
def main(home: Path, frames: int, out: Path) -> None:
    warning = busy()
    path = program()
    runs: list[Run] = []
    with serving(home) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for screen in _SCREENS:
            page = _opened(browser, server.url, screen)
            points = page.evaluate(COUNT)
            runs += measure(page, screen, frames)
            page.context.close()
        facts = {"points": points, "browser": browser.version, "frames": frames}
        browser.close()
    write_document(out, _document(runs, facts, warning))


if __name__ == "__main__":
    main()
