"""The whole way over HTTP: `onesheet serve --workers 2`, idle and under load.

    python -m benchmarks.serving POSTERS --home HOME

HOME is an instance with the real posters and an index of them; it is copied, its posters are linked
to. Uploads are the files of POSTERS. Writes docs/benchmarks/serving.md.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path

import click
import numpy as np
from werkzeug.test import Client

from benchmarks.instruments.cpu_split import REST, profiled
from benchmarks.instruments.live_server import Server, serving
from benchmarks.instruments.load import Connection, LoadOutcome, closed, get, open_, post_poster
from benchmarks.instruments.measuring import Row, each
from benchmarks.instruments.real_posters import copied, source
from benchmarks.instruments.reporting import busy, machine, table, write_document
from onesheet.instance import Instance
from webapp.app import create_app

_WORKERS = 2
_CLIENTS = 8
"""Of the closed load, a kept connection each."""
ENOUGH = 64
"""Connections of the open load, so that hardly one waits for another."""
_WARMING = 30
LACKING = 500
SPLIT = 100
"""Uploads whose time is told apart."""
API = "/api/v1/recommendations"
PAGE = "/recommendations"
BY_HAND = "## Before and after"
"""From here on the document is written by hand: it compares two checkouts."""
LOADS = (0.5, 0.8)
"""Open load, as shares of what the closed one reached."""


def idle(server: Server, held: Sequence[bytes], lacking: Sequence[bytes]) -> Iterator[Row]:
    with Connection(server.url) as connection:
        for what, way, path, posters in (
            ("upload to JSON", to_json, API, held),
            ("upload to JSON, posters that the catalogue lacks", to_json, API, lacking),
            ("upload to results page", to_page, PAGE, held),
            ("upload to results page, posters that the catalogue lacks", to_page, PAGE, lacking),
        ):
            requests = [post_poster(path, poster) for poster in posters]
            times = each(partial(way, connection), requests)
            p50, p95 = np.percentile(times, [50, 95])
            yield Row(
                f"{what}, one after another, {len(times)} posters",
                f"p50 {p50:.1f} ms, p95 {p95:.1f} ms",
                "p50 <= 15 ms, p95 <= 30 ms",
                bool(p50 <= 15 and p95 <= 30),
            )


def to_json(connection: Connection, request: bytes) -> None:
    assert connection.ask(request).status == 201


def to_page(connection: Connection, request: bytes) -> None:
    """What a browser does: post the form, follow to the page."""
    led = connection.ask(request)
    assert led.status == 303, led
    assert connection.ask(get(led.location or "")).status == 200


def loaded(
    server: Server, held: Sequence[bytes], lacking: Sequence[bytes], seconds: float
) -> Iterator[Row]:
    requests = [post_poster(API, poster) for poster in held]
    most = closed(server.url, requests, 201, _CLIENTS, seconds)
    yield _load(f"uploads, closed load of {_CLIENTS} clients", most, 100, 150)
    others = [post_poster(API, poster) for poster in lacking]
    outcome = closed(server.url, others, 201, _CLIENTS, seconds)
    yield _load("the same with posters that the catalogue lacks", outcome, 100, 150)
    for share in LOADS:
        rate = share * most.rate
        outcome = open_(server.url, requests, 201, rate, seconds, ENOUGH)
        yield _load(f"uploads, open load of {rate:.0f}/s ({share:.0%} of that)", outcome)
    health = closed(server.url, [get("/healthz")], 200, _CLIENTS, min(seconds, 10))
    yield _load(f"health route, closed load of {_CLIENTS} clients", health, 1000)


def _load(
    what: str, outcome: LoadOutcome, least: float | None = None, p99: float | None = None
) -> Row:
    said = f"{outcome.rate:.0f}/s; {outcome.said()}; sending took {outcome.sender:.0%} of a core"
    if least is None:
        return Row(what, said)
    well = outcome.rate >= least and not outcome.failed
    target = f">= {least:g}/s"
    if p99 is not None:
        well &= outcome.p(99) <= p99
        target += f", p99 <= {p99:g} ms"
    return Row(what, said, target, well)


def weighed(server: Server) -> Iterator[Row]:
    for number, memory in enumerate(server.worker_memories(), 1):
        yield Row(
            f"memory of worker {number}, after all of that",
            f"{memory.rss:.0f} MB resident, {memory.pss:.0f} MB with shared pages shared out",
        )
    if (all_ := server.memory()) is not None:
        said = f"{all_.rss:.0f} MB resident, {all_.pss:.0f} MB with shared pages counted once"
        yield Row(f"memory of all {all_.processes} processes", said)


def split(home: Path, held: Sequence[bytes], lacking: Sequence[bytes]) -> Iterator[Row]:
    """Uploads within this process and one thread, to JSON and to their pages."""
    app = create_app(home)
    client = app.test_client()
    for poster in held[:_WARMING]:
        json_of(client, poster)
        page_of(client, poster)
    first, second = held[_WARMING:][:SPLIT], held[_WARMING + SPLIT :][:SPLIT]
    for what, way, items in (
        ("upload to JSON", json_of, first),
        ("upload to results page", page_of, second),
        ("upload to JSON of a poster that the catalogue lacks", json_of, lacking[:SPLIT]),
    ):
        with profiled() as watch:
            times = each(partial(way, client), list(items))
        whole = float(np.mean(times)) / 1000
        yield Row(what, f"{1000 * whole:.1f} ms")
        for part, total in sorted(watch.seconds.items(), key=itemgetter(1), reverse=True):
            yield Row(f"… {part}", _of(total / len(items), whole))
        yield Row(f"… {REST}", _of(whole - sum(watch.seconds.values()) / len(items), whole))
    app.extensions["onesheet"].close()


def json_of(client: Client, poster: bytes) -> None:
    answer = client.post(API, data={"poster": (io.BytesIO(poster), "poster")})
    assert answer.status_code == 201, answer.text


def page_of(client: Client, poster: bytes) -> None:
    led = client.post(PAGE, data={"poster": (io.BytesIO(poster), "poster")})
    assert led.status_code == 303, led.text
    assert client.get(led.location).status_code == 200


def _of(seconds: float, whole: float) -> str:
    return f"{1000 * seconds:.1f} ms, {seconds / whole:.0%}"


@click.command()
@click.argument("posters", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--home", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--seconds", type=click.IntRange(1), default=30, show_default=True, help="A load.")
@click.option("--queries", type=click.IntRange(1), default=200, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default="docs/benchmarks/serving.md")
def main(posters: Path, home: Path, seconds: int, queries: int, out: Path) -> None:
    """Measure, and write the document."""
    warning = busy()
    with tempfile.TemporaryDirectory() as place:
        instance = copied(home, Path(place) / "instance")
        lacking, held = uploads(instance, posters)
        instance.close()
        with serving(instance.home.folder, "--workers", str(_WORKERS)) as server:
            closed(server.url, [post_poster(API, f) for f in held[:_WARMING]], 201, _CLIENTS, 2)
            rows = [*idle(server, held[_WARMING:][:queries], lacking[:queries])]
            rows += loaded(server, held[_WARMING:], lacking, seconds)
            rows += weighed(server)
        parts = list(split(instance.home.folder, held, lacking))
    _document(out, rows, parts, warning, len(held))


def uploads(instance: Instance, posters: Path) -> tuple[list[bytes], list[bytes]]:
    """Posters of the split test: of films that are taken out of the catalogue, and of the rest."""
    cards = instance.catalog.all_cards("test")
    files = [source(posters, card.imdb_id) for card in cards]
    for card in cards[:LACKING]:
        instance.catalog.remove(card.imdb_id)
    return files[:LACKING], files[LACKING:]


def _document(
    out: Path, rows: Sequence[Row], parts: Sequence[Row], warning: str | None, files: int
) -> None:
    said = f"""
