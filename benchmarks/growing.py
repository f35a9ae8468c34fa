"""An index that grows and is swapped while a server answers.

    python -m benchmarks.growing POSTERS --home HOME [--graphs WORK/float32-1000000] [--swaps 1000]

HOME is an instance with the real posters and an index of them; it is copied, its posters are linked
to. Measures one more poster beside the folder, at HOME's size and beside the graphs that
benchmarks.index keeps in its WORK, posters that `onesheet index --watch` takes up under load, and
swaps of the index under load, and writes docs/benchmarks/growing.md at the end, after some ten
minutes.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np

from benchmarks.instruments.live_server import Asking, serving
from benchmarks.instruments.measuring import Row, each, percentiles, timing
from benchmarks.instruments.real_posters import copied, strangers
from benchmarks.instruments.reporting import busy, machine, table, write_document
from benchmarks.instruments.watching import PAUSE, watched
from index import Metric, PosterIndex, current_folder, prune
from onesheet.base.home import Home
from onesheet.indexing.upkeep import INTERVAL
from onesheet.instance import Instance

ADDED = 200
WORKERS = 4
SWAPPED = 200
"""Posters of an index that is swapped."""
ADD_TARGET = 10.0
"""Milliseconds, p95."""


def additions(index: PosterIndex, what: str, at_most: float = ADD_TARGET) -> Row:
    """Adding a poster to the index and finding it under all metrics, once for each of ADDED."""
    rng = np.random.default_rng(0)
    held = index.embeddings(index.poster_ids[:: max(1, len(index) // ADDED)][:ADDED])
    new = held + rng.normal(scale=held.std() * 0.3, size=held.shape).astype(np.float32)
    grown, last = index, int(index.poster_ids[-1])

    def add(row: int) -> None:
        nonlocal grown
        grown = grown.having(np.array([last + 1 + row]), new[row : row + 1])

    times = each(add, range(len(new)))
    for row, vector in enumerate(new):
        for metric in Metric:
            assert grown.search(vector, metric, 1)[0].poster_id == last + 1 + row
    return timing(f"one poster added to {what}", times, at_most)


def whole_addition(instance: Instance, posters: Path) -> Row:
    """Through the catalogue: decode, read, commit, and see it in another worker's index."""
    other = Instance(instance.home)
    other.index()
    times = []
    for film, data in strangers(posters, ADDED):
        start = time.perf_counter()
        added = instance.catalog.add(film, data, "benchmark")
        assert other.index().holds([added.poster_id or 0]).all()
        times.append(1000 * (time.perf_counter() - start))
    other.close()
    return Row(
        f"a film added through the catalogue and seen by another worker, {len(times)} films",
        percentiles(times),
    )


def swaps(home: Path, count: int) -> Iterator[Row]:
    """`count` new folders in turn while CLIENTS ask without pause."""
    instance = Instance(Home(home))
    index = instance.index()
    ids, vectors, model = index.poster_ids, index.embeddings(index.poster_ids), index.manifest.model
    some = np.sort(np.random.default_rng(0).permutation(len(ids))[:SWAPPED])
    asked = instance.catalog.sample(50, random.Random(0))
    instance.close()
    with serving(home, "--workers", str(WORKERS)) as server:
        load = Asking(server, [card.imdb_id for card in asked])
        with load:
            for number in range(count):
                scaled = vectors[some] * np.float32(1 + (number + 1) / count)
                PosterIndex.build(home / "index", ids[some], scaled, model=model)
                prune(home / "index")
            last = current_folder(home / "index").name
            load.until_seen(last)
        held = server.memory()
    yield Row(
        f"{count:,} swaps under load, {WORKERS} workers",
        f"{load.failed} of {load.answered:,} requests failed; {len(load.seen):,} indexes served",
        "0 failed",
        load.failed == 0,
    )
    if held is not None:
        said = f"{held.rss:.0f} MB resident, {held.pss:.0f} MB with shared pages counted once"
        yield Row(f"memory of {held.processes} processes", said)


@click.command()
@click.argument("posters", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--home", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--graphs", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--swaps", "turns", type=click.IntRange(min=1), default=1000, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default="docs/benchmarks/growing.md")
def main(posters: Path, home: Path, graphs: Path | None, turns: int, out: Path) -> None:
    """Measure, and write the document."""
    warning = busy()
    with tempfile.TemporaryDirectory() as place:
        instance = copied(home, Path(place) / "instance")
        index = instance.index()
        rows = [additions(index, f"{len(index):,}"), whole_addition(instance, posters)]
        if graphs:
            many = PosterIndex.load(graphs)
            rows.append(additions(many, f"{len(many):,}, joined by graphs"))
        instance.close()
        rows += watched(instance.home.folder, posters, ADDED)
        rows += swaps(instance.home.folder, turns)
    parts = [
        "# Growing and swapping",
        machine(),
        *([warning] if warning else []),
        "Command: `python -m benchmarks.growing POSTERS --home HOME --graphs GRAPHS`, where GRAPHS "
        "is what `python -m benchmarks.index HOME --build --part large` left. Every poster added "
        f"is found under all metrics right after. The swapped indexes hold {SWAPPED} posters each, "
        "so that the time goes into swapping rather than into building; each is built, pointed at, "
        f"and the one before removed. `--watch` looks every {INTERVAL:g} seconds for posters; "
        f"{1 / PAUSE:g} a second were added by a program that knows no model, so that nobody else "
        "read them.",
        table(["", "figure", "target", ""], [row.cells() for row in rows]),
    ]
    write_document(out, parts)


if __name__ == "__main__":
    main()
