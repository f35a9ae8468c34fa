"""Pages and commands of an instance with a million films and three million ratings.

    python -m benchmarks.scale.many_films --home HOME --work FOLDER [--films 1000000]
        [--ratings 3000000]

HOME is an instance of real films with an index, which is only read. What is made of it stays in
WORK, on the same disk, 20 GB for a million films, and is used again. Writes
docs/benchmarks/many_films.md.
"""

from __future__ import annotations

import csv
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click
import httpx
import numpy as np

from benchmarks.instruments.live_server import Server, serving
from benchmarks.instruments.measuring import timed
from benchmarks.instruments.reporting import busy, machine, table, write_document
from benchmarks.scale.many_requests import RequestKind, asked_films, new_answer, request_kinds
from benchmarks.scale.many_rows import many_rows

REQUESTS_A_KIND = 20
"""Of each kind, after the first."""
P50_MOST = 300.0
"""Milliseconds that the median of a page may take."""
LONGEST_ANSWER = 600.0
BETWEEN_RATINGS = 0.05
COMMANDS_TIMED = (
    ("doctor",),
    ("catalog", "check"),
    ("map", "--out", "map.html"),
    ("bandit", "show"),
    ("thumbs", "export"),
    ("import", "folder", "added"),
    ("remove", "tt9999999991"),
)
"""Run beside the server, one after another, in a folder of their own."""


def page_rows(
    server: Server, client: httpx.Client, asked: list[RequestKind]
) -> Iterator[list[str]]:
    """What each kind of request took, the first of them told apart, and the worker's size then."""
    for each in asked:
        with timed() as first:
            told = each.send(client, 0)
        times = []
        for number in range(1, 1 + REQUESTS_A_KIND if each.often else 1):
            with timed() as seconds:
                each.send(client, number)
            times.append(1000 * seconds[0])
        figures = (told, "") if isinstance(told, str) else _percentile_cells(times)
        yield [each.what, f"{1000 * first[0]:.0f} ms", *figures, _worker_size(server)]


def _percentile_cells(times: list[float]) -> tuple[str, str]:
    if not times:
        return "", ""
    p50, p95 = np.percentile(times, [50, 95])
    return f"{p50:.1f} ms" + (" **slow**" if p50 > P50_MOST else ""), f"{p95:.1f} ms"


def _worker_size(server: Server) -> str:
    """Of the worker; the other child decodes pictures."""
    return f"{max((each.rss for each in server.worker_memories()), default=0):.0f} MB"


def command_rows(server: Server, home: Path) -> Iterator[list[str]]:
    """What commands take, beside a server on which somebody rates."""
    with tempfile.TemporaryDirectory() as folder:
        _to_import(home, Path(folder) / "added")
        for words in COMMANDS_TIMED:
            with rating_meanwhile(server, asked_films(home)[0]) as times:
                took, most, status = _weighed(home, Path(folder), words)
            p50, longest = np.percentile(times, 50), max(times)
            yield [
                *(f"`onesheet {' '.join(words)}`", f"{took:.1f} s", f"{most:.0f} MB", str(status)),
                *(f"p50 {p50:.0f} ms, longest {longest:.0f} ms", _worker_size(server)),
            ]


