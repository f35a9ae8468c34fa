"""The papers' networks as stages: as published where their weights can be had, and beside each the
same recipe on MobileNetV2 and from scratch, so labelled; and what is learned without genres."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.instruments.cached import stage
from benchmarks.papers.methods import (
    Features,
    Method,
    MethodOutcome,
    PaperPosters,
    by_k,
    fixed,
    slug,
)
from catalog.images import decode
from demo.films import films
from demo.poster import draw
from embedder.evaluation import primary_genres
from papers.autoencoder import Autoencoder, CodeConfig
from papers.clems import LabelGraph
from papers.mlknn import MLkNN
from papers.recipe_networks import RecipeClassifier, SingleGenreEmbedding
from papers.recipes import RECIPES, Recipe

WEIGHTS = "not run: needs the published weights"
HOURS = "not run: needs hours of a machine of its own"
MOBILE, SCRATCH = ", on MobileNetV2", ", from scratch"
MOBILE_FROZEN = 14
"""MobileNetV2's first layers, those before its last halving, in the place of VGG-16's blocks."""
SINGLE = "proxy-anchor, one genre"
SINGLE_RECIPE = Recipe("resnet50", epochs=20)
SINGLE_DIMENSIONS = 512
CODE = CodeConfig()
READ_AT_ONCE = 500
DRAWN = 12
"""Drawn posters that show what the autoencoder keeps of one."""


@dataclass(frozen=True)
class Course:
    """How a network is learned here, where it cannot be as its paper did.

    Attributes:
        weights: a file, or none, in the place of those the recipe names; posters: of train, to
        learn from; None: all. epochs: None: as many as the recipe has.
    """

    weights: str | None = None
    posters: int | None = None
    epochs: int | None = None

    def of(self, recipe: Recipe) -> Recipe:
        """The recipe, learned in this way; one from scratch stays so."""
        if self.weights is not None and recipe.weights != "none":
            recipe = replace(recipe, weights=self.weights)
        return replace(recipe, epochs=self.epochs or recipe.epochs)

    def options(self) -> str:
        """As one would ask for it on the command line."""
        asked = {"weights": self.weights, "learned": self.posters, "epochs": self.epochs}
        if self.weights not in (None, "none"):
            asked["weights"] = "FILE"
        return " ".join(f"--{name} {value}" for name, value in asked.items() if value is not None)

    def note(self, recipe: Recipe, rows: NDArray[np.int64]) -> str:
        """How a network was learned, for its row: `recipe` is what `of` gave."""
        start = "from scratch" if recipe.weights == "none" else "from ImageNet weights"
        size = f"{recipe.width}x{recipe.height}"
        return f"{start}, {len(rows):,} posters of {size}, {recipe.epochs} epochs"

    def rows(self, posters: PaperPosters) -> NDArray[np.int64]:
        """The training posters learned from."""
        if self.posters is None or self.posters >= len(posters.train):
            return posters.train
        rng = np.random.default_rng(posters.seed)
        return np.sort(rng.choice(posters.train, self.posters, replace=False))


def variants(name: str, recipe: Recipe) -> dict[str, Recipe]:
    """The recipe itself, and where it needs weights that may not be had, what stands beside it."""
    if recipe.weights == "none":
        return {name: recipe}
    mobile = replace(
        recipe,
        backbone="mobilenet_v2",
        whole=True,
        frozen=MOBILE_FROZEN if recipe.frozen else 0,
    )
    return {
        name: recipe,
        name + MOBILE: mobile,
        name + SCRATCH: replace(recipe, weights="none", frozen=0),
    }


CLASSIFIERS = {n: r for name, own in RECIPES.items() for n, r in variants(name, own).items()}
SINGLES = variants(SINGLE, SINGLE_RECIPE)


def why_not(name: str) -> str:
    """Why a network has no row."""
    recipe = (CLASSIFIERS | SINGLES)[name]
    known = recipe.weights == "none" or recipe.backbone == "mobilenet_v2"
    return HOURS if known else WEIGHTS


def classifier(name: str, course: Course) -> Method:
    """A network that learns genres from pixels."""

    def run(posters: PaperPosters) -> MethodOutcome:
        recipe, rows = course.of(CLASSIFIERS[name]), course.rows(posters)
        learned = RecipeClassifier(recipe)
        truth = posters.readings.truth
        learned.fit(_images(posters, rows, recipe), truth[rows])
        val, test = (
            np.concatenate([learned.predict_proba(part) for part in _parts(posters, asked, recipe)])
            for asked in (posters.val, posters.test)
        )
        return MethodOutcome(val, test, test > 0.5, course.note(recipe, rows))

    return run


@dataclass(frozen=True)
class _EmbeddedPosters:
    """Unit vectors float32[N, SINGLE_DIMENSIONS] of all posters, and how they were learned."""

    features: Features
    note: str


def single(name: str, posters: PaperPosters, course: Course | None = None) -> _EmbeddedPosters:
    """Of the metric-learning paper's network, learned by `course` unless an earlier run kept it;
    without a course, whatever an earlier run kept."""

    def run() -> dict[str, NDArray[np.generic]]:
        chosen = course or Course()
        recipe, rows = chosen.of(SINGLES[name]), chosen.rows(posters)
        truth = posters.readings.truth
        rows = rows[truth[rows].any(1)]  # a film of no known genre has none to stand for it
        learned = SingleGenreEmbedding(recipe, SINGLE_DIMENSIONS)
        primary = primary_genres(truth[rows], truth[posters.train])
        learned.fit(_images(posters, rows, recipe), primary)
        everything = np.arange(len(posters.readings.examples))
        parts = [learned.embeddings(part) for part in _parts(posters, everything, recipe)]
        note = chosen.note(recipe, rows)
        return {"features": np.concatenate(parts), "note": np.array(note)}

    kept = stage(
        posters.folder(name), slug(name), run, None if course is None else course.options()
    )
    return _EmbeddedPosters(kept["features"], str(kept["note"]))  # type: ignore[arg-type]


AUTOENCODER = "autoencoder"


def codes(posters: PaperPosters) -> Features:
    """The autoencoder's codes float32[N, code] of all posters."""
    return _autoencoder(posters)["features"]  # type: ignore[return-value]


