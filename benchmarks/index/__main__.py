"""The index at its sizes: exact search, graphs, filters, memory, and others' graphs beside it.

    python -m benchmarks.index HOME [--vectors 1000000] [--part exact --part large ...]

HOME is an instance with the real posters and an index of them, whose embeddings are taken; what is
written goes to a copy. Each part keeps its figures in WORK, so
that a run which was interrupted goes on, and writes docs/benchmarks/index.md from all of them.
What needs graphs wants an idle machine and memory for the vectors several times over;
`--build` builds them beforehand.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import numpy as np

from benchmarks.index import graph_searches, searches
from benchmarks.index.multiplied import NOISE, multiplied
from benchmarks.index.searches import Vectors
from benchmarks.instruments.measuring import Row
from benchmarks.instruments.real_posters import copied
from benchmarks.instruments.reporting import busy, machine, model_note, table, write_document
from index import PosterIndex, Storage

SEED = 6


@dataclass(frozen=True)
class Setting:
    """What is searched: embeddings of the instance at `home`, of which `queries` are held out, and
    where to work."""

    home: Path
    gallery: Vectors
    queries: Vectors
    vectors: int
    work: Path

    def many(self) -> Vectors:
        return multiplied(self.gallery, self.vectors, SEED)

    def graphs(self, storage: Storage) -> Path:
        """Where the graphs over `many` are kept."""
        return self.work / f"{storage}-{self.vectors}"

    def peers(self) -> Path:
        return self.work / f"peers-{self.vectors}"


def _exact(setting: Setting) -> list[Row]:
    return searches.exact(setting.gallery, setting.queries, setting.work / "exact")


def _rebuild(setting: Setting) -> list[Row]:
    with tempfile.TemporaryDirectory(dir=setting.work) as place:
        instance = copied(setting.home, Path(place) / "instance")
        rows = searches.rebuild(instance)
        instance.close()
    return rows


def _large(setting: Setting) -> list[Row]:
    place = setting.graphs(Storage.FLOAT32)
    return graph_searches.large(setting.many(), setting.queries, place, Storage.FLOAT32)


def half(setting: Setting) -> list[Row]:
    place = setting.graphs(Storage.FLOAT16)
    return graph_searches.large(setting.many(), setting.queries, place, Storage.FLOAT16)


def _deep(setting: Setting) -> list[Row]:
    place = setting.graphs(Storage.FLOAT32)
    return graph_searches.deep(setting.many(), setting.queries[: graph_searches.FILTERED], place)


def filters(setting: Setting) -> list[Row]:
    place = setting.graphs(Storage.FLOAT32)
    return graph_searches.under_filters(
        setting.many(), setting.queries[: graph_searches.FEW_PASSING], place
    )


def peers(setting: Setting) -> list[Row]:
    place = setting.graphs(Storage.FLOAT32)
    return graph_searches.beside_peers(setting.many(), setting.queries, place, setting.peers())


def _build(setting: Setting, names: Sequence[str]) -> None:
    """The graphs that parts need, which may take long, without measuring."""
    if {"large", "deep", "filters"} & {*names}:
        graph_searches.graphs(setting.graphs(Storage.FLOAT32), setting.many(), Storage.FLOAT32)
    if "half" in names:
        graph_searches.graphs(setting.graphs(Storage.FLOAT16), setting.many(), Storage.FLOAT16)
    if "peers" in names:
        graph_searches.build_peers(setting.many(), setting.graphs(Storage.FLOAT32), setting.peers())


_PARTS: dict[str, tuple[str, Callable[[Setting], list[Row]]]] = {
    "exact": ("Exact search", _exact),
    "rebuild": ("Building anew from embeddings, map apart", _rebuild),
    "large": ("Graphs over {vectors:,} vectors", _large),
    "half": ("The same with 16-bit storage, {vectors:,} vectors", half),
    "deep": ("As many neighbours as pages ask for, {vectors:,} vectors", _deep),
    "filters": (
        "Filters: the five nearest of those that pass, {vectors:,} vectors, found by comparing "
        "all exactly, by comparing their coarse vectors, and by a walk (where it brings too few, "
        "the coarse vectors are compared after it)",
        filters,
    ),
    "peers": ("Queries a second beside others, {vectors:,} vectors, one thread", peers),
}


def _document(work: Path, out: Path) -> None:
    parts = ["# The index", machine(), MADE.strip()]
    for name, (title, _) in _PARTS.items():
        path = work / f"{name}.json"
        if not path.exists():
            continue
        kept = json.loads(path.read_text(encoding="utf-8"))
        parts.append(f"## {title.format(vectors=kept['vectors'])}")
        model = f"Model `{kept['model'][:12]}`, {kept['dimensions']} dimensions."
        parts.append(" ".join([model, *model_note(kept["model"])]))
        parts += kept["notes"]
        rows = [Row(**row).cells() for row in kept["rows"]]
        parts.append(table(["what", "measured", "target", ""], rows))
    write_document(out, parts)


MADE = f"""
Command: `python -m benchmarks.index HOME --vectors N`. Queries are real posters held out
of everything that is searched, asked one at a time on one thread. Where more vectors are searched
than there are posters, the others lie between a real poster and two of its ten nearest by cosine,
at weights drawn evenly from the simplex and of a length between theirs, plus noise: two differences
of neighbours drawn elsewhere, together {NOISE:g} times as long as such a difference. Nearest
neighbours are then about as far apart, and the intrinsic dimension about as high, as among the real
posters. Where times are said to be of the processor, they are what the searching thread used of it,
not what passed: other programs were running.
"""


@click.command()
@click.argument("home", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--vectors", default=1_000_000, show_default=True, help="For what needs graphs.")
@click.option("--queries", default=1_000, show_default=True)
@click.option(
    "--part", "names", multiple=True, type=click.Choice(list(_PARTS)), help="All unless given."
)
@click.option("--work", type=click.Path(path_type=Path), default="build/index-benchmark")
@click.option("--processor-time", is_flag=True, help="Time the thread, not the clock.")
@click.option("--build", "only_build", is_flag=True, help="Build the parts' graphs and stop.")
@click.option("--out", type=click.Path(path_type=Path), default="docs/benchmarks/index.md")
def main(
    home: Path,
    vectors: int,
    queries: int,
    names: tuple[str, ...],
    work: Path,
    processor_time: bool,
    only_build: bool,
    out: Path,
) -> None:
    """Measure the parts without figures in WORK yet, or those named, and write the document."""
    work.mkdir(parents=True, exist_ok=True)
    searches.use_processor_time(processor_time)
    index = PosterIndex.load(home / "index")
    real = index.embeddings(index.poster_ids)
    real = real[np.random.default_rng(SEED).permutation(len(real))]
    setting = Setting(home, real[queries:], real[:queries], vectors, work)
    if only_build:
        _build(setting, names or list(_PARTS))
        return
    for name in names or [name for name in _PARTS if not (work / f"{name}.json").exists()]:
        notes = [note] if (note := busy()) else []
        if processor_time:
            notes.append("Times are of the processor.")
        click.echo(f"{name} ...", err=True)
        rows = _PARTS[name][1](setting)
        kept = {
            "vectors": vectors,
            "model": index.manifest.model,
            "dimensions": index.manifest.d,
            "notes": notes,
            "rows": [asdict(row) for row in rows],
        }
        (work / f"{name}.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")
    _document(work, out)


if __name__ == "__main__":
    main()