def _to_import(home: Path, added: Path) -> None:
    """A folder with one film that the catalogue lacks."""
    (added / "images").mkdir(parents=True)
    poster = next((home / "posters").rglob("*.webp"))
    shutil.copy(poster, added / "images" / "tt9999999991.webp")
    with (added / "movies.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["imdb_id", "title", "year", "genres"])
        rows.writerow(["tt9999999991", "The Last of a Million", "2024", "Drama"])


def _weighed(home: Path, folder: Path, words: tuple[str, ...]) -> tuple[float, float, int]:
    """Seconds, megabytes (10^6 bytes) at the most, and the exit status of a command."""
    command = [sys.executable, "-m", "cli", "--home", str(home), *words]
    start = time.perf_counter()
    with (folder / "said.txt").open("w") as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - start, usage.ru_maxrss * 1024 / 1e6, process.returncode


@contextmanager
def rating_meanwhile(server: Server, film: str) -> Iterator[list[float]]:
    """Somebody rates one answer again and again meanwhile; the milliseconds of each."""
    times: list[float] = []
    over = threading.Event()

    def rate() -> None:
        with _patient_client(server) as client:
            there, key = new_answer(client, film)
            for number in range(1_000_000):
                with timed() as seconds:
                    client.put(
                        f"{there}/rating",
                        json={"rating": ("good", "bad")[number % 2]},
                        headers={"Authorization": f"Bearer {key}"},
                    ).raise_for_status()
                times.append(1000 * seconds[0])
                if over.wait(BETWEEN_RATINGS):
                    return

    thread = threading.Thread(target=rate)
    thread.start()
    try:
        yield times
    finally:
        over.set()
        thread.join()


def _patient_client(server: Server) -> httpx.Client:
    return httpx.Client(base_url=server.url, timeout=LONGEST_ANSWER, trust_env=False)


def _each_echoed(rows: Iterator[list[str]], take: Callable[[list[str]], None]) -> None:
    for row in rows:
        click.echo(" | ".join(row), err=True)
        take(row)


@click.command()
@click.option("--home", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--work", type=click.Path(path_type=Path), required=True)
@click.option("--films", default=1_000_000, show_default=True)
@click.option("--ratings", default=3_000_000, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default="docs/benchmarks/many_films.md")
def main(home: Path, work: Path, films: int, ratings: int, out: Path) -> None:
    """Measure and write the document."""
    there, genre = many_rows(home, work, films, ratings), _commonest_genre(home)
    warning = busy()
    pages: list[list[str]] = []
    commands: list[list[str]] = []
    with serving(there, "--workers", "1") as server, _patient_client(server) as client:
        started, before = server.first_page, _worker_size(server)
        _each_echoed(page_rows(server, client, request_kinds(there, genre)), pages.append)
        _each_echoed(command_rows(server, there), commands.append)
    database = (there / "onesheet.db").stat().st_size / 1e9
    write_document(
        out,
        [
            f"# {films:,} films and {ratings:,} ratings",
            f"Made by `python -m benchmarks.scale.many_films --films {films} --ratings {ratings}`. "
            "The films are drawn from a real catalogue, with titles, ids and hashes of their own "
            f"(`benchmarks.scale.many_rows`), in SQLite, {database:.1f} GB. Each poster's "
            "file is a link to a real one, and the index holds the real posters alone: what an "
            "index of as many takes is in [many_vectors.md](many_vectors.md). One worker; "
            f"{REQUESTS_A_KIND} requests of a kind, one after another, after the first, which "
            "reads what the worker then keeps. The last column is the worker's memory by then.",
            machine(),
            *([warning] if warning else []),
            f"The first page came {started:.1f} s after the server's start; the worker then held "
            f"{before}.",
            table(["request", "the first", "p50", "p95", "worker"], pages),
            "## Commands beside the server",
            "Meanwhile somebody rates an answer every twentieth of a second; the longest tells "
            "how long a command keeps others from writing, or from the processor. The status is 2 "
            "where a check finds something: here most posters are in no index.",
            table(["command", "took", "memory", "status", "ratings meanwhile", "worker"], commands),
        ],
    )


def _commonest_genre(home: Path) -> str:
    """Of an instance's films that have one genre alone."""
    with closing(sqlite3.connect(home / "onesheet.db")) as database:
        query = (
            "SELECT genres FROM movie WHERE genres NOT LIKE '%|%' AND genres != ''"
            " GROUP BY genres ORDER BY count(*) DESC, genres"
        )
        return str(database.execute(query).fetchone()[0])


if __name__ == "__main__":
    main()
