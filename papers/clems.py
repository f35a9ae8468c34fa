"""CLEMS: Huang and Lin, "Cost-sensitive label embedding for multi-label classification" (2017).

The benchmarking paper's label graph. Needs scikit-learn of the `train` extra.
"""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genres.classifier import Classifier
from genres.tables import Bools, Floats, features, fitted, labels
from genres.thresholds import above
from papers.powerset import label_sets


class LabelGraph(Classifier):
    """Label vectors become points as far apart as the cost of taking one for the other.

    1. Multidimensional scaling puts the distinct label vectors of training into `dimensions`
       dimensions, where squared distances are their Hamming costs (the paper's eq. 3; the cost is
       symmetric, so the paper's mirrored second half, made for costs that are not, falls away).
    2. A random forest learns the way from features to a poster's point.
    3. A poster's genres are those of the label vector nearest to where the forest puts it.

    The paper gives genres only. Here a genre's probability is the share of weight that it has
    among the `near` nearest label vectors, each weighing its training posters over its squared
    distance; `predict` at one half, the default, is the paper's rule.
    """

    def __init__(
        self,
        seed: int,
        *,
        dimensions: int | None = None,
        trees: int = 100,
        leaf: int = 5,
        near: int = 20,
        most_sets: int = 600,
        jobs: int = 1,
    ) -> None:
        if min(trees, leaf, near, most_sets) < 1 or (dimensions or 1) < 1:
            raise ValueError("dimensions, trees, leaf, near and most_sets must be at least 1")
        self.seed, self.dimensions, self.trees, self.leaf = seed, dimensions, trees, leaf
        self.near, self.most_sets, self.jobs = near, most_sets, jobs
        self.sets: Bools | None = None
        self.points: Floats | None = None
        self._counts: NDArray[np.int64] | None = None
        self._forest: Any = None

    def fit(self, X: ArrayLike, Y: ArrayLike) -> Self:
        """Learn from X float[N, D] and Y [N, C].

        Only the `most_sets` commonest label vectors are embedded: scaling takes the cube of their
        number. Posters with a rarer one are learned from as having the nearest of these.
        """
        from sklearn.ensemble import RandomForestRegressor

        points, known = features(X), labels(Y, rows=len(X))  # type: ignore[arg-type]
        sets, _, places = label_sets(known)
        kept = sets[: self.most_sets]
        home = hamming_costs(sets, kept).argmin(axis=1)[places]
        self.sets, self._counts = kept, np.bincount(home, minlength=len(kept))
        self.points = self._scaled(kept)
        self._forest = RandomForestRegressor(
            self.trees,
            min_samples_leaf=self.leaf,
            max_features="sqrt",
            random_state=self.seed,
            n_jobs=self.jobs,
        ).fit(points, self.points[home])
        return self

    def predict_proba(self, X: ArrayLike) -> Floats:
        nearest, distances = self._nearest(X)
        weights = fitted(self._counts)[nearest] / (distances**2 + 1e-3)
        weights /= weights.sum(axis=1, keepdims=True)
        shares: Floats = np.einsum("bk,bkc->bc", weights, fitted(self.sets)[nearest])
        return np.clip(shares, 0.0, 1.0)

    def predict(self, X: ArrayLike, threshold: float | ArrayLike = 0.5) -> Bools:
        """The genres of the nearest label vector, bool[B, C]; at another threshold by genre."""
        if not np.array_equal(threshold, 0.5):
            return above(self.predict_proba(X), threshold)
        nearest, _ = self._nearest(X)
        chosen: Bools = fitted(self.sets)[nearest[:, 0]]
        return chosen

    def _nearest(self, X: ArrayLike) -> tuple[NDArray[np.int64], Floats]:
        """Places int64[B, near] of the nearest label vectors, nearest first, and distances."""
        points = fitted(self.points)
        placed = np.asarray(self._forest.predict(features(X)), dtype=np.float64)
        squares = (placed**2).sum(1)[:, None] - 2 * placed @ points.T + (points**2).sum(1)
        order = np.argsort(squares, axis=1, kind="stable")[:, : self.near]
        found = np.take_along_axis(squares, order, axis=1)
        return order.astype(np.int64), np.sqrt(np.maximum(found, 0.0))

    def _scaled(self, sets: Bools) -> Floats:
        """Points [S, dimensions] whose distances are the roots of the costs, as nearly as can be.

        It starts from the principal components of the label vectors: in as many dimensions as
        there are genres they are the solution already, in fewer nearly so.
        """
        from sklearn.manifold import MDS

        dimensions = self.dimensions or sets.shape[1]
        centred = sets / np.sqrt(sets.shape[1])
        centred = centred - centred.mean(axis=0)
        left, lengths, _ = np.linalg.svd(centred, full_matrices=False)
        start = np.zeros((len(sets), dimensions))
        width = min(dimensions, len(lengths))
        start[:, :width] = left[:, :width] * lengths[:width]
        if len(sets) == 1:
            return start
        scaling = MDS(dimensions, metric="precomputed", n_init=1, init="random", max_iter=100)
        costs = np.sqrt(hamming_costs(sets, sets))
        return np.asarray(scaling.fit_transform(costs, init=start), dtype=np.float64)


def hamming_costs(one: Bools, other: Bools) -> Floats:
    """The share of genres in which label vectors [S, C] and [T, C] differ, float64[S, T].

    >>> hamming_costs(np.array([[True, False]]), np.array([[True, True], [True, False]])).tolist()
    [[0.5, 0.0]]
    """
    a, b = one.astype(np.float64), other.astype(np.float64)
    shares: Floats = (a.sum(1)[:, None] + b.sum(1) - 2 * a @ b.T) / a.shape[1]
    return shares
