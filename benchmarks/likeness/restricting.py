"""What may be among the five: restricted always, where the reading is sure, re-ranked, or never."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.instruments.reporting import table
from benchmarks.likeness.graded import FIRST_FIVE, SHARES_OF_FIVE, Judged
from benchmarks.likeness.measures import EmbeddedPosters, expected_okay
from benchmarks.likeness.searched import SEARCHED_BY, Searched
from embedder.likeness import LikenessModel
from onesheet.instance import Instance
from onesheet.recommending.restriction import SURE_ENOUGH

Floats = NDArray[np.float64]
LEAST_LIKELY = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
GENRE_WEIGHTS = (0.25, 0.5, 1.0, 2.0)


def by_arm(judged: Judged, found: NDArray[np.int64]) -> list[Floats]:
    """The worth of what every arm finds, poster ids int64[Q, A, K]: float64[Q, 4] each."""
    return [judged.worth(found[:, arm, :FIRST_FIVE].tolist()) for arm in range(len(SEARCHED_BY))]


def policies(instance: Instance, judged: Judged, found: Searched) -> dict[str, Floats]:
    """The worth under each way of restricting, mean over the arms: float64[Q, 4]."""
    free, held = (_mean(by_arm(judged, each)) for each in (found.free, found.held))
    sure = np.where(found.predicted, found.genres, 0).max(1)
    made = {"all films": free, "restricted": held}
    for least in LEAST_LIKELY:
        name = f"restricted where a predicted genre is at least {least} likely"
        made[name] = np.where((sure >= least)[:, None], held, free)
    promised = promise(instance, found)
    for weight in GENRE_WEIGHTS:
        ranked = reranked(found, promised, weight)
        made[f"genres re-rank, weight {weight}"] = _mean(by_arm(judged, ranked))
    return made


def promise(instance: Instance, found: Searched) -> Floats:
    """How likely the query is of a genre of each film found among all, float64[Q, A, 50]."""
    facets, names = instance.catalog.facets(), instance.opened().embedder.card.genres
    having = np.stack([facets.having.get(n, np.zeros(len(facets.poster_ids), bool)) for n in names])
    rows = np.searchsorted(facets.poster_ids, found.free).clip(max=len(facets.poster_ids) - 1)
    none = np.ones(found.free.shape)
    for genre, there in enumerate(having):
        none *= np.where(there[rows], 1 - found.genres[:, genre, None, None], 1.0)
    return np.asarray(1 - none)


def reranked(found: Searched, promised: Floats, weight: float) -> NDArray[np.int64]:
    """The films found among all, in the order of d / s(d) - weight p / s(p), each over its spread
    among the query's fifty: int64[Q, A, 50]."""
    order = found.apart / np.nanstd(found.apart, axis=2, keepdims=True)
    spread = np.maximum(promised.std(axis=2, keepdims=True), 1e-9)
    order = np.where(found.free < 0, np.inf, order - weight * promised / spread)
    return np.take_along_axis(found.free, order.argsort(axis=2, kind="stable"), axis=2)


def _mean(arms: Sequence[Floats]) -> Floats:
    return np.asarray(np.mean(arms, axis=0))


def heeding(
    instance: Instance,
    posters: EmbeddedPosters,
    model: LikenessModel,
    judged: Judged,
    found: Searched,
    name: str,
) -> str:
    """A section on every way of heeding the predicted genres, against none."""
    sure = np.where(found.predicted, found.genres, 0).max(1)
    promised = promise(instance, found)
    base, held = (expected_okay(posters, model, judged, each) for each in (found.free, found.held))
    gains = {"all films": base - base, "restricted": held - base}
    for least in LEAST_LIKELY:
        gains[f"restricted where a predicted genre is at least {least} likely"] = np.where(
            sure >= least, held - base, 0
        )
    for weight in GENRE_WEIGHTS:
        ranked = expected_okay(posters, model, judged, reranked(found, promised, weight))
        gains[f"genres re-rank, weight {weight}"] = ranked - base
    rows = []
    for way, worth in policies(instance, judged, found).items():
        gain = gains[way]
        error = 1.96 * gain.std() / np.sqrt(len(gain))
        means = [f"{np.nanmean(worth[:, column]):.3f}" for column in range(len(SHARES_OF_FIVE))]
        rows.append([way, *means, f"{gain.mean():+.4f} ± {error:.4f}"])
    reached = (sure >= SURE_ENOUGH).mean()
    return (
        f"## Heeding the predicted genres, {name}\n\nMean over the arms. The last column is the "
        "change of okay@5 against all films, ungraded ones counted by their likeness. A predicted "
        f"genre is at least {SURE_ENOUGH} likely for {reached:.1%} of the queries: the default.\n\n"
        + table(["way", *SHARES_OF_FIVE, "okay@5, all counted"], rows)
    )
