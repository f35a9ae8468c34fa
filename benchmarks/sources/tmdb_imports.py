"""`onesheet import tmdb`: to its end, interrupted and taken up again, and some days later."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.instruments.measuring import Row
from benchmarks.instruments.reporting import table
from benchmarks.sources.imports import ImportCost, differing, facts_in, imported
from benchmarks.sources.poster_layouts import FilmRow
from benchmarks.sources.tmdb_server import TmdbServer, answering
from catalog.sources.tmdb_lists import FILMS_A_PAGE

_ANY_KEY: Final = "k" * 32
_RUN_FIRST: Final = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from benchmarks.sources.tmdb_server import ask_there; ask_there({port}); "
)
_MOST_AGAIN: Final = 28
"""Pages of the 500 films that are committed together, of those read ahead, and of one begun."""
_LOOKED_EVERY: Final = 0.02
_REPORT: Final = re.compile(r"Added (\d+), updated (\d+), unchanged (\d+), skipped (\d+)\.")
_SHOWN_LINES: Final = re.compile(
    r"^(?:Importing: +10%.*|It goes on.*|why skipped.*|Added.*|Aborted!)$", re.M
)
"""Lines of an import that the document shows."""


@dataclass(frozen=True)
class TmdbRun:
    """One run of the import, and what the server was asked meanwhile."""

    name: str
    cost: ImportCost
    pages: Sequence[int]
    posters: int
    films: int

    def cells(self) -> list[str]:
        """A row of the table of runs."""
        pages = f"{self.pages[0]} to {self.pages[-1]}" if self.pages else "none"
        return [
            self.name,
            f"{self.cost.seconds:.0f} s",
            f"{self.cost.processor:.0f} s",
            self.cost.memory(),
            pages,
            f"{self.posters:,}",
            f"{self.films:,}",
        ]


def tmdb_parts(films: Sequence[FilmRow], posters: Path, work: Path) -> list[str]:
    """The document's paragraphs on this source."""
    server = TmdbServer(films, posters)
    os.environ["ONESHEET_TMDB_KEY"] = _ANY_KEY
    with answering(server) as port:
        run = partial(_tmdb_run, server, port, len(films))
        whole, home = work / "tmdb-whole", work / "tmdb-home"
        runs = [run("at once, to its end", whole)]
        third = runs[0].posters // 3
        for name, number in (("until SIGINT", signal.SIGINT), ("until SIGKILL", signal.SIGKILL)):
            runs.append(run(name, home, end=_after_posters(server, third, number)))
        runs.append(run("to its end", home))
        other = differing(facts_in(whole), facts_in(home))
        server.version = 1
        runs.append(run("again, some days later", home))
    again, (new, changed) = runs[-1], server.changed()
    updated = int(_report_of(again)[2])
    wanted = new + sum("skipped: TMDB" in line for line in again.cost.said.splitlines())
    rows = [
        Row("films other than by the import at once", f"{other}", "0", other == 0),
        Row("pages asked for twice in three runs", *_twice(runs[1:4])),
        Row(
            "films brought up to date some days later",
            f"{updated} of {changed}",
            "all",
            updated == changed,
        ),
        Row(
            "posters fetched then",
            f"{again.posters}",
            f"{new} new ones, and at most those that were skipped",
            new <= again.posters <= wanted,
        ),
    ]
    return [
        f"## `onesheet import tmdb`, {len(films):,} films",
        "The server is on this machine and answers as TMDB documents it: "
        f"{FILMS_A_PAGE} films a page, posters of 144 x 212 pixels, some films without a poster, "
        "some whose poster is not there or is cut short, and now and then a 429 with a Retry-After "
        "that is a date. It takes part of the same processor; its own time is not counted.",
        table(
            ["run", "time", "of a processor", "memory at most", "pages", "posters", "films"],
            [each.cells() for each in runs],
        ),
        table(["", "figure", "target", ""], [row.cells() for row in rows]),
        "What the runs said of themselves, the first first:",
        *(f"```\n{_lines_said(each)}\n```" for each in runs),
    ]


def _tmdb_run(
    server: TmdbServer,
    port: int,
    count: int,
    name: str,
    home: Path,
    end: Callable[[subprocess.Popen[str]], None] | None = None,
) -> TmdbRun:
    server.forget()
    pages = str(-(-count // FILMS_A_PAGE))
    first = _RUN_FIRST.format(port=port)
    cost = imported(home, "tmdb", "--pages", pages, first=first, end=end)
    return TmdbRun(name, cost, list(server.pages), server.asked["posters"], len(facts_in(home)))


def _after_posters(
    server: TmdbServer, count: int, number: signal.Signals
) -> Callable[[subprocess.Popen[str]], None]:
    """What sends the signal once the server gave so many posters."""

    def end(process: subprocess.Popen[str]) -> None:
        while process.poll() is None and server.asked["posters"] < count:
            time.sleep(_LOOKED_EVERY)
        process.send_signal(number)

    return end


def _report_of(run: TmdbRun) -> re.Match[str]:
    found = _REPORT.search(run.cost.said)
    if found is None:
        raise ValueError(f"{run.name}: no report in {run.cost.said[-500:]!r}")
    return found


def _twice(runs: Sequence[TmdbRun]) -> tuple[str, str, bool]:
    """Pages that an interrupted list was asked for again."""
    again = sum(len({*one.pages} & {*two.pages}) for one, two in itertools.pairwise(runs))
    most = (len(runs) - 1) * _MOST_AGAIN
    return (
        f"{again} of {len({page for run in runs for page in run.pages})}",
        f"<= {most}",
        again <= most,
    )


def _lines_said(run: TmdbRun) -> str:
    lines = _SHOWN_LINES.findall(run.cost.said)
    return "\n".join([*lines, *(["(killed)"] if run.cost.status < 0 else [])])