Command: `python -m benchmarks.serving POSTERS --home HOME`. The real server, `onesheet serve
--workers {_WORKERS}`, over loopback on the same machine as its clients. Uploads are the posters of
the split test in turn, as their owners gave them: each is decoded, read, searched for, kept and
recorded. The catalogue holds {files:,} of them byte for byte; it lacks {LACKING}, whose films were
taken out of it before, and for these it must be found out that they are nobody's copy. A closed
load's client asks again as soon as it is answered; an open load comes at random moments (Poisson)
whether or not the server keeps up, and its times count from the moment a request was due. Requests
are ready-made bytes on kept connections, with a browser's headers; what sending and receiving took
of a core is told, since workers share the cores with it.
"""
    before = out.read_text(encoding="utf-8") if out.exists() else ""
    kept = "".join(before.partition(BY_HAND)[1:])
    write_document(
        out,
        [
            "# Serving",
            machine(),
            *([warning] if warning else []),
            said,
            table(["what", "measured", "target", ""], [row.cells() for row in rows]),
            "## Where the time of one upload goes",
            f"Of {SPLIT} uploads in one process and thread, without HTTP, by clocks around the "
            "functions that do it; what one of them calls of another counts for that one alone.",
            table(["what", "mean"], [row.cells()[:2] for row in parts]),
            *([kept] if kept else []),
        ],
    )


if __name__ == "__main__":
    main()
