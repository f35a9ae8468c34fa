"""Caddy in front of web machines, with the file that operators are given."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from benchmarks.instruments.live_server import PATIENCE
from benchmarks.scale.web_machines import SOURCE, WebMachine

CADDYFILE = SOURCE / "deploy/several-machines/Caddyfile"


@contextmanager
def caddy(machines: Sequence[WebMachine], folder: Path) -> Iterator[WebMachine | None]:
    """What answers for all machines, over HTTP on loopback; None where Caddy is not installed.

    Raises RuntimeError with Caddy's own words where it does not get through to a machine."""
    program, front = shutil.which("caddy"), WebMachine(folder / "caddy")
    if program is None:
        yield None
        return
    front.home.mkdir()
    text = CADDYFILE.read_text("utf-8").replace("{$SITE} {", f"{front.url} {{")
    text = text.replace("{\n\tservers", "{\n\tadmin off\n\tservers", 1)
    (front.home / "Caddyfile").write_text(text, encoding="utf-8")
    reached = " ".join(each.url.removeprefix("http://") for each in machines)
    own = os.environ | {"SITE": "127.0.0.1", "MACHINES": reached, "HOME": str(front.home)}
    log = front.home / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, "run", "--config", "Caddyfile", "--adapter", "caddyfile"],
            stdout=output,
            stderr=output,
            cwd=front.home,
            env=own,
        )
    try:
        end = time.monotonic() + PATIENCE
        while not _answers(front.url):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"Caddy does not answer: {log.read_text('utf-8')[-2000:]}")
            time.sleep(0.05)
        yield front
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _answers(url: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"{url}/healthz", trust_env=False, timeout=20).is_success
    return False
