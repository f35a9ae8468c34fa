"""The packaged model on test posters it never saw, against the posters of train.

    python -m benchmarks.embedder POSTERS [--sequels FILE] [--model FOLDER] [--beside FOLDER]

POSTERS holds movies.csv and images/. Writes docs/benchmarks/embedder.md.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.instruments.reporting import machine, met, model_note, table, write_document
from catalog.catalog import Catalog
from catalog.database import connect
from catalog.images import NEAR_DUPLICATE, decode
from catalog.models import Base
from catalog.sources.folder import import_folder
from cli.evaluate import read_sequels, rendered
from embedder import Embedder
from embedder.training.data import Example
from onesheet.base.progress import progress_of
from onesheet.evaluation.assessment import Section, assess
from onesheet.evaluation.poster_readings import Readings
from onesheet.evaluation.trial import Figure

# What is asked of the packaged model: section, figure, floor.
BAR = (
    ("genres", "mAP", 0.365),
    ("genres", "macro AUC", 0.81),
    ("genres", "micro F1", 0.49),
    ("genres", "macro F1", 0.39),
    ("genres, the six", "micro F1", 0.615),
    ("neighbours, cosine", "P@1", 0.61),
    ("neighbours, cosine", "P@5", 0.60),
    ("neighbours, cosine", "Jaccard@5", 0.30),
    ("score", "RMSE below the constant", 0.07),
)


def _examples_of(posters: Path, home: Path) -> list[Example]:
    """The posters as the catalogue holds them."""
    engine = connect(f"sqlite:///{home / 'catalogue.db'}")
    Base.metadata.create_all(engine)
    catalog = Catalog(engine, home / "posters")
    with progress_of("Importing") as progress:
        import_folder(catalog, posters, progress=progress)
    return [
        Example(
            card.imdb_id,
            card.title,
            catalog.poster_path(card.content_hash),
            card.genres,
            card.year,
            card.rating,
            card.split,
            card.perceptual_hash,
        )
        for card in catalog.all_cards()
    ]


def _bar(sections: dict[str, Section], milliseconds: float) -> list[list[str]]:
    """What is asked beside what was measured."""
    rows = []
    for section, name, floor in BAR:
        figure = sections[section][name]
        value = _number(figure)
        rows.append([f"{section}: {name}", f"{floor:g}", rendered(figure), met(value >= floor)])
    for section, figures in sections.items():
        if section.startswith("sequels found, queries alone, cosine"):
            for floor, name in zip((0.08, 0.19), list(figures)[1:], strict=True):
                value = _number(figures[name])
                rows.append(
                    [
                        f"{section}: {name}",
                        f"{floor:g}",
                        rendered(figures[name]),
                        met(value >= floor),
                    ]
                )
    for name, figure in sections["altered copies whose original is the nearest"].items():
        value = _number(figure)
        rows.append([f"altered copy: {name}", "0.99", rendered(figure), met(value >= 0.99)])
    for name, figure in sections["overlap@5 of the arms"].items():
        value = _number(figure)
        rows.append([f"overlap@5, {name}", "<= 0.85", f"{value:.3f}", met(value <= 0.85)])
    rows.append(
        ["one poster, one thread, p50", "<= 6 ms", f"{milliseconds:.1f} ms", met(milliseconds <= 6)]
    )
    return rows


def _number(figure: Figure | float) -> float:
    return figure.value if isinstance(figure, Figure) else figure


def one_poster(embedders: Sequence[Embedder], images: list[Example]) -> NDArray[np.float64]:
    """Milliseconds of reading one decoded poster on one thread, float64[embedders, images]; each
    poster is read by all of them in turn."""
    times = np.empty((len(embedders), len(images)))
    for column, example in enumerate(images):
        image = decode(example.path.read_bytes())
        for row, embedder in enumerate(embedders):
            start = time.perf_counter()
            embedder.read([image])
            times[row, column] = (time.perf_counter() - start) * 1000
    return times


@click.command()
@click.argument("posters", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--sequels", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--beside",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another model, whose time for one poster is measured in the same run.",
)
@click.option("--split", type=click.Choice(["val", "test"]), default="test", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default="docs/benchmarks/embedder.md")
def main(
    posters: Path,
    sequels: Path | None,
    model: Path | None,
    beside: Path | None,
    split: str,
    out: Path,
) -> None:
    """Measure the model and write the document."""
    embedder = Embedder.load(model)
    with tempfile.TemporaryDirectory() as home:
        examples = _examples_of(posters, Path(home))
        with progress_of("Reading posters") as progress:
            readings = Readings.of(embedder, examples, progress)
        sections = assess(
            embedder,
            readings,
            split,
            NEAR_DUPLICATE,
            image=lambda example: decode(example.path.read_bytes()),
            sequels=read_sequels(sequels) if sequels else None,
        )
        others = [Embedder.load(beside)] if beside else []
        times = one_poster([embedder, *others], [e for e in examples if e.split == split][:300])
    p50, p95 = np.percentile(times[0], [50, 95]).tolist()
    said = f"One decoded poster on one thread: p50 {p50:.1f} ms, p95 {p95:.1f} ms"
    if others:
        ratio = float(np.median(times[0] / times[1]))
        said += f"; {ratio:.2f} times what `{others[0].fingerprint[:12]}` takes (median)"
    parts = [
        "# The embedder on posters it never saw",
        machine(),
        f"Command: `python -m benchmarks.embedder POSTERS --sequels sequels.csv`, split {split}, "
        f"model `{embedder.fingerprint[:12]}`, {embedder.card.dimensions} dimensions, balance "
        f"{embedder.card.balance:g}. Queries are the posters of {split}, the gallery those of "
        "train without near-duplicates of queries; sequels are sought among all posters. "
        "Intervals are 95% bootstrap over queries.",
        *model_note(embedder.fingerprint),
        "## The bar",
        table(["figure", "at least", "measured", ""], _bar(sections, p50)),
        f"{said}.",
    ]
    for title, section in sections.items():
        parts.append(f"## {title[0].upper()}{title[1:]}")
        parts += [
            table(
                ["figure", "value (95% interval)"], [[n, rendered(f)] for n, f in section.items()]
            )
        ]
    write_document(out, parts)


if __name__ == "__main__":
    main()
