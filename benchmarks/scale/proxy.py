"""Caddy in front of web machines, with the file that operators are given."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from benchmarks.instruments.live_server import PATIENCE
from benchmarks.instruments.measuring import Row
from benchmarks.scale.visitors import Visitors, read_back
from benchmarks.scale.web_machines import SOURCE, Balancer, WebMachine

CADDYFILE = SOURCE / "deploy/several-machines/Caddyfile"
_BUFFERS = "request_buffers 21MB", "response_buffers 21MB"
_EARLIER = "buffer_requests\n\t\tmax_buffer_size 21MB", "buffer_responses"
"""The same for Caddy 2.6."""


def as_installed(text: str) -> str:
    """A Caddyfile of deploy/ in the words of the Caddy that is installed here."""
    said = subprocess.run(["caddy", "version"], capture_output=True, text=True, check=True).stdout
    version = tuple(map(int, re.findall(r"\d+", said)[:2]))
    for new, old in zip(_BUFFERS, _EARLIER, strict=True):
        text = text.replace(f"\t{new}\n", f"\t{old if version < (2, 7) else new}\n")
    return text


@contextmanager
def caddy(machines: Sequence[WebMachine], folder: Path) -> Iterator[WebMachine | None]:
    """What answers for all machines, over HTTP on loopback; None where Caddy is not installed.

    Raises RuntimeError with Caddy's own words where it does not get through to a machine."""
    program, front = shutil.which("caddy"), WebMachine(folder / "caddy")
    if program is None:
        yield None
        return
    front.home.mkdir()
    text = as_installed(CADDYFILE.read_text("utf-8")).replace("{$SITE} {", f"{front.url} {{")
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


def restarted_behind_caddy(
    machines: Sequence[WebMachine], posters: Sequence[bytes], source: Path, folder: Path
) -> Row:
    """Each machine stopped and started in turn, of which nobody tells the proxy."""
    what = "each stopped and started in turn behind Caddy, with deploy/several-machines/Caddyfile"
    with caddy(machines, folder) as front:
        if front is None:
            return Row(what, "not measured: no Caddy here", "none failed, none lost")
        with Visitors(Balancer([front]), posters) as visitors:
            for each in machines:
                visitors.wait_for(10)
                each.stop()
                visitors.wait_for(2)
                each.start(source)
            visitors.wait_for(10)
    lost = read_back(machines, visitors.acknowledged)
    return Row(
        what,
        f"{visitors.failed} of {visitors.requests} requests failed, {len(lost)} answers lost",
        "none failed, none lost",
        not visitors.failed and not lost,
    )


def _answers(url: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"{url}/healthz", trust_env=False, timeout=20).is_success
    return False
