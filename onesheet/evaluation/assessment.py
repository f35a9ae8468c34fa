"""The whole account of a model: every figure in its section, with floors beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image

from embedder import Embedder, evaluation
from embedder.training.data import Example, decade_of
from genres import metrics
from genres.thresholds import above
from index import Metric
from onesheet.evaluation.poster_readings import Readings
from onesheet.evaluation.trial import (
    SIX,
    Figure,
    Trial,
    altered_ranks,
    overlap,
    sequel_ranks,
)

Section = dict[str, Figure | float]
METRIC_NAMES = tuple(metric.value for metric in Metric)
CUTS = (1, 5, 50)  # ranks within which a sequel counts as found


def assess(
    embedder: Embedder,
    readings: Readings,
    split: str,
    near_duplicate: int,
    *,
    image: Callable[[Example], Image.Image] | None = None,
    sequels: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Section]:
    """Every figure of a model on the queries of one split against the posters of train.

    Args:
        image: gives an example's poster; without it altered copies are not tried.
        sequels: film to the films whose posters are meant to look like its own.

    Returns:
        Sections in reading order, each from a figure's name to the figure; none that these films
        tell nothing of, as of scores where nobody rated them.

    Raises:
        embedder.evaluation.LeakError: the gallery holds a query's film or duplicate.
        ValueError: the gallery is empty.
    """
    trial = Trial(readings, split, near_duplicate)
    found = {metric: trial.neighbours(metric) for metric in METRIC_NAMES}
    thresholds = embedder.card.thresholds
    sections: dict[str, Section] = {
        f"neighbours, {metric}": dict(trial.retrieval(near)) for metric, near in found.items()
    }
    truth = readings.truth[trial.queries]
    single = np.flatnonzero(truth.sum(1) == 1)
    if len(single):
        sections["neighbours, cosine, films of one genre"] = dict(
            trial.retrieval(found["cosine"], single)
        )
    sections["neighbours drawn at random"] = dict(trial.retrieval(_random(trial)))
    sections["genres"] = dict(trial.reading(thresholds))
    sections["genres, floors"] = _floors(trial)
    if set(SIX) <= set(readings.genre_names):
        sections["genres, the six"] = dict(trial.reading(thresholds, SIX))
    sections["score"] = dict(trial.score())
    sections["overlap@5 of the arms"] = dict(overlap(found))
    if sequels:
        sections |= _sequels(trial, sequels)
    if image is not None:
        sections["altered copies whose original is the nearest"] = {
            alteration.name: trial.figure(
                (altered_ranks(embedder, readings, trial, image, alteration) == 1).astype(float)
            )
            for alteration in evaluation.alterations()
        }
    sections |= _groups(trial, found["cosine"], thresholds)
    sections["the metric-learning paper's protocol"] = _papers_protocol(readings)
    return {title: section for title, section in sections.items() if section}


def _random(trial: Trial) -> Any:
    rng = np.random.default_rng(trial.seed)
    return rng.integers(0, len(trial.gallery), (len(trial.queries), 100))


def _floors(trial: Trial) -> Section:
    """What needs no look at the poster: chance by the prior, and the most frequent genres."""
    truth, known = trial.readings.truth[trial.queries], trial.readings.truth[trial.gallery]
    truth = truth[truth.any(1)]
    if not len(truth):
        return {}
    prior = known.sum(0) / max(1, known.any(1).sum())
    rng = np.random.default_rng(trial.seed)
    guesses = {
        "the most frequent genre": np.tile(prior == prior.max(), (len(truth), 1)),
        "every genre": np.ones_like(truth),
        "random by the prior": rng.random(truth.shape) < prior,
    }
    section: Section = {"mAP of the prior": float(truth.mean(0)[truth.any(0)].mean())}
    for name, guess in guesses.items():
        section[f"micro F1, {name}"] = metrics.micro_f1(truth, guess)
        section[f"macro F1, {name}"] = metrics.macro_f1(truth, guess)
        section[f"all match, {name}"] = metrics.all_match(truth, guess)
    section["Hamming loss, no genre"] = metrics.hamming_loss(truth, np.zeros_like(truth))
    return section


def _sequels(trial: Trial, sequels: Mapping[str, Sequence[str]]) -> dict[str, Section]:
    """Among all posters but the query's own: these are never the same poster."""
    films = {trial.readings.examples[row].film for row in trial.queries}
    sections: dict[str, Section] = {}
    for title, chosen in (
        (
            "sequels found, queries alone",
            {k: v for k, v in sequels.items() if k in films},
        ),
        ("sequels found, all films with any", dict(sequels)),
    ):
        for metric in METRIC_NAMES:
            ranks = np.array(sequel_ranks(trial.readings, chosen, metric))
            if len(ranks):
                sections[f"{title}, {metric}"] = {
                    f"among {k} ({len(ranks)} films)": trial.figure((ranks <= k).astype(float))
                    for k in CUTS
                }
    return sections


def _groups(trial: Trial, found: Any, thresholds: Sequence[float]) -> dict[str, Section]:
    """P@5, Jaccard@5 and micro F1 by decade and by the number of genres a film has."""
    examples = [trial.readings.examples[row] for row in trial.queries]
    truth = trial.readings.truth[trial.queries]
    counts = np.minimum(truth.sum(1), 4)
    decades = np.array([decade_of(e.year) if e.year is not None else 0 for e in examples])
    predicted = above(trial.readings.genres[trial.queries].astype(np.float64), thresholds)
    sections: dict[str, Section] = {}
    for title, groups, names in (
        ("by decade", decades, {d: f"{d}s" for d in np.unique(decades) if d}),
        ("by number of genres", counts, {1: "1", 2: "2", 3: "3", 4: "4 or more"}),
    ):
        section: Section = {}
        for group, name in names.items():
            rows = np.flatnonzero((groups == group) & truth.any(1))
            if len(rows) >= 20:
                shared = trial.retrieval(found, rows)
                section[f"P@5, {name} ({len(rows)})"] = shared["P@5"]
                section[f"Jaccard@5, {name}"] = shared["Jaccard@5"]
                section[f"micro F1, {name}"] = metrics.micro_f1(truth[rows], predicted[rows])
        sections[title] = section
    return sections


def _papers_protocol(readings: Readings) -> Section:
    """recall@1 by primary genre among posters of other films, averaged over genres, with training
    posters among the queries.

    Not evidence of generalisation: most queries were learned from. It stands here only because
    the paper's .977 was measured so.
    """
    rng = np.random.default_rng(0)
    rows = np.flatnonzero(readings.truth.any(1))
    if not len(rows):
        return {}
    queries = rng.choice(rows, min(6000, len(rows)), replace=False)
    primary = evaluation.primary_genres(readings.truth, readings.truth[readings.rows("train")])
    films = np.unique([example.film for example in readings.examples], return_inverse=True)[1]
    most = int(np.bincount(films).max()) + 1  # a film's own may be the nearest
    near = evaluation.nearest(readings.embeddings[queries], readings.embeddings, "euclidean", most)
    other = films[near] != films[queries, None]
    first = near[np.arange(len(near)), other.argmax(axis=1)]
    hit = primary[first] == primary[queries]
    by_genre = [hit[primary[queries] == g].mean() for g in np.unique(primary[queries])]
    train = np.array([readings.examples[row].split == "train" for row in queries])
    section: Section = {
        "recall@1 averaged over genres, queries mostly from train": float(np.mean(by_genre))
    }
    for name, among in (("train", train), ("val and test", ~train)):
        if among.any():
            section[f"recall@1, queries from {name}"] = float(hit[among].mean())
    return section
