"""The section of the document on the benchmarking paper: six genres, sets of labels, balancing."""

from collections.abc import Iterator

import numpy as np

from benchmarks.instruments.reporting import table
from benchmarks.papers import tables
from benchmarks.papers.methods import NEIGHBOURS, OURS, MethodOutcome, PaperPosters, votes
from benchmarks.papers.networks import AUTOENCODER, CODE
from benchmarks.papers.words import FIGURES, READ
from genres.cooccurrence import cooccurrence
from genres.metrics import mean_average_precision, micro_f1
from genres.thresholds import above
from onesheet.evaluation.trial import SIX
from papers.balance import oversampled, undersampled, without_surplus
from papers.powerset import label_sets

LARGEST_SETS = 12
RECONSTRUCTIONS = "papers-reconstructions.png"
"""Beside the document."""


def bandit_paper(
    posters: PaperPosters,
    found: dict[str, MethodOutcome],
    every: tables.FilmView,
    six: tables.FilmView,
) -> Iterator[str]:
    yield "## Movie Poster Benchmarking (VGG-16, label graph, six and eighteen genres)"
    yield FIGURES["bandit"]
    yield "The six genres:"
    yield tables.sets_table(posters, found, six)
    yield tables.scores_table(posters, found, six, tables.SIX_SCORES)
    for name in ("label graph, our embedding", OURS):
        if name in found:
            yield f"{name[0].upper()}{name[1:]} by genre, thresholds of val:"
            yield tables.by_genre(posters, found[name], six)
    yield READ["bandit"]
    yield from autoencoder(posters)
    yield from powerset_classes(posters, six)
    yield from balancing(posters)
    yield from weighted_graph(posters, six)


def autoencoder(posters: PaperPosters) -> Iterator[str]:
    """What the code keeps of a poster; the methods over it stand in the tables."""
    if posters.has(AUTOENCODER):
        yield (
            "### Convolutional autoencoder\n\nDrawn posters, which it never saw, and below each "
            f"what the code of {CODE.code} numbers keeps of it "
            f"({CODE.width}x{CODE.height} pixels, {CODE.epochs} epochs of the training posters):"
        )
        yield f"![Twelve drawn posters above their reconstructions]({RECONSTRUCTIONS})"


def powerset_classes(posters: PaperPosters, six: tables.FilmView) -> Iterator[str]:
    """How many classes a label powerset has, and the largest."""
    truth = posters.readings.truth[posters.train]
    sets, counts, _ = label_sets(truth)
    some = truth[:, six.columns]
    six_sets, six_counts, _ = label_sets(some[some.any(axis=1)])
    yield (
        f"### Label powerset\n\n{len(sets):,} sets of the eighteen genres occur in training, "
        f"{int((counts == 1).sum()):,} of them once; {len(six_sets)} of the six (the paper has 757 "
        "and 41). The largest of the six's:"
    )
    names = np.array(SIX)
    rows = [
        [", ".join(names[row]), f"{count:,}"]
        for row, count in zip(six_sets[:LARGEST_SETS], six_counts, strict=False)
    ]
    yield table(["set", "posters"], rows)


def balancing(posters: PaperPosters) -> Iterator[str]:
    """Genre counts before and after each way of balancing, and its effect on neighbours' votes."""
    readings, rng = posters.readings, np.random.default_rng(posters.seed)
    truth = readings.truth[posters.train]
    drama, comedy = (readings.genre_names.index(name) for name in ("Drama", "Comedy"))
    cut = np.zeros((2, truth.shape[1]), dtype=np.bool_)
    cut[:, drama] = True
    cut[1, comedy] = True
    ways = {
        "none": np.arange(len(truth)),
        "over-sampling": oversampled(truth, rng),
        "under-sampling": undersampled(truth, rng),
        "the paper's cut of Drama": without_surplus(truth, cut, 1000, rng),
    }
    counts = [
        [name, *(f"{truth[rows][:, column].sum():,}" for rows in ways.values())]
        for column, name in enumerate(readings.genre_names)
    ]
    counts.append(["posters", *(f"{len(rows):,}" for rows in ways.values())])
    yield "### Class balancing\n\nPosters of each genre in training, before and after:"
    yield (
        "The paper's cut leaves 1,000 films that are Drama alone and 1,000 that are Comedy and "
        "Drama; a small subset has fewer, and nothing is cut."
    )
    yield table(["genre", *ways], counts)
    known = readings.truth[posters.test]
    rows = []
    for name, kept in ways.items():
        limits, said = votes(posters, posters.train[kept], posters.test)
        rows.append(
            [
                name,
                f"{micro_f1(known, said > 0.5):.3f}",
                f"{micro_f1(known, above(said, limits)):.3f}",
                f"{mean_average_precision(known, said):.3f}",
            ]
        )
    yield f"What it does to the votes of the {NEIGHBOURS} nearest posters (our embedding):"
    yield table(["balancing", "micro F1 at one half", "at thresholds of val", "mAP"], rows)


def weighted_graph(posters: PaperPosters, six: tables.FilmView) -> Iterator[str]:
    truth = posters.readings.truth[posters.train][:, six.columns]
    counts = cooccurrence(truth).tolist()
    rows = [[name, *(f"{n:,}" for n in row)] for name, row in zip(SIX, counts, strict=True)]
    yield "### The weighted label graph"
    yield "Films that have both genres; `/genres` draws all eighteen."
    yield table(["", *SIX], rows)
