"""A model's figures on held-out posters: everything a claim about it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from embedder import Embedder, evaluation
from embedder.gains import SCORE_CENTRES
from embedder.training.data import Example
from genres import metrics
from genres.intervals import bootstrap
from genres.thresholds import above
from onesheet.evaluation.poster_readings import Readings, Rows

Floats = NDArray[np.float64]
Found = Mapping[str, Rows]

SIX = ("Action", "Comedy", "Drama", "Horror", "Romance", "Thriller")


@dataclass(frozen=True)
class Figure:
    """A figure with its 95% bootstrap interval over the queries."""

    value: float
    low: float
    high: float


class Trial:
    """Queries of one split against the posters of train, near-duplicates of queries left out.

    Args:
        near_duplicate: perceptual hashes so many bits apart or fewer are near-duplicates.

    Raises:
        ValueError: no poster of train is left.
    """

    def __init__(self, readings: Readings, split: str, near_duplicate: int, seed: int = 0) -> None:
        self.readings, self.seed = readings, seed
        self.queries = readings.rows(split)
        train = readings.rows("train")
        held = readings.hashes[self.queries]
        clean = [
            int(np.bitwise_count(held ^ readings.hashes[row]).min()) > near_duplicate
            for row in train
        ]
        self.gallery: Rows = train[clean]
        if not len(self.gallery):
            raise ValueError(
                f"every poster of train is nearly one of {split}: nothing is left to find"
            )
        evaluation.check_gallery(
            [readings.examples[row].film for row in self.queries],
            held,
            [readings.examples[row].film for row in self.gallery],
            readings.hashes[self.gallery],
            near_duplicate,
        )

    def figure(self, values: Floats) -> Figure:
        """The mean of per-query values."""
        return self.statistic(lambda rows: float(values[rows].mean()), len(values))

    def statistic(self, measure: Callable[[Rows], float], count: int) -> Figure:
        """A figure of the rows 0..count-1 that is no mean of per-row values.

        `measure` may be NaN of rows drawn again and again, not of all as they are."""
        rng = np.random.default_rng(self.seed)
        low, high = bootstrap(measure, count, rng, rounds=400)
        return Figure(measure(np.arange(count)), low, high)

    def neighbours(self, metric: str, width: int = 100) -> Rows:
        """int64 [Q, width] rows of the gallery."""
        embeddings = self.readings.embeddings
        return evaluation.nearest(embeddings[self.queries], embeddings[self.gallery], metric, width)

    def retrieval(self, found: Rows, among: Rows | None = None) -> dict[str, Figure]:
        """Shared-genre and primary-genre figures of neighbours, of the queries `among`.

        Queries without a genre that the model knows are left out; where no other is left, there are
        no figures.
        """
        chosen = np.arange(len(self.queries)) if among is None else among
        truth = self.readings.truth
        chosen = chosen[truth[self.queries[chosen]].any(1)]
        if not len(chosen):
            return {}
        own, other, near = truth[self.queries[chosen]], truth[self.gallery], found[chosen]
        own_first = evaluation.primary_genres(own, other)
        other_first = evaluation.primary_genres(other, other)
        figures = {
            "P@1": evaluation.shared_genre_precision(own, other, near, 1),
            "P@5": evaluation.shared_genre_precision(own, other, near, 5),
            "Jaccard@5": evaluation.jaccard(own, other, near, 5),
            "Jaccard@10": evaluation.jaccard(own, other, near, 10),
            "MAP@R": evaluation.map_at_r(own, other, near),
        }
        for k in (1, 3, 5, 8):
            figures[f"recall@{k}"] = evaluation.recall_at(own_first, other_first, near, k)
            figures[f"majority@{k}"] = evaluation.majority_at(own_first, other_first, near, k)
        return {name: self.figure(values) for name, values in figures.items()}

    def reading(
        self, thresholds: Sequence[float], names: Sequence[str] | None = None
    ) -> dict[str, Figure]:
        """How well genres are read off, over all genres or those named.

        Only films that have one of them are queries. A figure that no film tells is left out.
        """
        readings = self.readings
        columns = [readings.genre_names.index(name) for name in names or readings.genre_names]
        truth = readings.truth[self.queries][:, columns]
        chosen = truth.any(1)
        if not chosen.any():
            return {}
        truth = truth[chosen]
        scores = readings.genres[self.queries][chosen][:, columns].astype(np.float64)
        predicted = above(scores, [thresholds[column] for column in columns])
        divided = (truth.any(0) & ~truth.all(0)).any()  # a genre of some films, not of all
        return {
            name: self.statistic(lambda rows, m=measure, x=x: m(truth[rows], x[rows]), len(truth))  # type: ignore[misc]
            for name, measure, x in (
                ("mAP", metrics.mean_average_precision, scores),
                ("macro AUC", _macro_auc, scores),
                ("micro F1", metrics.micro_f1, predicted),
                ("macro F1", metrics.macro_f1, predicted),
                ("Hamming loss", metrics.hamming_loss, predicted),
                ("all match", metrics.all_match, predicted),
                ("at least one match", metrics.at_least_one_match, predicted),
            )
            if divided or name != "macro AUC"
        }

    def score(self) -> dict[str, Figure]:
        """Score accuracy and RMSE, beside the majority bin and the constant of train; nothing where
        no query or no film of the gallery is rated."""
        ratings, known = self._ratings(self.queries), self._ratings(self.gallery)
        rated, known = ~np.isnan(ratings), known[~np.isnan(known)]
        if not rated.any() or not len(known):
            return {}
        ratings = ratings[rated]
        scores = self.readings.scores[self.queries][rated].astype(np.float64)
        bins, majority = _bins(ratings), np.bincount(_bins(known)).argmax()
        errors, floor = scores @ SCORE_CENTRES - ratings, known.mean() - ratings

        def rmse(wrong: Floats) -> Callable[[Rows], float]:
            return lambda rows: float(np.sqrt(np.mean(wrong[rows] ** 2)))

        def gained(rows: Rows) -> float:
            least = rmse(floor)(rows)
            return 1 - rmse(errors)(rows) / least if least else np.nan

        figures = {
            "accuracy": self.figure((scores.argmax(1) == bins).astype(np.float64)),
            "accuracy of the majority bin": self.figure((bins == majority).astype(np.float64)),
            "RMSE": self.statistic(rmse(errors), len(errors)),
            "RMSE of the constant": self.statistic(rmse(floor), len(errors)),
        }
        if floor.any():
            figures["RMSE below the constant"] = self.statistic(gained, len(errors))
        return figures

    def _ratings(self, rows: Rows) -> Floats:
        ratings = [self.readings.examples[row].rating for row in rows]
        return np.array([np.nan if rating is None else rating for rating in ratings])


def _bins(ratings: Floats) -> Rows:
    """Which of the five bins of 0-2 to 8-10 each rating falls in."""
    return np.minimum(ratings // 2, 4).astype(np.int64)


def _macro_auc(truth: ArrayLike, scores: ArrayLike) -> float:
    """`metrics.macro_auc`; NaN where each genre is all films' or none's, as may be of a few."""
    by_genre = metrics.auc(truth, scores)
    return float(np.nanmean(by_genre)) if (~np.isnan(by_genre)).any() else np.nan


def overlap(found: Found, k: int = 5) -> dict[str, float]:
    """Mean share of the first k that each pair of metrics has in common."""
    return {
        f"{a}-{b}": float(
            np.mean([len(np.intersect1d(x[:k], y[:k])) / k for x, y in zip(*pair, strict=True)])
        )
        for (a, b), pair in (((a, b), (found[a], found[b])) for a, b in combinations(found, 2))
    }


def sequel_ranks(
    readings: Readings, sequels: Mapping[str, Sequence[str]], metric: str
) -> list[int]:
    """For every film with sequels, by its last poster, the best rank of a poster of one among all
    posters of other films, from 1.

    Args:
        sequels: film to the films meant to look like it; those not in the readings are ignored.
    """
    at: defaultdict[str, list[int]] = defaultdict(list)
    for row, example in enumerate(readings.examples):
        at[example.film].append(row)
    ranks = []
    for film, others in sequels.items():
        wanted = [row for other in others for row in at.get(other, ())]
        if film in at and wanted:
            query = readings.embeddings[at[film][-1]]
            ranks.append(evaluation.rank_of(query, wanted, readings.embeddings, metric, at[film]))
    return ranks


def altered_ranks(
    embedder: Embedder,
    readings: Readings,
    trial: Trial,
    image: Callable[[Example], Image.Image],
    alteration: evaluation.Alteration,
    metric: str = "cosine",
) -> NDArray[np.int64]:
    """Rank of each query's original, put into the gallery for this alone, by an altered copy."""
    ranks = []
    gallery = readings.embeddings[trial.gallery]
    for start in range(0, len(trial.queries), 64):
        rows = trial.queries[start : start + 64]
        changed = [alteration.apply(image(readings.examples[row])) for row in rows]
        copies = embedder.read(changed).embeddings
        originals = readings.embeddings[rows]
        near = evaluation.nearest(copies, gallery, metric, 1)[:, 0]
        for copy, original, other in zip(copies, originals, gallery[near], strict=True):
            pair = np.stack([original, other])
            ranks.append(evaluation.rank_of(copy, [0], pair, metric))
    return np.array(ranks)
