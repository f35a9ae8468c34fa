"""The papers' tables, in the papers' own metrics, from what each method says of our posters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.instruments.reporting import table
from benchmarks.papers.methods import FLOORS, OURS, MethodOutcome, PaperPosters
from embedder.training.data import decade_of
from genres import metrics
from genres.intervals import bootstrap
from genres.thresholds import above
from papers.ordinal import confusion_matrix

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
ROUNDS = 100
_HALF = 0.5
SETS: dict[str, Callable[[Bools, Bools], float]] = {
    "all match": metrics.all_match,
    "at least one": metrics.at_least_one_match,
    "binary accuracy": metrics.binary_accuracy,
    "Hamming loss": metrics.hamming_loss,
    "micro F1": metrics.micro_f1,
    "macro F1": metrics.macro_f1,
}
SCORES: dict[str, Callable[[Bools, Floats], float]] = {
    "mAP": metrics.mean_average_precision,
    "mean AUC": metrics.macro_auc,
    "categorical": metrics.categorical_accuracy,
    "top-5 categorical": metrics.top_k_categorical_accuracy,
}
SIX_SCORES = {name: SCORES[name] for name in ("mAP", "mean AUC")}
_LEAST = 40
"""Posters that a group needs to have a row."""


@dataclass(frozen=True)
class FilmView:
    """The posters and genres a table is about.

    Attributes:
        columns: of the readings' genres; val, test: rows among the posters of these splits.
    """

    columns: NDArray[np.int64]
    val: NDArray[np.int64]
    test: NDArray[np.int64]

    @classmethod
    def of(cls, posters: PaperPosters, names: Sequence[str] | None = None) -> FilmView:
        """All genres, or those named and only films that have one of them."""
        readings = posters.readings
        columns = np.array([readings.genre_names.index(n) for n in names or readings.genre_names])
        truth: Bools = np.any(readings.truth[:, columns], axis=1)
        return cls(columns, np.flatnonzero(truth[posters.val]), np.flatnonzero(truth[posters.test]))

    def among(self, rows: NDArray[np.int64]) -> FilmView:
        """The same of those test rows alone."""
        return FilmView(self.columns, self.val, np.intersect1d(self.test, rows))

    def truth(self, posters: PaperPosters) -> Bools:
        return posters.readings.truth[posters.test[self.test]][:, self.columns]

    def probabilities(self, found: MethodOutcome) -> Floats:
        return found.test[self.test][:, self.columns]

    def predicted(self, found: MethodOutcome) -> Bools:
        """By the method's own rule, which for most is a threshold of one half."""
        return found.predicted[self.test][:, self.columns]

    def tuned(self, posters: PaperPosters, found: MethodOutcome) -> Bools:
        """By thresholds of val: those with the best F1 there, or as the method chooses them."""
        known = posters.readings.truth[posters.val[self.val]][:, self.columns]
        limits = found.thresholds(known, found.val[self.val][:, self.columns])
        return above(self.probabilities(found), limits)


def sets_table(posters: PaperPosters, outcomes: Mapping[str, MethodOutcome], view: FilmView) -> str:
    """Predicted sets of genres against the true ones, by each method's own rule and tuned."""
    truth, rows = view.truth(posters), []
    for name, found in outcomes.items():
        for rule, said in (
            ("one half", view.predicted(found)),
            ("val", view.tuned(posters, found)),
        ):
            if name in FLOORS and rule == "val":
                continue  # a constant has no threshold to choose
            figures = [f"{measure(truth, said):.3f}" for measure in SETS.values()]
            rows.append([_titled(name, found), rule, *figures])
    return table(["method", "threshold", *SETS], rows)


def scores_table(
    posters: PaperPosters,
    outcomes: Mapping[str, MethodOutcome],
    view: FilmView,
    measures: Mapping[str, Callable[[Bools, Floats], float]] = SCORES,
) -> str:
    """Probabilities against the truth, with 95% bootstrap intervals of mAP."""
    truth, rows = view.truth(posters), []
    for name, found in outcomes.items():
        said = view.probabilities(found)
        low, high = _interval(metrics.mean_average_precision, truth, said)
        figures = [f"{measure(truth, said):.3f}" for measure in measures.values()]
        figures[0] += f" ({low:.3f}-{high:.3f})"
        rows.append([_titled(name, found), *figures])
    return table(["method", *measures], rows)


