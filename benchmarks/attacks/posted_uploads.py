"""The same damaged pictures sent to a server over HTTP, and what is left of them on its disk."""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.attacks.hostile_uploads import DAMAGES, every_format, hostile_picture
from benchmarks.instruments.live_server import Server, client_of, serving

POSTED_TO = ("/api/v1/recommendations", "/api/v1/readings")
WEIGHED_EVERY = 50
"""Uploads after which the server's processes are weighed."""
ITS_OWN = ("counters.db*", "onesheet.db*", "serve.log", "secret", "clock", "thumbs/**/*")
"""What a server writes whatever it is sent."""


@dataclass
class PostedOutcome:
    """Answers by their status, and those that never came; the longest in seconds; megabytes of the
    largest process `before` and at its `largest`; files that belong to no answer."""

    statuses: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    longest: float = 0.0
    before: float = 0.0
    largest: float = 0.0
    left: list[str] = field(default_factory=list)


def posted(home: Path, count: int, rng: random.Random) -> PostedOutcome:
    """Send `count` damaged pictures, one after the other, to a server over this instance."""
    whole, found, kept = every_format(rng), PostedOutcome(), set[str]()
    names, there = sorted(whole), _files(home)
    with tempfile.TemporaryDirectory() as folder:
        temporary = Path(folder)
        with serving(home, temporary=temporary) as server, client_of(server) as client:
            found.before = _largest(server)
            for number in range(count):
                kind = DAMAGES[number % len(DAMAGES)]
                picture = hostile_picture(whole, rng.choice(names), kind, rng)
                began = time.perf_counter()
                try:
                    answer = client.post(rng.choice(POSTED_TO), files={"poster": picture})
                except httpx.HTTPError:
                    found.unanswered += 1
                else:
                    found.statuses[answer.status_code] += 1
                    if answer.status_code == httpx.codes.CREATED:
                        kept.add(answer.json()["id"])
                found.longest = max(found.longest, time.perf_counter() - began)
                if number % WEIGHED_EVERY == 0:
                    found.largest = max(found.largest, _largest(server))
            left = [path.name for path in temporary.rglob("*") if path.is_file()]
    new = _files(home) - there - {path for each in ITS_OWN for path in home.glob(each)}
    found.left = left + [str(each) for each in new if each.stem not in kept]
    return found


def _files(home: Path) -> set[Path]:
    return {path for path in home.rglob("*") if path.is_file()}


def _largest(server: Server) -> float:
    """Megabytes of its largest process, decoders among them."""
    return max((each.rss for each in server.worker_memories()), default=0.0)
