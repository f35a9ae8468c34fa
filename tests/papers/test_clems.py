from collections.abc import Callable

import numpy as np
import pytest

from papers.clems import LabelGraph, hamming_costs


def bundles(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """120 posters in three bundles, each with a set of genres of its own."""
    sets = np.array([[1, 0, 0, 1], [0, 1, 0, 0], [0, 1, 1, 0]], dtype=bool)
    kind = np.repeat(np.arange(3), 40)
    X = rng.normal(0, 0.2, (120, 6)) + 3 * np.eye(3, 6)[kind]
    return X.astype("f4"), sets[kind]


def test_points_of_the_label_graph_are_apart_by_the_root_of_the_cost() -> None:
    Y = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)] * 4, dtype=bool)
    learnt = LabelGraph(seed=0, trees=2).fit(np.arange(32.0)[:, None], Y)
    assert learnt.points is not None
    assert learnt.sets is not None
    # The corners of a cube: squared distances are Hamming costs exactly.
    apart = ((learnt.points[:, None] - learnt.points) ** 2).sum(-1)
    np.testing.assert_allclose(apart, hamming_costs(learnt.sets, learnt.sets), atol=0.01)


def test_rare_sets_are_learned_as_their_nearest_kept_one() -> None:
    X, Y = bundles(np.random.default_rng(3))
    Y[0] = [1, 1, 1, 1]
    learnt = LabelGraph(seed=0, trees=3, most_sets=3).fit(X, Y)
    assert learnt.sets is not None
    assert len(learnt.sets) == 3
    assert not learnt.sets.all(axis=1).any()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LabelGraph(seed=0, near=0), "at least 1"),
        (lambda: LabelGraph(seed=0).predict([[0.0]]), "call fit"),
    ],
)
def test_misuse_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
