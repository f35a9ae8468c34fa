"""Whether the model's genre probabilities mean what they say, and how fast one poster is read.

    python -m benchmarks.reliability POSTERS --cache FOLDER [--model FOLDER]

POSTERS holds movies.csv and images/; FOLDER keeps what was read, so that a run goes on where it
stopped. Writes docs/benchmarks/reliability.md and docs/benchmarks/reliability.svg.
"""

from __future__ import annotations

import time
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.instruments.cached import examples_of, readings_of
from benchmarks.instruments.reliability_plot import Panel, drawn
from benchmarks.instruments.reporting import busy, machine, met, model_note, table, write_document
from catalog.files import READ_AT
from catalog.images import decode
from embedder import Embedder
from embedder.training.data import Example
from genres.calibration import expected_calibration_error, reliability
from genres.intervals import bootstrap
from onesheet.reading.readings import Reading

WORST = 0.03
"""The expected calibration error asked for at most."""
_LONGEST = 20.0
"""Milliseconds a poster asked for at most, from its bytes to its reading."""
TIMED = 300
_ROUNDS = 200
SMALL_BINS = 8
"""Of one genre's plot: a rare genre leaves fifteen nearly empty."""


@click.command()
@click.argument("posters", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--model", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--split", type=click.Choice(["val", "test"]), default="test", show_default=True)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("docs/benchmarks/reliability.md"),
    show_default=True,
)
def main(posters: Path, cache: Path, model: Path | None, split: str, out: Path) -> None:
    """Measure calibration and speed, and draw the reliability plot."""
    warning = busy()
    embedder = Embedder.load(model)
    examples = examples_of(posters, cache)
    readings = readings_of(embedder, examples, cache)
    rows = readings.rows(split)
    truth, given = readings.truth[rows], readings.genres[rows].astype(np.float64)
    plot = out.with_suffix(".svg")
    plot.parent.mkdir(parents=True, exist_ok=True)
    plot.write_text(drawn(*panels(readings.genre_names, truth, given)), encoding="utf-8")
    times = _milliseconds(embedder, [examples[row] for row in rows[:TIMED]])
    parts = [
        _opening(split, len(rows), embedder),
        *model_note(embedder.fingerprint),
        f"![Reliability: stated probability against observed frequency]({plot.name})",
        overall(truth, given),
        "## Genre by genre",
        _by_genre(readings.genre_names, truth, given),
        "## Time to read a poster",
        speed(times),
    ]
    write_document(out, [*parts, *([warning] if warning else []), machine()])


def _opening(split: str, count: int, embedder: Embedder) -> str:
    return (
        "# Do the genre probabilities mean what they say?\n\n"
        "Command: `python -m benchmarks.reliability POSTERS --cache FOLDER`, "
        f"{count:,} posters of {split}, model `{embedder.fingerprint[:12]}`. Of all pairs of a "
        "poster and a genre that the model gives 30%, three in ten should be true. The model's "
        "logits are scaled genre by genre (Platt) on val; nothing here was fitted on "
        f"{split}{' but that' if split == 'val' else ''}."
    )


def overall(truth: NDArray[np.bool_], given: NDArray[np.float64]) -> str:
    _, high = bootstrap(
        lambda rows: expected_calibration_error(truth[rows], given[rows]),
        len(truth),
        np.random.default_rng(0),
        rounds=_ROUNDS,
    )
    error = expected_calibration_error(truth, given)
    prior = np.tile(truth.mean(axis=0), (len(truth), 1))
    rows = [
        ["expected calibration error", f"<= {WORST}", f"{error:.4f}", met(error <= WORST)],
        ["of 97.5% of bootstrap samples, at most", "", f"{high:.4f}", ""],
        ["Brier score", "", f"{np.mean((given - truth) ** 2):.4f}", ""],
        ["Brier score of the genres' shares", "", f"{np.mean((prior - truth) ** 2):.4f}", ""],
    ]
    return table(["figure", "asked", "measured", ""], rows)


def _by_genre(names: tuple[str, ...], truth: NDArray[np.bool_], given: NDArray[np.float64]) -> str:
    lines = []
    for column, name in enumerate(names):
        one = slice(column, column + 1)
        error = expected_calibration_error(truth[:, one], given[:, one], SMALL_BINS)
        lines.append(
            [
                name,
                f"{truth[:, column].mean():.1%}",
                f"{given[:, column].mean():.1%}",
                f"{error:.4f}",
            ]
        )
    return table(["genre", "of the films", "mean probability", f"error, {SMALL_BINS} bins"], lines)


def panels(
    names: tuple[str, ...], truth: NDArray[np.bool_], given: NDArray[np.float64]
) -> tuple[Panel, list[Panel]]:
    """All pairs together, and each genre."""
    small = [
        Panel(name, reliability(truth[:, i : i + 1], given[:, i : i + 1], SMALL_BINS))
        for i, name in enumerate(names)
    ]
    return Panel("All genres", reliability(truth, given)), small


def _milliseconds(embedder: Embedder, examples: list[Example]) -> NDArray[np.float64]:
    """Of each poster, on one thread, from the file's bytes to the reading a page shows: passed
    and worked by the processor, float64[N, 2]. Where other programs run, the first is longer."""
    times = []
    for example in examples:
        data = example.path.read_bytes()
        start, worked = time.perf_counter(), time.process_time()
        Reading.of(embedder.card, embedder.read([decode(data, at_least=READ_AT)]))
        times.append((time.perf_counter() - start, time.process_time() - worked))
    return 1000 * np.array(times)


def speed(times: NDArray[np.float64]) -> str:
    rows = []
    for column, name in enumerate(("time passed", "processor time")):
        p50, p95 = np.percentile(times[:, column], (50, 95))
        measured = f"p50 {p50:.1f} ms, p95 {p95:.1f} ms"
        rows.append([name, f"p50 < {_LONGEST:g} ms", measured, met(bool(p50 < _LONGEST))])
    said = (
        f"{len(times)} posters one after the other on one thread, decoding and all heads included "
        "(one paper's service took just under 100 ms for the genres alone)."
    )
    return f"{said}\n\n{table(['one poster', 'asked', 'measured', ''], rows)}"


if __name__ == "__main__":
    main()
