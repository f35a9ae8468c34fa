"""The document of benchmarks.papers: a section a paper, and the papers' own worries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from benchmarks import papers_tables as tables
from benchmarks.papers_methods import METHODS, OURS, Outcome, Posters
from benchmarks.papers_networks import (
    AUTOENCODER,
    CLASSIFIERS,
    CODE,
    CODED,
    HOURS,
    SINGLES,
    single,
    why_not,
)
from benchmarks.papers_words import FIGURES, READ
from benchmarks.reporting import table
from catalog.images import NEAR_DUPLICATE
from embedder import Embedder
from genres import OneVsRestKNN
from genres.balance import oversampled, undersampled, without_surplus
from genres.cooccurrence import cooccurrence
from genres.metrics import mean_average_precision, micro_f1
from genres.powerset import label_sets
from genres.thresholds import above, best_thresholds
from webapp.commands.evaluating import rendered
from webapp.evaluation import SIX, Trial

SPLIT_YEAR = 2005
NEIGHBOURS = 40
"""Of the split in time and of balancing, as the first paper found best."""
LARGEST_SETS = 12
RECONSTRUCTIONS = "papers-reconstructions.png"
"""Beside the document."""


def parts(
    posters: Posters, found: dict[str, Outcome], embedder: Embedder, subset: int | None
) -> Iterator[str]:
    """The document, from the top."""
    every, six = tables.View.of(posters), tables.View.of(posters, SIX)
    yield from opening(posters, embedder, subset, found)
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


def opening(
    posters: Posters, embedder: Embedder, subset: int | None, found: dict[str, Outcome]
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
    missing = [[name, "not run yet"] for name in METHODS if name not in found]
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


def knn_paper(posters: Posters, found: dict[str, Outcome], every: tables.View) -> Iterator[str]:
    yield "## Predicting Genre from Movie Posters (ML-KNN, ResNet-34, a custom CNN)"
    yield FIGURES["knn"]
    yield tables.sets_table(posters, found, every)
    yield tables.scores_table(posters, found, every)
    yield "Our own reading by genre, thresholds of val:"
    yield tables.by_genre(posters, found[OURS], every)
    yield READ["knn"]


def score_paper(posters: Posters, found: dict[str, Outcome], every: tables.View) -> Iterator[str]:
    yield "## Convolutional Neural Network-based Movie Poster Analysis (score and genres)"
    yield FIGURES["score"]
    yield "mAP and mean AUC stand in the table above; the score in five bins:"
    yield tables.scores_read(posters)
    yield READ["score"]


def bandit_paper(
    posters: Posters, found: dict[str, Outcome], every: tables.View, six: tables.View
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


def autoencoder(posters: Posters) -> Iterator[str]:
    """What the code keeps of a poster; the methods over it stand in the tables."""
    if posters.has(AUTOENCODER):
        yield (
            "### Convolutional autoencoder\n\nDrawn posters, which it never saw, and below each "
            f"what the code of {CODE.code} numbers keeps of it "
            f"({CODE.width}x{CODE.height} pixels, {CODE.epochs} epochs of the training posters):"
        )
        yield f"![Twelve drawn posters above their reconstructions]({RECONSTRUCTIONS})"


def powerset_classes(posters: Posters, six: tables.View) -> Iterator[str]:
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


def balancing(posters: Posters) -> Iterator[str]:
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
        limits, said = _votes(posters, posters.train[kept], posters.test)
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


def weighted_graph(posters: Posters, six: tables.View) -> Iterator[str]:
    truth = posters.readings.truth[posters.train][:, six.columns]
    counts = cooccurrence(truth).tolist()
    rows = [[name, *(f"{n:,}" for n in row)] for name, row in zip(SIX, counts, strict=True)]
    yield "### The weighted label graph"
    yield "Films that have both genres; `/genres` draws all eighteen."
    yield table(["", *SIX], rows)


def metric_paper(posters: Posters) -> Iterator[str]:
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


def forty_five(posters: Posters, found: dict[str, Outcome], six: tables.View) -> Iterator[str]:
    yield "## Movie Genre Prediction Based on Posters (45,000 posters, custom CNN and VGG-16)"
    yield FIGURES["forty-five"]
    yield tables.top_one(posters, found, six)
    yield "Our own reading on films of exactly one of the six:"
    yield tables.major_confusion(posters, found[OURS], six)
    yield READ["forty-five"]


def worries(posters: Posters, found: dict[str, Outcome], every: tables.View) -> Iterator[str]:
    """By number of genres, by decade, and split in time."""
    shown = [OURS, "ML-KNN, our embedding", "ML-KNN, 64x64 pixels", "prior"]
    some = {name: found[name] for name in shown if name in found}
    yield "## The papers' own worries\n\nMicro F1 (thresholds of val) / mAP, by number of genres:"
    yield tables.groups(posters, some, every, tables.numbers_of_genres(posters))
    yield "By decade:"
    yield tables.groups(posters, some, every, tables.decades(posters))
    yield from in_time(posters)


def in_time(posters: Posters) -> Iterator[str]:
    """Learn before a year, test after it; against as many films of all years."""
    examples = posters.readings.examples
    years = np.array([examples[row].year or 0 for row in posters.train])
    before = posters.train[(years > 0) & (years < SPLIT_YEAR)]
    after = np.array([r for r in posters.test if (examples[r].year or 0) >= SPLIT_YEAR])
    rng = np.random.default_rng(posters.seed)
    mixed = rng.choice(posters.train, len(before), replace=False)
    known, rows = posters.readings.truth[after], []
    for name, learned in ((f"films before {SPLIT_YEAR}", before), ("as many of all years", mixed)):
        limits, said = _votes(posters, learned, after)
        f1 = micro_f1(known, above(said, limits))
        rows.append([name, f"{f1:.3f}", f"{mean_average_precision(known, said):.3f}"])
    yield (
        f"### A split in time\n\n{len(after):,} test posters from {SPLIT_YEAR} on, read off by "
        f"votes of their {NEIGHBOURS} nearest of {len(before):,} training posters. The embedding "
        "itself learned from films of all years, so this is what time does to the neighbours, not "
        "to the network."
    )
    yield table(["neighbours among", "micro F1, thresholds of val", "mAP"], rows)


def _votes(
    posters: Posters, learned: np.ndarray, asked: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Thresholds of val, and the share of the nearest that have each genre."""
    X, truth = posters.embeddings(), posters.readings.truth
    votes = OneVsRestKNN(NEIGHBOURS).fit(X[learned], truth[learned])
    limits = best_thresholds(truth[posters.val], votes.predict_proba(X[posters.val]))
    return limits, votes.predict_proba(X[asked])
