"""Whether what a search finds looks alike to people who graded it, and how likeness is calibrated.

    python -m benchmarks.likeness GRADES HOME --cache FOLDER [--write MODEL]

GRADES holds train.csv and dev.csv of `query,candidate,grade`: IMDb ids, and 0 bad, 1 okay, 2 good.
HOME is an instance with these films and an index; FOLDER keeps what was found. The likeness of
the model's card is checked on dev; where it has none, or to `--write` one into the card of a
model's folder, it is fitted on train, of which the model must not have learned. Writes
docs/benchmarks/likeness.md.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from benchmarks.instruments.reporting import machine, model_note, table, write_document
from benchmarks.likeness.graded import CHOSEN_ON_DEV, SHARES_OF_FIVE, Judged
from benchmarks.likeness.measures import RESAMPLED, EmbeddedPosters, calibration_error, over_queries
from benchmarks.likeness.restricting import by_arm, heeding, policies
from benchmarks.likeness.searched import SEARCHED_BY, Searched, searched
from embedder.card import load_model, save_model
from embedder.finishing.likeness import Grades, best_and_nothing, fit_likeness
from embedder.likeness import LikenessModel
from genres.intervals import mean_interval
from onesheet.base.home import Home
from onesheet.instance import Instance
from onesheet.recommending.restriction import SURE_ENOUGH

Floats = NDArray[np.float64]
SHOWN_ERROR = "calibration error, pairs shown"


@click.command()
@click.argument("grades", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("home", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--write", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dev-only", is_flag=True, help="Leave out train, which only a fit needs.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("docs/benchmarks/likeness.md"),
    show_default=True,
)
def main(
    grades: Path, home: Path, cache: Path, write: Path | None, dev_only: bool, out: Path
) -> None:
    """Measure what is found by the grades of people, and fit likeness to them."""
    instance = Instance(Home(home))
    opened = instance.opened()
    fitted = opened.embedder.card.likeness if write is None else None
    if dev_only and fitted is None:
        raise click.UsageError("--dev-only needs a model whose likeness is fitted already.")
    names = ("dev",) if dev_only else ("train", "dev")
    judged = {name: Judged.read(grades / f"{name}.csv", instance) for name in names}
    found = {name: searched(instance, each.queries, cache) for name, each in judged.items()}
    posters = EmbeddedPosters.of(opened.index, opened.embedder.card)
    graded = {name: posters.graded(judged[name], found[name]) for name in judged}
    model = fitted or fit_likeness(posters.parts, posters.embeddings, graded["train"])
    checked = _checked(posters, model, graded["dev"])
    if write is not None:
        model = dataclasses.replace(model, facts=_facts(judged, graded, checked))
        weights, card, _ = load_model(write)
        save_model(write, weights, dataclasses.replace(card, likeness=model))
    parts = [
        _opening(opened.embedder.fingerprint, judged, graded),
        *model_note(opened.embedder.fingerprint),
        _found(instance, judged["dev"], found["dev"]),
        _likeness(checked, model),
        *(heeding(instance, posters, model, judged[n], found[n], n) for n in judged),
        machine(),
    ]
    instance.close()
    write_document(out, parts)


def _opening(fingerprint: str, judged: dict[str, Judged], graded: dict[str, Grades]) -> str:
    counts = ", ".join(
        f"{len(judged[name].queries):,} queries and {len(each.grades):,} pairs of {name}"
        for name, each in graded.items()
    )
    return (
        "# Whether what is found looks alike\n\n"
        f"By pairs of real posters graded good, okay or bad: {counts}; model "
        f"`{fingerprint[:12]}`. The grades are those of a vision-language model in a designer's "
        f"role, a stand-in for people. {CHOSEN_ON_DEV} "
        "Each query is searched in the whole catalogue, itself and its copies left out. good@5 is "
        "the share of the graded among the five that are graded 1.5 or more, okay@5 0.5 or more; "
        "nDCG@5 has gain 2^grade - 1, ungraded as 0. Ungraded ones are left out of the shares. 95% "
        "intervals by bootstrap over queries."
    )


def _found(instance: Instance, judged: Judged, found: Searched) -> str:
    """What dev's queries find: every arm with and without restriction, and what users get."""
    rows = []
    for way, posters in (("all films", found.free), ("restricted", found.held)):
        arms = by_arm(judged, posters)
        for arm, worth in zip(SEARCHED_BY, arms, strict=True):
            rows.append([arm.value, way, *_cells(worth)])
    users = _default(policies(instance, judged, found))
    rows.append(["what users get: arms alike", "as by default", *_cells(users)])
    return "## What is found, dev\n\n" + table(["arm", "films", *SHARES_OF_FIVE], rows)