def reconstructions(posters: PaperPosters) -> Image.Image | None:
    """Drawn posters above what the autoencoder makes of them, where it was learned. It never saw
    such posters; those it learned from are not ours to show."""
    if not posters.has(AUTOENCODER):
        return None
    kept = _autoencoder(posters)
    rows = [np.concatenate(list(kept[name]), axis=1) for name in ("drawn", "recalled")]
    return Image.fromarray(np.concatenate(rows).astype(np.uint8))


def _autoencoder(posters: PaperPosters) -> dict[str, NDArray[np.generic]]:
    def run() -> dict[str, NDArray[np.generic]]:
        X = posters.images(CODE.height, CODE.width)
        learned = Autoencoder(CODE).fit(X[posters.train])
        size = (CODE.width, CODE.height)
        drawn = np.stack([np.asarray(draw(film).resize(size)) for film in films(DRAWN)])
        return {
            "features": learned.codes(X),
            "drawn": drawn,
            "recalled": learned.reconstruct(drawn),
            "losses": np.array(learned.losses),
        }

    return stage(posters.folder(AUTOENCODER), AUTOENCODER, run)


CODED: dict[str, Method] = {
    "ML-KNN, autoencoder's code": by_k(MLkNN, codes),
    "label graph, autoencoder's code": fixed(lambda: LabelGraph(seed=0), codes),
}
"""Learned without genres; only where asked for by name, since the autoencoder takes a while."""


def _parts(
    posters: PaperPosters, rows: NDArray[np.int64], recipe: Recipe
) -> Iterator[NDArray[np.uint8]]:
    for start in range(0, len(rows), READ_AT_ONCE):
        yield _images(posters, rows[start : start + READ_AT_ONCE], recipe)


def _images(posters: PaperPosters, rows: NDArray[np.int64], recipe: Recipe) -> NDArray[np.uint8]:
    """uint8 [M, height, width, 3] of some posters; all of them at 224 x 224 would be 4.5 GB."""
    images = np.empty((len(rows), recipe.height, recipe.width, 3), np.uint8)
    for place, row in enumerate(rows):
        file = posters.readings.examples[row].path
        image = decode(file.read_bytes(), at_least=(recipe.width, recipe.height))
        resized = image.resize((recipe.width, recipe.height), Image.Resampling.BICUBIC)
        images[place] = np.asarray(resized)
    return images
