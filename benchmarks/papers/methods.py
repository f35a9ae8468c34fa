"""The papers' methods run on our posters, each stage kept in a folder outside the repository."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from benchmarks.instruments.cached import Arrays, stage
from catalog.images import NEAR_DUPLICATE, decode
from embedder.training.data import without_leaks
from genres import Classifier, MostFrequent, Prior, RandomGenres
from genres.metrics import hamming_loss
from genres.thresholds import best_thresholds, calibrated_thresholds
from onesheet.base.progress import progress_of
from onesheet.evaluation.poster_readings import Readings
from papers.clems import LabelGraph
from papers.knn import OneVsRestKNN
from papers.mlknn import MLkNN
from papers.powerset import LabelPowerset

Features = NDArray[np.float32]
Rows = NDArray[np.int64]

OUR_EMBEDDING = "our embedding"
"""In the name of every method that needs it."""
KS = (1, 3, 5, 7, 10, 15, 20, 30, 40, 50, 100)
"""The papers' own grid."""
TRIED = 4000
"""Training posters among which k is chosen: the choice needs no more, the method gets all."""
COMPONENTS = 128
"""Principal components that stand for pixels: searching 45,000 numbers a poster takes hours."""
NEIGHBOURS = 40
"""Of the split in time and of balancing, as the first paper found best."""
FITTED = 3000
"""Posters the components are found from."""


@dataclass(frozen=True)
class MethodOutcome:
    """What a method says of the posters of val and test, in the order of the readings.

    Attributes:
        val, test: float64 [N, C], probabilities; predicted: bool [N, C], its own rule on test;
        note: what was chosen for it; thresholds: how they follow from val's labels and
        probabilities.
    """

    val: NDArray[np.float64]
    test: NDArray[np.float64]
    predicted: NDArray[np.bool_]
    note: str
    thresholds: Callable[[ArrayLike, ArrayLike], NDArray[np.float64]] = best_thresholds


class PaperPosters:
    """Labels, splits and features of all posters; features are made when first asked for.

    What follows from our embedding is kept apart from the rest, by the fingerprint of the `model`:
    another one leaves pixels and the papers' networks as they are. Posters of train that are nearly
    one of val or test are left out.
    """

    def __init__(
        self, readings: Readings, cache: Path, model: str, subset: int | None, seed: int = 0
    ) -> None:
        self.readings, self.cache, self.seed = readings, cache, seed
        kept = set(without_leaks(readings.examples, NEAR_DUPLICATE)[0])
        train = readings.rows("train")
        train = train[[readings.examples[row] in kept for row in train]]
        if subset is not None and subset < len(train):
            train = np.sort(np.random.default_rng(seed).choice(train, subset, replace=False))
        self.train, self.val, self.test = train, readings.rows("val"), readings.rows("test")
        self._which = f"{len(train)}-{sha256(train.tobytes()).hexdigest()[:8]}"
        """The training posters: others of the same number taught other things."""
        self._methods = cache / f"methods-{self._which}"
        self._by_model = cache / model / self._methods.name

    def folder(self, name: str) -> Path:
        """Where a method's stage is kept."""
        return self._by_model if OUR_EMBEDDING in name else self._methods

    def has(self, name: str) -> bool:
        """Whether a method ran already."""
        return (self.folder(name) / f"{slug(name)}.npz").exists()

    def made_by(self, name: str) -> str:
        """The options a method ran with, where it ran with any."""
        with np.load(self.folder(name) / f"{slug(name)}.npz", allow_pickle=False) as kept:
            return str(kept["made_by"]) if "made_by" in kept.files else ""

    def embeddings(self) -> Features:
        return self.readings.embeddings

    def pixels(self, height: int, width: int) -> Features:
        """The posters' pixels by their first principal components, float32[N, COMPONENTS]."""
        name = f"pixels-{height}x{width}-{len(self.readings.examples)}-{self._which}"
        return stage(self.cache, name, lambda: self._reduced(height, width))["features"]  # type: ignore[return-value]

    def images(self, height: int, width: int) -> NDArray[np.uint8]:
        """All posters at one size, uint8 [N, height, width, 3]."""
        shape = (len(self.readings.examples), height, width, 3)
        images = np.empty(shape, dtype=np.uint8)
        with progress_of(f"Decoding to {width}x{height}") as progress:
            for row, example in enumerate(self.readings.examples):
                image = decode(example.path.read_bytes())
                images[row] = np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))
                progress(row + 1, len(images))
        return images

    def _reduced(self, height: int, width: int) -> Arrays:
        flat = self.images(height, width).reshape(len(self.readings.examples), -1)
        return principal(flat, np.random.default_rng(self.seed).permutation(self.train)[:FITTED])


