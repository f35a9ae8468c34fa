"""What thumbs of an instance's own people teach a composition part that no grades have taught.

    python -m benchmarks.thumbs GRADES HOME --cache FOLDER [--queries N] [--draws N]

GRADES is a folder with train.csv and dev.csv of `query,candidate,grade`: IMDb ids, and 0 bad,
1 okay, 2 good. HOME is an instance with these films; FOLDER keeps what was read. Writes
docs/benchmarks/thumbs.md.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from benchmarks.instruments.composed_views import ComposedViews
from benchmarks.instruments.reporting import machine, table, write_document
from benchmarks.likeness.graded import FIRST_FIVE, SHARES_OF_FIVE, Judged
from embedder.composing.fitting import ComposingConfig, LearningView, fit_own_maps
from embedder.composing.graded import graded_lists, read_grades
from embedder.finishing.likeness import OKAY
from embedder.training.data import Example
from genres.intervals import mean_interval
from onesheet.base.home import Home
from onesheet.evaluation.training_examples import training_examples
from onesheet.instance import Instance
from onesheet.learning.grades_export import GRADES

Floats = NDArray[np.float64]
JudgedFilms = Mapping[str, Mapping[str, float]]
"""Query: {candidate: grade}, by film ids."""
THUMBS_GIVEN = (250, 500)
"""Of thumbs given, besides as many as there can be."""
EVERY = 10**9


@dataclass(frozen=True)
class GradedCatalogue:
    """The posters that somebody graded for some queries, row by row; `view` is what the network
    sees of them."""

    films: list[str]
    train: NDArray[np.int64]
    view: LearningView
    judged: Mapping[str, Judged]
    """Of train and of dev, by rows."""

    @classmethod
    def of(
        cls, examples: list[Example], grades: Path, cache: Path, queries: int
    ) -> GradedCatalogue:
        there = {each.film for each in examples}
        known = {name: read_grades(grades / f"{name}.csv") for name in ("train", "dev")}
        drawn = sorted(known["train"])
        random.Random(0).shuffle(drawn)
        known["train"] = {query: known["train"][query] for query in drawn[:queries]}
        known = {name: _within(each, there) for name, each in known.items()}
        graded = {
            film for each in known.values() for q, pairs in each.items() for film in (q, *pairs)
        }
        kept = [each for each in examples if each.film in graded]
        view = ComposedViews(kept, cache, ComposingConfig()).read(mirrored=False)
        films = [each.film for each in kept]
        place = {film: row for row, film in enumerate(films)}
        judged = {
            name: Judged(
                {
                    place[q]: {place[f]: grade for f, grade in pairs.items()}
                    for q, pairs in each.items()
                }
            )
            for name, each in known.items()
        }
        train = np.flatnonzero([each.split == "train" for each in kept])
        return cls(films, train, view, judged)

    def learned(self, grades: JudgedFilms) -> torch.Tensor:
        """Embeddings of length one, float32 [N, D], once composition has learned from grades."""
        rows = torch.from_numpy(self.train)
        lists = graded_lists(grades, self.films, self.train)
        map_ = fit_own_maps([self.view], lists, rows, ComposingConfig())
        whole = torch.cat([self.view.fixed, self.view.directions @ map_], -1)
        return functional.normalize(whole, dim=-1)

    def fives(self, embeddings: torch.Tensor, name: str) -> list[list[int]]:
        """Rows of the five nearest to each query by cosine, itself left out."""
        queries = torch.tensor(self.judged[name].queries)
        cosines = embeddings[queries] @ embeddings.T
        cosines[torch.arange(len(queries)), queries] = -2
        found: list[list[int]] = cosines.topk(FIRST_FIVE, 1).indices.tolist()
        return found

    def worth(self, embeddings: torch.Tensor) -> Floats:
        """SHARES_OF_FIVE of each query of dev, float64[Q, 4]."""
        return self.judged["dev"].worth(self.fives(embeddings, "dev"))

    def thumbs(self, fives: list[list[int]], number: int, seed: int) -> dict[str, dict[str, float]]:
        """So many thumbs, on what was shown for queries drawn one after the other: up where a film
        is graded okay or better."""
        judged, left = self.judged["train"], number
        shown = list(zip(judged.queries, fives, strict=True))
        random.Random(seed).shuffle(shown)
        given: dict[str, dict[str, float]] = {}
        for query, five in shown:
            known = [each for each in five if each in judged.grades[query]][:left]
            left -= len(known)
            if known:
                given[self.films[query]] = {
                    self.films[each]: GRADES[judged.grades[query][each] >= OKAY] for each in known
                }
        return given


def _within(grades: JudgedFilms, films: set[str]) -> dict[str, dict[str, float]]:
    return {
        query: {film: grade for film, grade in pairs.items() if film in films}
        for query, pairs in grades.items()
        if query in films
    }


@click.command()
@click.argument("grades", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("home", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--queries", type=click.IntRange(min=1), default=200, show_default=True)
@click.option("--draws", type=click.IntRange(min=1), default=5, show_default=True)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("docs/benchmarks/thumbs.md"),
    show_default=True,
)
def main(grades: Path, home: Path, cache: Path, queries: int, draws: int, out: Path) -> None:
    """Let simulated thumbs teach a part made without grades, and measure it on dev."""
    instance = Instance(Home(home))
    examples = training_examples(instance.home, instance.catalog, instance.poster_files)
    instance.close()
    catalogue = GradedCatalogue.of(examples, grades, cache, queries)
    write_document(out, _document(catalogue, queries, draws))


def _document(catalogue: GradedCatalogue, queries: int, draws: int) -> Iterator[str]:
    yield "# What 500 thumbs teach"
    yield (
        f"Command: `python -m benchmarks.thumbs GRADES HOME --cache FOLDER --queries {queries} "
        f"--draws {draws}`. A composition part is made of the packaged network without any "
        f"grades. It shows its five for {len(catalogue.judged['train'].queries)} queries of train "
        f"among {len(catalogue.films):,} posters, all that are graded for them or for dev; each "
        "graded film of a five gets a thumb, up where it is graded okay or better. Composition "
        "then learns from the thumbs as `onesheet compose --judged` does, but for mirrored "
        "posters. The grades are a vision-language model's in a designer's role, a stand-in for "
        "people."
    )
    base = catalogue.learned({})
    before = catalogue.worth(base)
    fives = catalogue.fives(base, "train")
    rows = [["0", "", *(f"{np.nanmean(before[:, column]):.3f}" for column in range(4))]]
    for number in (*THUMBS_GIVEN, EVERY):
        given = [catalogue.thumbs(fives, number, seed) for seed in range(draws)]
        after = np.mean([catalogue.worth(catalogue.learned(each)) for each in given], axis=0)
        counts = [sum(map(len, each.values())) for each in given]
        lists = np.mean([len(each) for each in given])
        rows.append([f"{np.mean(counts):.0f}", f"{lists:.0f}", *_changed(before, after)])
    yield table(["thumbs", "on queries", *SHARES_OF_FIVE], rows)
    yield (
        f"Dev, {len(before)} queries: the first row as it is, below it what changes: the mean of "
        f"{draws} draws of queries, with its 95% interval by bootstrap over dev's queries. nDCG "
        "counts a film that nobody graded as nothing, so that whatever reaches for new films "
        "loses some."
    )
    yield machine()


def _changed(before: Floats, after: Floats) -> list[str]:
    cells = []
    for column in range(len(SHARES_OF_FIVE)):
        gains = (after - before)[:, column]
        gains = gains[~np.isnan(gains)]
        low, high = mean_interval(gains)
        cells.append(f"{gains.mean():+.3f} ({low:+.3f} to {high:+.3f})")
    return cells


if __name__ == "__main__":
    main()