def leads(posters: PaperPosters, outcomes: Mapping[str, MethodOutcome], view: FilmView) -> str:
    """Whether our own reading leads each method, by intervals that do not overlap."""
    truth, ours = view.truth(posters), outcomes[OURS]
    rows = []
    for title, measure, take in (
        ("mAP", metrics.mean_average_precision, lambda found: view.probabilities(found)),
        ("micro F1, thresholds of val", metrics.micro_f1, lambda f: view.tuned(posters, f)),
    ):
        low, high = _interval(measure, truth, take(ours))
        others = {name: found for name, found in outcomes.items() if name not in (OURS, *FLOORS)}
        best = max(others, key=lambda name: measure(truth, take(others[name])))
        under, over = _interval(measure, truth, take(others[best]))
        verdict = "leads" if low > over else "level" if high >= under else "**behind**"
        ours_said, best_said = f"{low:.3f}-{high:.3f}", f"{under:.3f}-{over:.3f}"
        rows.append([title, ours_said, best, best_said, verdict])
    return table(["figure", "our own reading", "the best other method", "its", ""], rows)


def by_genre(posters: PaperPosters, found: MethodOutcome, view: FilmView) -> str:
    """Precision, recall and F1 of each genre at thresholds of val, and micro averages."""
    truth, said = view.truth(posters), view.tuned(posters, found)
    names = [posters.readings.genre_names[column] for column in view.columns]
    rows = []
    for name, true, predicted in zip(names, truth.T, said.T, strict=True):
        rows.append([name, *_prf(true, predicted), f"{true.sum():,}"])
    rows.append(["micro average", *_prf(truth.ravel(), said.ravel()), f"{truth.sum():,}"])
    return table(["genre", "precision", "recall", "F1", "films"], rows)


def groups(
    posters: PaperPosters,
    outcomes: Mapping[str, MethodOutcome],
    view: FilmView,
    kind: NDArray[np.str_],
) -> str:
    """Micro F1 (thresholds of val) and mAP of groups of test posters, named by `kind`."""
    rows = []
    for group in np.unique(kind):
        part = view.among(np.flatnonzero(kind == group))
        if len(part.test) >= _LEAST and group:
            truth = part.truth(posters)
            figures = [
                f"{metrics.micro_f1(truth, part.tuned(posters, found)):.3f} / "
                f"{metrics.mean_average_precision(truth, part.probabilities(found)):.3f}"
                for found in outcomes.values()
            ]
            rows.append([str(group), f"{len(part.test):,}", *figures])
    return table(["", "posters", *outcomes], rows)


def decades(posters: PaperPosters) -> NDArray[np.str_]:
    years = [posters.readings.examples[row].year for row in posters.test]
    return np.array(["" if year is None else f"{decade_of(year)}s" for year in years])


def numbers_of_genres(posters: PaperPosters) -> NDArray[np.str_]:
    counts = posters.readings.truth[posters.test].sum(axis=1)
    names = np.array(["", "1 genre", "2 genres", "3 genres", "4 genres or more"])
    named: NDArray[np.str_] = names[np.minimum(counts, 4)]
    return named


def top_one(posters: PaperPosters, outcomes: Mapping[str, MethodOutcome], view: FilmView) -> str:
    """How often the likeliest genre is one of the film's, and on films of one genre the genre."""
    truth = view.truth(posters)
    single = truth.sum(axis=1) == 1
    rows = []
    for name, found in outcomes.items():
        best = view.probabilities(found).argmax(axis=1)
        hit = truth[np.arange(len(truth)), best]
        rows.append([_titled(name, found), f"{hit.mean():.3f}", f"{hit[single].mean():.3f}"])
    return table(["method", "one of the film's", f"films of one ({single.sum():,})"], rows)


def major_confusion(posters: PaperPosters, found: MethodOutcome, view: FilmView) -> str:
    """Films of exactly one of the genres: true by row, likeliest by column."""
    truth = view.truth(posters)
    single = truth.sum(axis=1) == 1
    names = [posters.readings.genre_names[column] for column in view.columns]
    best = view.probabilities(found)[single].argmax(axis=1)
    counts = confusion_matrix(truth[single].argmax(axis=1), best, len(names))
    rows = [[name, *map(str, row)] for name, row in zip(names, counts.tolist(), strict=True)]
    return table(["true \\ likeliest", *names], rows)


def _prf(true: Bools, said: Bools) -> tuple[str, str, str]:
    hits = int((true & said).sum())
    precision, recall = hits / max(int(said.sum()), 1), hits / max(int(true.sum()), 1)
    f1 = 2 * hits / max(int(true.sum() + said.sum()), 1)
    return f"{precision:.2f}", f"{recall:.2f}", f"{f1:.2f}"


def _interval(
    measure: Callable[[Bools, NDArray[np.generic]], float],
    truth: Bools,
    said: NDArray[np.generic],
) -> tuple[float, float]:
    rng = np.random.default_rng(0)
    return bootstrap(lambda rows: measure(truth[rows], said[rows]), len(truth), rng, rounds=ROUNDS)


def _titled(name: str, found: MethodOutcome) -> str:
    return f"{name} ({found.note})" if found.note else name
