"""What choosing earned beside uniform picking, from the same ratings."""

import random

import pytest

from bandit.earnings import FEWEST, STRETCH, earnings


def test_without_ratings_there_is_nothing_to_tell() -> None:
    assert earnings([], [], 3) is None


@pytest.mark.parametrize(("count", "enough"), [(FEWEST - 1, False), (FEWEST, True)])
def test_few_ratings_are_told_to_be_too_few(count: int, enough: bool) -> None:
    found = earnings([1] * count, [1 / 3] * count, 3)
    assert found
    assert found.enough is enough


def test_picking_uniformly_is_its_own_estimate() -> None:
    found = earnings([1, 0, -1, 1], [1 / 3] * 4, 3)
    assert found
    assert found.uniform
    assert found.uniform.mean == pytest.approx(found.earned.mean) == pytest.approx(0.25)
    assert found.uniform.interval.low == pytest.approx(found.earned.interval.low)
    assert found.first is None
    assert found.last is None


def test_the_estimate_of_uniform_picking_covers_what_it_truly_earns() -> None:
    rng, covered, means = random.Random(3), 0, {"a": 0.6, "b": 0.0, "c": -0.3}
    chances = {"a": 0.8, "b": 0.1, "c": 0.1}
    for _ in range(200):
        picks = rng.choices(list(chances), list(chances.values()), k=400)
        rewards = [1 if rng.random() < (1 + means[arm]) / 2 else -1 for arm in picks]
        found = earnings(rewards, [chances[arm] for arm in picks], 3)
        assert found
        assert found.uniform
        covered += found.uniform.interval.low <= 0.1 <= found.uniform.interval.high
    assert covered >= 180


@pytest.mark.parametrize(
    ("propensity", "arms", "told"), [(1.0, 3, False), (0.99, 3, True), (1.0, 1, True)]
)
def test_of_uniform_picking_nothing_is_told_where_one_arm_alone_had_a_chance(
    propensity: float, arms: int, told: bool
) -> None:
    found = earnings([1] * FEWEST, [1 / 3] * (FEWEST - 1) + [propensity], arms)
    assert found
    assert (found.uniform is not None) is told


def test_the_first_and_the_last_stretch_stand_apart() -> None:
    rewards = [0] * STRETCH + [-1] + [1] * STRETCH
    found = earnings(rewards, [0.5] * len(rewards), 3)
    assert found
    assert (found.first, found.last) == (0.0, 1.0)