def principal(flat: NDArray[np.uint8], fitted: Rows) -> Arrays:
    """Principal components of pixels uint8[N, P], found from the rows `fitted`; and the share of
    these rows' variance that they keep."""
    some = flat[fitted].astype(np.float32)
    mean = some.mean(axis=0)
    some -= mean
    values, vectors = np.linalg.eigh(some @ some.T)  # fewer posters than pixels
    kept = slice(-COMPONENTS, None)
    axes = some.T @ vectors[:, kept] / np.sqrt(np.maximum(values[kept], 1e-6))
    parts = [
        (flat[start : start + 500].astype(np.float32) - mean) @ axes
        for start in range(0, len(flat), 500)
    ]
    share = values[kept].sum() / values.sum()
    return {"features": np.concatenate(parts).astype(np.float32), "kept": np.array(share)}


Method = Callable[[PaperPosters], MethodOutcome]


def fixed(make: Callable[[], Classifier], features: Callable[[PaperPosters], Features]) -> Method:
    """A method without anything to choose."""

    def run(posters: PaperPosters) -> MethodOutcome:
        return _outcome(make(), posters, features(posters), "")

    return run


def by_k(make: Callable[[int], Classifier], features: Callable[[PaperPosters], Features]) -> Method:
    """A method of k neighbours, k with the lowest Hamming loss on val, as the paper chose it."""

    def run(posters: PaperPosters) -> MethodOutcome:
        X, truth = features(posters), posters.readings.truth
        rng = np.random.default_rng(posters.seed)
        some = rng.permutation(posters.train)[:TRIED]
        asked = rng.permutation(posters.val)[: TRIED // 4]
        losses = {
            k: hamming_loss(truth[asked], make(k).fit(X[some], truth[some]).predict(X[asked]))
            for k in KS
            if k < len(some)
        }
        best = min(losses, key=losses.__getitem__)
        return _outcome(make(best), posters, X, f"k = {best}")

    return run


def _outcome(method: Classifier, posters: PaperPosters, X: Features, note: str) -> MethodOutcome:
    method.fit(X[posters.train], posters.readings.truth[posters.train])
    val, test = X[posters.val], X[posters.test]
    return MethodOutcome(
        method.predict_proba(val), method.predict_proba(test), method.predict(test), note
    )


def _pixels64(posters: PaperPosters) -> Features:
    return posters.pixels(64, 64)


def _pixels150(posters: PaperPosters) -> Features:
    return posters.pixels(150, 100)


def _embeddings(posters: PaperPosters) -> Features:
    return posters.embeddings()


PAPER_METHODS: dict[str, Method] = {
    "random genres": fixed(lambda: RandomGenres(seed=0), _embeddings),
    "prior": fixed(Prior, _embeddings),
    "the commonest genre": fixed(MostFrequent, _embeddings),
    "the two commonest genres": fixed(lambda: MostFrequent(2), _embeddings),
    "ML-KNN, our embedding": by_k(MLkNN, _embeddings),
    "one-versus-rest kNN, our embedding": by_k(OneVsRestKNN, _embeddings),
    "label powerset, our embedding": fixed(LabelPowerset, _embeddings),
    "label graph, our embedding": fixed(lambda: LabelGraph(seed=0), _embeddings),
    "ML-KNN, 64x64 pixels": by_k(MLkNN, _pixels64),
    "one-versus-rest kNN, 64x64 pixels": by_k(OneVsRestKNN, _pixels64),
    "label powerset, 64x64 pixels": fixed(LabelPowerset, _pixels64),
    "ML-KNN, 100x150 pixels": by_k(MLkNN, _pixels150),
    "one-versus-rest kNN, 100x150 pixels": by_k(OneVsRestKNN, _pixels150),
}
FLOORS = tuple(PAPER_METHODS)[:4]
OURS = "our own reading"


def outcome(
    name: str, posters: PaperPosters, method: Method | None = None, made_by: str | None = None
) -> MethodOutcome:
    """What a method says, from its file where it ran before; see `stage` for `made_by`."""
    if name == OURS:
        genres = posters.readings.genres.astype(np.float64)
        test = genres[posters.test]
        return MethodOutcome(genres[posters.val], test, test > 0.5, "", calibrated_thresholds)

    def run() -> Arrays:
        found = (method or PAPER_METHODS[name])(posters)
        return {
            "val": found.val,
            "test": found.test,
            "predicted": found.predicted,
            "note": np.array(found.note),
        }

    kept = stage(posters.folder(name), slug(name), run, made_by)
    return MethodOutcome(kept["val"], kept["test"], kept["predicted"], str(kept["note"]))  # type: ignore[arg-type]


def slug(name: str) -> str:
    """A stage's file name."""
    return "".join(c if c.isalnum() else "-" for c in name.casefold())


def votes(
    posters: PaperPosters, learned: np.ndarray, asked: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Thresholds of val, and the share of the nearest that have each genre."""
    X, truth = posters.embeddings(), posters.readings.truth
    votes = OneVsRestKNN(NEIGHBOURS).fit(X[learned], truth[learned])
    limits = best_thresholds(truth[posters.val], votes.predict_proba(X[posters.val]))
    return limits, votes.predict_proba(X[asked])
