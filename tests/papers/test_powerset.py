"""A method that predicts whole sets of genres: label powerset."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genres.classifier import Classifier
from papers.clems import LabelGraph
from papers.powerset import LabelPowerset, label_sets

METHODS: dict[str, Callable[[], Classifier]] = {
    "powerset": lambda: LabelPowerset(k=5),
    "label graph": lambda: LabelGraph(seed=0, trees=5),
}


def bundles(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """120 posters in three bundles, each with a set of genres of its own."""
    sets = np.array([[1, 0, 0, 1], [0, 1, 0, 0], [0, 1, 1, 0]], dtype=bool)
    kind = np.repeat(np.arange(3), 40)
    X = rng.normal(0, 0.2, (120, 6)) + 3 * np.eye(3, 6)[kind]
    return X.astype("f4"), sets[kind]


@pytest.mark.parametrize("method", METHODS)
def test_bundles_with_sets_of_their_own_are_told_apart(method: str) -> None:
    X, Y = bundles(np.random.default_rng(0))
    learnt = METHODS[method]().fit(X[::2], Y[::2])
    right = (learnt.predict(X[1::2]) == Y[1::2]).all(axis=1)
    assert right.mean() >= 0.95  # five trees may misplace a poster


@pytest.mark.parametrize("method", METHODS)
def test_only_sets_that_occur_are_predicted(method: str) -> None:
    rng = np.random.default_rng(1)
    Y = rng.random((80, 5)) < 0.4
    predicted = METHODS[method]().fit(rng.random((80, 4)), Y).predict(rng.random((60, 4)))
    known = {tuple(row) for row in Y.tolist()}
    assert {tuple(row) for row in predicted.tolist()} <= known


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=8)
@given(seed=st.integers(0, 2**32 - 1))
def test_probabilities_lie_between_0_and_1(method: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    Y = rng.random((40, 4)) < rng.random(4)
    given_ = METHODS[method]().fit(rng.normal(size=(40, 3)), Y).predict_proba(rng.random((9, 3)))
    assert given_.shape == (9, 4)
    assert ((given_ >= 0) & (given_ <= 1)).all()


def test_permuting_genres_permutes_a_powersets_probabilities() -> None:
    rng = np.random.default_rng(2)
    X, Y, asked = rng.random((50, 3)), rng.random((50, 4)) < 0.4, rng.random((20, 3))
    order = rng.permutation(4)
    plain = LabelPowerset(k=7).fit(X, Y).predict_proba(asked)
    permuted = LabelPowerset(k=7).fit(X, Y[:, order]).predict_proba(asked)
    np.testing.assert_allclose(permuted, plain[:, order])


def test_a_genres_probability_is_its_share_of_the_votes() -> None:
    X, Y = [[0.0], [1.0], [2.0], [3.0]], [[1, 0], [1, 1], [0, 1], [0, 1]]
    learnt = LabelPowerset(k=3).fit(X, Y)
    assert learnt.predict_proba([[0.9]]).tolist() == [pytest.approx([2 / 3, 2 / 3])]
    # One vote for each of three sets: {second} is the commonest in training.
    assert learnt.predict([[0.9]]).tolist() == [[False, True]]


def test_a_single_set_is_always_predicted() -> None:
    learnt = LabelGraph(seed=0, trees=2).fit(np.random.default_rng(0).random((9, 2)), [[1, 0]] * 9)
    assert learnt.predict([[0.3, 0.4]]).tolist() == [[True, False]]


def test_sets_are_counted_the_commonest_first() -> None:
    sets, counts, places = label_sets([[0, 1], [1, 1], [0, 1], [1, 0]])
    assert counts.tolist() == [2, 1, 1]
    np.testing.assert_array_equal(sets[places], [[0, 1], [1, 1], [0, 1], [1, 0]])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LabelPowerset(k=0), "at least 1"),
        (lambda: LabelPowerset(k=3).fit([[0.0]], [[1]]), "as many posters"),
        (lambda: LabelPowerset().predict_proba([[0.0]]), "call fit"),
    ],
)
def test_misuse_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
