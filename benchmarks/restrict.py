"""What staying within the predicted genres does to the neighbours, on real posters.

    python -m benchmarks.restrict POSTERS --cache FOLDER [--split val] [--limit N] [--model FOLDER]

POSTERS holds movies.csv and images/; FOLDER keeps what was read of them, so that a run goes on
where it stopped. Queries are the posters of one split, the gallery those of train. Writes
docs/benchmarks/restrict.md.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from benchmarks.instruments.cached import examples_of, readings_of
from benchmarks.instruments.reporting import machine, model_note, table, write_document
from catalog.images import NEAR_DUPLICATE
from cli.evaluate import rendered
from embedder import Embedder, evaluation
from genres.thresholds import above
from index import Metric
from onesheet.evaluation.poster_readings import Bools, Rows
from onesheet.evaluation.trial import Floats, Trial
from onesheet.recommending.restriction import FEWEST_FILMS

_SHOWN = 5
_HALF = 0.5


@click.command()
@click.argument("posters", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--split", type=click.Choice(["val", "test"]), default="val", show_default=True)
@click.option("--limit", type=click.IntRange(min=200), help="Use so many films, drawn at random.")
@click.option("--model", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("docs/benchmarks/restrict.md"),
    show_default=True,
)
def main(
    posters: Path, cache: Path, split: str, limit: int | None, model: Path | None, out: Path
) -> None:
    """Measure neighbours among all films and among those that share a predicted genre."""
    embedder = Embedder.load(model)
    examples = examples_of(posters, cache)
    if limit is not None:
        examples = random.Random(0).sample(examples, limit)
    readings = readings_of(embedder, examples, cache)
    trial = Trial(readings, split, NEAR_DUPLICATE)
    if len(trial.gallery) < FEWEST_FILMS:
        raise click.ClickException("too few posters of train; raise --limit")
    probabilities = readings.genres[trial.queries].astype(np.float64)
    predicted = above(probabilities, embedder.card.thresholds)
    sections = [
        (f"Thresholds chosen on val{note(split)}", predicted),
        ("Threshold 0.5 for every genre", above(probabilities, _HALF)),
    ]
    parts = [_opening(split, limit, trial, embedder), *model_note(embedder.fingerprint)]
    for title, chosen in sections:
        parts += [f"## {title}", share(trial, chosen), _outcome(trial, chosen)]
    write_document(out, [*parts, machine()])


def candidates(trial: Trial, predicted: Bools) -> Bools:
    """bool[Q, N]: the gallery rows each query is compared with, as the recommender chooses them."""
    truth = trial.readings.truth[trial.gallery]
    sharing = (predicted.astype(np.int32) @ truth.T.astype(np.int32)) > 0
    compared: Bools = sharing | (sharing.sum(1) < FEWEST_FILMS)[:, None]
    return compared


def neighbours(trial: Trial, metric: str, among: Bools) -> Rows:
    """int64 [Q, 5]: as Trial.neighbours, each query among its own candidates."""
    embeddings = trial.readings.embeddings
    gallery = embeddings[trial.gallery]
    kinds, kind = np.unique(np.packbits(among, axis=1), axis=0, return_inverse=True)
    found = np.empty((len(among), _SHOWN), dtype=np.int64)
    for each in range(len(kinds)):
        queries = np.flatnonzero(kind.ravel() == each)
        rows = np.flatnonzero(among[queries[0]])
        asked = embeddings[trial.queries[queries]]
        found[queries] = rows[evaluation.nearest(asked, gallery[rows], metric, _SHOWN)]
    return found


def _outcome(trial: Trial, predicted: Bools) -> str:
    """P@5 and Jaccard@5 with and without, and the mean gain a query, under every metric."""
    truth = trial.readings.truth
    own, other = truth[trial.queries], truth[trial.gallery]
    everything = np.ones((len(own), len(other)), dtype=np.bool_)
    among = candidates(trial, predicted)
    rows = []
    for metric in Metric:
        free, held = (neighbours(trial, metric.value, each) for each in (everything, among))
        for name, measure in (
            ("P@5", evaluation.shared_genre_precision),
            ("Jaccard@5", evaluation.jaccard),
        ):
            values: Sequence[Floats] = [measure(own, other, near, _SHOWN) for near in (free, held)]
            figures = [trial.figure(each) for each in (*values, values[1] - values[0])]
            rows.append([metric.value, name, *map(rendered, figures)])
    return table(["metric", "figure", "all films", "restricted", "gain of a query"], rows)


def share(trial: Trial, predicted: Bools) -> str:
    """How often the restriction holds, and what it leaves."""
    among = candidates(trial, predicted)
    held = ~among.all(1)
    left = among[held].mean() if held.any() else 1.0
    return (
        f"{predicted.any(1).mean():.1%} of the queries have a predicted genre, "
        f"{predicted.sum(1).mean():.2f} genres on average. The restriction leaves out something "
        f"for {held.mean():.1%} of them; these are compared with {left:.1%} of the gallery on "
        "average."
    )


def note(split: str) -> str:
    return " (which this is: slightly in their favour)" if split == "val" else ""


def _opening(split: str, limit: int | None, trial: Trial, embedder: Embedder) -> str:
    part = f" **A trial on {limit:,} films drawn at random, not the whole.**" if limit else ""
    return (
        "# Staying within the predicted genres\n\n"
        f"{len(trial.queries):,} posters of {split} against {len(trial.gallery):,} of train, model "
        f"`{embedder.fingerprint[:12]}`.{part} Candidates are posters of films that have a genre "
        "predicted from the query's poster; all posters where fewer than "
        f"{FEWEST_FILMS} remain. P@5 is the share of the five that have a genre in common with the "
        "query's film, Jaccard@5 the mean overlap of genres. Figures with 95% bootstrap intervals; "
        "a gain is taken query by query.\n\n"
        "The filter knows the genres of the films in the gallery, as the catalogue does, and never "
        "those of the query's film."
    )


if __name__ == "__main__":
    main()
