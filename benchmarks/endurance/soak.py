"""A mixed load at half of what a server can take, for as long as somebody has patience."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import click

from benchmarks.instruments.live_server import Server, client_of
from benchmarks.instruments.load import LoadOutcome, closed, get, open_, post_poster

ASKED_OF_PROGRAMS = "/api/v1/recommendations"
_CLIENTS, _ENOUGH = 4, 32
SOAK_PARTS = 6
"""Into which the time is parted, after a first one that finds out how much the server takes."""


@dataclass
class SoakOutcome:
    """Requests answered as hoped, and failed by status or the error's name; part by part the
    milliseconds within which 99 of 100 uploads were answered, and the megabytes of all processes
    after it."""

    answered: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    late: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    @property
    def failed(self) -> int:
        return self.failures.total()

    @property
    def growth(self) -> float:
        """Of memory since the end of the first part, as a share."""
        return self.memory[-1] / self.memory[0] - 1 if self.memory else 0.0


def soaked(server: Server, posters: Sequence[bytes], seconds: float) -> SoakOutcome:
    """Pages and pictures, and uploads: each at a quarter of what the server takes of it alone.

    The page is a catalogue film's: an upload goes once others need its room (ONESHEET_UPLOADS_MB).
    """
    with client_of(server) as client:
        near = client.post(ASKED_OF_PROGRAMS, files={"poster": posters[0]}).json()["results"]
        answer = client.post(ASKED_OF_PROGRAMS, json={"imdb": near[0]["imdb_id"]}).json()
    thumbnails = [each["thumbnail_url"] for each in answer["results"]]
    looks = [get(path) for path in (f"/r/{answer['id']}", "/", "/about", *thumbnails)]
    kinds = (looks, 200), ([post_poster(ASKED_OF_PROGRAMS, poster) for poster in posters], 201)
    part = seconds / (SOAK_PARTS + 1)
    quarters = [
        closed(server.url, requests, status, _CLIENTS, part / len(kinds)).rate / 4
        for requests, status in kinds
    ]
    outcome = SoakOutcome()
    for number in range(1, SOAK_PARTS + 1):
        with ThreadPoolExecutor(len(kinds)) as pool:
            waiting = [
                pool.submit(open_, server.url, requests, status, rate, part, _ENOUGH)
                for (requests, status), rate in zip(kinds, quarters, strict=True)
            ]
            found: list[LoadOutcome] = [each.result() for each in waiting]
        outcome.answered += sum(len(each.times) for each in found)
        outcome.failures += sum((each.failures for each in found), Counter())
        outcome.late.append(found[-1].p(99) if found[-1].times else 0.0)
        if (memory := server.memory()) is not None:
            outcome.memory.append(memory.pss)
        click.echo(f"part {number} of {SOAK_PARTS}: {outcome}")
    return outcome
