"""Fitting likeness from graded pairs whose true chances are known."""

import numpy as np
import pytest

from embedder.finishing.likeness import Grades, best_and_nothing, fit_likeness, random_pairs
from embedder.likeness import chances

PARTS = {"promise": 6, "look": 8, "composition": 4}
POSTERS, QUERIES, PAIRS = 400, 80, 40


@pytest.fixture(scope="module")
def posters() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(POSTERS, 18)).astype(np.float32)


@pytest.fixture(scope="module")
def grades(posters: np.ndarray) -> Grades:
    """Okay by the looks' first four columns alone, more so the more alike they are."""
    rng = np.random.default_rng(1)
    queries = np.repeat(np.arange(QUERIES), PAIRS)
    candidates = rng.integers(QUERIES, POSTERS, len(queries))
    seen = posters[:, 6:10] / np.linalg.norm(posters[:, 6:10], axis=1, keepdims=True)
    alike = (seen[queries] * seen[candidates]).sum(1)
    okay = rng.random(len(queries)) < 1 / (1 + np.exp(-6 * alike))
    return Grades(queries, candidates, okay.astype(float), np.ones(len(queries), np.bool_))


def test_it_finds_the_columns_that_people_look_at(posters: np.ndarray, grades: Grades) -> None:
    weights = np.array(fit_likeness(PARTS, posters, grades).weights)
    assert weights[6:10].min() > 2 * weights[10:14].max()
    assert weights[6:14].mean() == pytest.approx(1, rel=1e-3)


def test_its_chances_are_those_of_the_grades(posters: np.ndarray, grades: Grades) -> None:
    model = fit_likeness(PARTS, posters, grades)
    assert model.slopes.keys() == PARTS.keys()
    said = chances(model, PARTS, posters[grades.queries], posters[grades.candidates])
    for low, high in ((0.0, 0.25), (0.25, 0.75), (0.75, 1.0)):
        there = (said >= low) & (said < high)
        assert there.sum() > 100
        assert said[there].mean() == pytest.approx(grades.okay[there].mean(), abs=0.1)
    (itself,) = chances(model, PARTS, posters[0], posters[:1])
    assert itself > 0.9


def test_nothing_is_said_to_be_alike_where_nothing_is_good_and_one_in_five_okay() -> None:
    queries = np.array([0] * 5 + [1] * 5 + [2] * 5)
    given = np.array([1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 2, 0, 0, 0, 0.0])
    graded = Grades(queries, queries + 3, given, np.ones(15, np.bool_))
    best, nothing = best_and_nothing(np.linspace(0.1, 0.8, 15), graded)
    assert nothing.tolist() == [True, False, False]
    np.testing.assert_allclose(best, [0.3, 0.55, 0.8])


def test_no_poster_is_its_own_random_partner() -> None:
    asked, drawn = random_pairs(np.arange(3), 3)
    assert len(asked) == len(drawn) > 0
    assert (asked != drawn).all()
