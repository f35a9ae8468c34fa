"""Learning curves, genres, scores and neighbours: what a report tells of a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedder.networks.poster_network import SCORE_BINS, Outputs
from embedder.training import data


@dataclass(frozen=True)
class GenreFinding:
    """How well one genre is read off val: its share of films of any, average precision, best F1."""

    name: str
    share: float
    average_precision: float
    best_f1: float


@dataclass(frozen=True)
class RunFindings:
    """Figures of the val posters; `confusion` counts true by predicted score bin, int64 [5, 5]."""

    genres: tuple[GenreFinding, ...]
    confusion: NDArray[np.int64]


@dataclass(frozen=True)
class Pictured:
    """A poster small enough to travel inside the page."""

    title: str
    year: int | None
    genres: tuple[str, ...]
    jpeg: str  # a data URI


@dataclass(frozen=True)
class Retrieval:
    """A query and its nearest training posters, nearest first."""

    query: Pictured
    nearest: tuple[Pictured, ...]


def run_findings(outputs: Outputs, labels: data.Labels, rows: NDArray[np.int64]) -> RunFindings:
    """Figures of the posters of the given rows, whose outputs these are.

    Those of genres are of the posters that have one. F1 is at the threshold that suits these very
    posters best, so it flatters a little.
    """
    from sklearn.metrics import average_precision_score, precision_recall_curve

    known = labels.genres[rows].any(1)
    genres = []
    for column, name in enumerate(labels.genre_names):
        truth, logits = labels.genres[rows, column][known], outputs.genres[:, column].numpy()[known]
        if truth.any():
            precision, recall, _ = precision_recall_curve(truth, logits)
            f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
            average = float(average_precision_score(truth, logits))
            genres.append(GenreFinding(name, float(truth.mean()), average, float(f1.max())))
    ratings = labels.ratings[rows]
    rated = ~np.isnan(ratings)
    confusion = np.zeros((SCORE_BINS, SCORE_BINS), np.int64)
    true = np.minimum(ratings[rated] // 2, SCORE_BINS - 1).astype(np.int64)
    np.add.at(confusion, (true, outputs.scores.argmax(1).numpy()[rated]), 1)
    return RunFindings(tuple(genres), confusion)
