"""The document of benchmarks.papers: a section a paper, and the papers' own worries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from benchmarks.instruments.reporting import model_note, table
from benchmarks.papers import tables
from benchmarks.papers.benchmarking_paper import bandit_paper
from benchmarks.papers.methods import (
    NEIGHBOURS,
    OURS,
    PAPER_METHODS,
    MethodOutcome,
    PaperPosters,
    votes,
)
from benchmarks.papers.networks import (
    CLASSIFIERS,
    CODED,
    HOURS,
    SINGLES,
    single,
    why_not,
)
from benchmarks.papers.scores import scores_read
from benchmarks.papers.words import FIGURES, READ
from catalog.images import NEAR_DUPLICATE
from cli.evaluate import rendered
from embedder import Embedder
from genres.metrics import mean_average_precision, micro_f1
from genres.thresholds import above
from onesheet.evaluation.trial import SIX, Trial

SPLIT_YEAR = 2005


def parts(
    posters: PaperPosters, found: dict[str, MethodOutcome], embedder: Embedder, subset: int | None
) -> Iterator[str]:
    """The document, from the top."""
    every, six = tables.FilmView.of(posters), tables.FilmView.of(posters, SIX)
    yield from _opening(posters, embedder, subset, found)
    yield from ["## Where our own reading stands", tables.leads(posters, found, every)]
    if subset:
        yield (
            "On a subset this favours our own reading, which learned from all training posters; "
            "the others had only the subset to vote or learn from. Run without `--subset` to judge."
        )
    yield from ["Of the six genres:", tables.leads(posters, found, six)]
    yield from knn_paper(posters, found, every)
    yield from score_paper(posters, found, every)
    yield from bandit_paper(posters, found, every, six)
    yield from metric_paper(posters)
    yield from forty_five(posters, found, six)
    yield from worries(posters, found, every)


def _opening(
    posters: PaperPosters, embedder: Embedder, subset: int | None, found: dict[str, MethodOutcome]
) -> Iterator[str]:
    part = f" **Learned from a subset of {subset:,} training posters, not all.**" if subset else ""
    yield (
        "# The papers' methods on the same posters\n\n"
        "Command: `python -m benchmarks.papers POSTERS --cache FOLDER"
        f"{f' --subset {subset}' if subset else ''}`. "
        f"{len(posters.train):,} posters to learn from, {len(posters.val):,} of val to choose by, "
        f"{len(posters.test):,} of test, model `{embedder.fingerprint[:12]}`.{part} Eighteen "
        "genres, or the six of the benchmarking paper on films with at least one of them. "
        "Intervals are 95% bootstrap over test posters. A threshold of one half is each method's "
        "own rule; those of val maximise F1 genre by genre, but for our own reading, whose come "
        "from its calibrated probabilities there, as in the product (`genres.thresholds`). Pixels "
        "are searched by their first 128 principal components. No figure of a paper was measured "
        "on these posters; why it can or cannot be set beside ours is said with each."
    )
    yield from model_note(embedder.fingerprint)
    learned = [name for name in (*CLASSIFIERS, *SINGLES) if posters.has(name)]
    if learned:
        yield "## Networks learned here"
        yield (
            "Where a row names fewer posters or epochs than its paper, this is what two cores "
            "could learn, and no figure of the whole. Each by the command above with `--stages` "
            "and:"
        )
        asked = [[name, f"`{posters.made_by(name)}`"] for name in learned]
        yield table(["--stages", "and"], asked)
    missing = [[name, "not run yet"] for name in PAPER_METHODS if name not in found]
    missing += [[name, HOURS] for name in CODED if name not in found]
    missing += [[name, why_not(name)] for name in CLASSIFIERS if name not in found]
    missing += [[name, why_not(name)] for name in SINGLES if not posters.has(name)]
    yield "## Not run"
    yield (
        "Each runs with `--stages NAME`, a network whose weights cannot be downloaded with "
        "`--weights FILE`. A network of which this machine can learn a part only says so in its "
        "row: `--learned POSTERS --epochs EPOCHS`."
    )
    yield table(["method", "why"], missing)


def knn_paper(
    posters: PaperPosters, found: dict[str, MethodOutcome], every: tables.FilmView
) -> Iterator[str]:
    yield "## Predicting Genre from Movie Posters (ML-KNN, ResNet-34, a custom CNN)"
    yield FIGURES["knn"]
    yield tables.sets_table(posters, found, every)
    yield tables.scores_table(posters, found, every)
    yield "Our own reading by genre, thresholds of val:"
    yield tables.by_genre(posters, found[OURS], every)
    yield READ["knn"]


def score_paper(
    posters: PaperPosters, found: dict[str, MethodOutcome], every: tables.FilmView
) -> Iterator[str]:
    yield "## Convolutional Neural Network-based Movie Poster Analysis (score and genres)"
    yield FIGURES["score"]
    yield "mAP and mean AUC stand in the table above; the score in five bins:"
    yield scores_read(posters)
    yield READ["score"]


def metric_paper(posters: PaperPosters) -> Iterator[str]:
    trial = Trial(posters.readings, "test", NEAR_DUPLICATE)
    near = trial.neighbours("euclidean", 8)
    figures = trial.retrieval(near)
    wanted = [n for n in figures if n.startswith(("recall@", "majority@"))]
    yield "## Classifying Movie Poster Genres with Deep Metric Learning (proxy-anchor, one genre)"
    yield FIGURES["metric"]
    columns = {"our embedding": figures}
    for name in (name for name in SINGLES if posters.has(name)):
        vectors = single(name, posters)
        other = replace(posters.readings, embeddings=vectors.features)
        theirs = Trial(other, "test", NEAR_DUPLICATE)
        columns[f"{name} ({vectors.note})"] = theirs.retrieval(theirs.neighbours("cosine", 8))
    yield table(
        ["test against train", *columns],
        [[n, *(rendered(each[n]) for each in columns.values())] for n in wanted],
    )
    yield READ["metric"]


def forty_five(
    posters: PaperPosters, found: dict[str, MethodOutcome], six: tables.FilmView
) -> Iterator[str]:
    yield "## Movie Genre Prediction Based on Posters (45,000 posters, custom CNN and VGG-16)"
    yield FIGURES["forty-five"]
    yield tables.top_one(posters, found, six)
    yield "Our own reading on films of exactly one of the six:"
    yield tables.major_confusion(posters, found[OURS], six)
    yield READ["forty-five"]


def worries(
    posters: PaperPosters, found: dict[str, MethodOutcome], every: tables.FilmView
) -> Iterator[str]:
    """By number of genres, by decade, and split in time."""
    shown = [OURS, "ML-KNN, our embedding", "ML-KNN, 64x64 pixels", "prior"]
    some = {name: found[name] for name in shown if name in found}
    yield "## The papers' own worries\n\nMicro F1 (thresholds of val) / mAP, by number of genres:"
    yield tables.groups(posters, some, every, tables.numbers_of_genres(posters))
    yield "By decade:"
    yield tables.groups(posters, some, every, tables.decades(posters))
    yield from in_time(posters)


def in_time(posters: PaperPosters) -> Iterator[str]:
    """Learn before a year, test after it; against as many films of all years."""
    examples = posters.readings.examples
    years = np.array([examples[row].year or 0 for row in posters.train])
    before = posters.train[(years > 0) & (years < SPLIT_YEAR)]
    after = np.array([r for r in posters.test if (examples[r].year or 0) >= SPLIT_YEAR])
    rng = np.random.default_rng(posters.seed)
    mixed = rng.choice(posters.train, len(before), replace=False)
    known, rows = posters.readings.truth[after], []
    for name, learned in ((f"films before {SPLIT_YEAR}", before), ("as many of all years", mixed)):
        limits, said = votes(posters, learned, after)
        f1 = micro_f1(known, above(said, limits))
        rows.append([name, f"{f1:.3f}", f"{mean_average_precision(known, said):.3f}"])
    yield (
        f"### A split in time\n\n{len(after):,} test posters from {SPLIT_YEAR} on, read off by "
        f"votes of their {NEIGHBOURS} nearest of {len(before):,} training posters. The embedding "
        "itself learned from films of all years, so this is what time does to the neighbours, not "
        "to the network."
    )
    yield table(["neighbours among", "micro F1, thresholds of val", "mAP"], rows)