def _default(ways: dict[str, Floats]) -> Floats:
    return next(worth for name, worth in ways.items() if f"at least {SURE_ENOUGH} " in name)


def _cells(worth: Floats) -> list[str]:
    """Means of SHARES_OF_FIVE, their intervals beside those that have one."""
    cells = []
    for column, name in enumerate(SHARES_OF_FIVE):
        values = worth[:, column]
        values = values[~np.isnan(values)]
        if name.startswith("ungraded"):
            cells.append(f"{values.mean():.2f}")
            continue
        low, high = mean_interval(values, rounds=RESAMPLED)
        cells.append(f"{values.mean():.3f} ({low:.3f} to {high:.3f})")
    return cells


def _checked(
    posters: EmbeddedPosters, model: LikenessModel, graded: Grades
) -> dict[str, tuple[float, ...]]:
    """Figures of likeness on grades that it did not learn from, each with its interval if any."""
    chance = posters.likeness(model, graded.queries, graded.candidates)
    cosine, okay, shown = posters.cosines(graded), graded.okay, graded.shown
    made: dict[str, tuple[float, ...]] = {}

    def add(name: str, scores: Floats, where: NDArray[np.bool_], error: bool) -> None:
        rows = np.flatnonzero(where)

        def figure(some: NDArray[np.int64]) -> float:
            given, chances = okay[rows[some]], scores[rows[some]]
            return (
                calibration_error(chances, given) if error else float(roc_auc_score(given, chances))
            )

        low, high = over_queries(graded.queries[rows], figure)
        made[name] = figure(np.arange(len(rows))), low, high

    everything = np.ones(len(okay), np.bool_)
    add("AUC of okay, all graded pairs, cosine", cosine, everything, False)
    add("AUC of okay, all graded pairs, likeness", chance, everything, False)
    add("AUC of okay, pairs shown, cosine", cosine, shown, False)
    add("AUC of okay, pairs shown, likeness", chance, shown, False)
    add(SHOWN_ERROR, chance, shown, True)
    add("calibration error, all graded pairs", chance, everything, True)
    ones, others, alike = posters.with_random(graded)
    made["calibration error, graded and random pairs"] = (
        calibration_error(posters.likeness(model, ones, others), alike),
    )
    best, nothing = best_and_nothing(chance[shown], graded)
    said = best < (model.nothing or 0.0)
    made["queries"] = (float(len(best)),)
    made["nothing much like it, said"] = (float(said.sum()),)
    made["nothing much like it, true"] = (float(nothing.sum()),)
    made["nothing much like it, rightly said"] = (float((said & nothing).sum()),)
    return made


def _facts(
    judged: dict[str, Judged], graded: dict[str, Grades], checked: dict[str, tuple[float, ...]]
) -> dict[str, object]:
    """What the card tells of the grades; `/about` reads `graded_by` and `ece_shown`."""
    return {
        "graded_by": "a vision-language model in a designer's role, a stand-in for people",
        "pairs": {name: len(each.grades) for name, each in graded.items()},
        "queries": {name: len(each.queries) for name, each in judged.items()},
        "ece_shown": round(checked[SHOWN_ERROR][0], 4),
        "dev": {name: round(values[0], 4) for name, values in checked.items()},
    }


def _likeness(checked: dict[str, tuple[float, ...]], model: LikenessModel) -> str:
    rows = [
        [name, f"{value[0]:.3f}" + (f" ({value[1]:.3f} to {value[2]:.3f})" if value[1:] else "")]
        for name, value in checked.items()
        if name.startswith(("AUC", "calibration"))
    ]
    said, true, right, queries = (
        int(checked[name][0])
        for name in (
            "nothing much like it, said",
            "nothing much like it, true",
            "nothing much like it, rightly said",
            "queries",
        )
    )
    if model.nothing is None:
        sentence = (
            "No threshold is right often enough where it was fitted: the sentence is never said. "
            f"It would be true of {true} of {queries} queries."
        )
    else:
        share = f"precision {right / said:.2f}, recall {right / true:.2f}" if said else "never said"
        sentence = (
            f"Below {model.nothing} at best: said of {said} of {queries} queries, true of {true}, "
            f"rightly said of {right}: {share}."
        )
    slopes = ", ".join(f"{part} {slope:.2f}" for part, slope in model.slopes.items())
    return (
        "## Likeness, dev\n\n"
        f"{table(['figure', 'value'], rows)}\n\n"
        f"Slopes of the parts' weighted cosines: {slopes}; offset {model.offset:.2f}. Words: very "
        f"like from {model.very_like}, like from {model.like}.\n\n"
        '"Nothing here looks much like it" '
        f"(nothing good and at most one in five okay): {sentence}"
    )


if __name__ == "__main__":
    main()
