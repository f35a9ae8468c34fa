"""What choosing earned beside uniform picking, from the same ratings."""

import random
from dataclasses import asdict, astuple
from operator import mul

import pytest

from bandit import UCB1, ArmStats, Policy, Rating, ThompsonSampling
from bandit.earnings import FEWEST, STRETCH, earnings
from bandit.posterior import NORMAL_95
from tests.bandit.conftest import ARMS, Make, Statement, Store


def test_without_ratings_there_is_nothing_to_tell() -> None:
    assert earnings([], [], [], 3) is None


@pytest.mark.parametrize(
    ("rewards", "enough"),
    [
        ([0] + [1] * (FEWEST - 2), False),
        ([0] + [1] * (FEWEST - 1), True),
        ([1] * FEWEST, False),
        ([0] * FEWEST, False),
    ],
)
def test_few_ratings_and_ratings_all_alike_are_told_to_be_too_few(
    rewards: list[int], enough: bool
) -> None:
    found = earnings(rewards, [1 / 3] * len(rewards), [1.0] * len(rewards), 3)
    assert found
    assert found.enough is enough
    assert found.all_alike is (len(rewards) >= FEWEST and not enough)


def test_picking_uniformly_is_its_own_estimate() -> None:
    found = earnings([1, 0, -1, 1], [1 / 3] * 4, [1.0] * 4, 3)
    assert found
    assert found.uniform
    assert found.uniform.mean == pytest.approx(found.earned.mean) == pytest.approx(0.25)
    assert found.uniform.interval.low == pytest.approx(found.earned.interval.low)
    assert found.first is None
    assert found.last is None


def test_the_estimate_of_uniform_picking_covers_what_it_truly_earns() -> None:
    rng, covered, means = random.Random(3), 0, {"a": 0.6, "b": 0.0, "c": -0.3}
    chances, epsilon = {"a": 0.8, "b": 0.1, "c": 0.1}, 0.3
    for _ in range(200):
        picks = rng.choices(list(chances), list(chances.values()), k=400)
        rewards = [1 if rng.random() < (1 + means[arm]) / 2 else -1 for arm in picks]
        found = earnings(rewards, [chances[arm] for arm in picks], [epsilon] * len(picks), 3)
        assert found
        assert found.uniform
        covered += found.uniform.interval.low <= 0.1 <= found.uniform.interval.high
    assert covered >= 180


@pytest.mark.parametrize(
    ("propensity", "epsilon", "arms", "told"),
    [(1.0, 0.0, 3, False), (0.5, 0.0, 3, False), (0.99, 0.015, 3, True), (1.0, 0.0, 1, True)],
)
def test_of_uniform_picking_nothing_is_told_where_an_arm_may_have_had_no_chance(
    propensity: float, epsilon: float, arms: int, told: bool
) -> None:
    propensities = [1 / 3] * (FEWEST - 1) + [propensity]
    found = earnings([1] * FEWEST, propensities, [1.0] * (FEWEST - 1) + [epsilon], arms)
    assert found
    assert (found.uniform is not None) is told


@pytest.mark.parametrize("policy", [ThompsonSampling(ARMS), UCB1(ARMS)])
def test_of_uniform_picking_nothing_is_told_where_two_arms_shared_the_chances_of_a_bad_one(
    policy: Policy, store: Store, shown: Make
) -> None:
    known, rng = [ArmStats(arm, 9, 9, good=9) for arm in ARMS[:2]], random.Random(1)
    known.append(ArmStats(ARMS[2], 300, 300, bad=300))
    for _ in range(FEWEST):
        choice = policy.choose(known, rng)
        assert choice.arm != ARMS[2]
        assert choice.propensity < 1
        shown(rating=Rating.GOOD, **asdict(choice))
    found = store.earnings(ARMS, "model-1")
    assert found
    assert found.ratings == FEWEST
    assert found.uniform is None


def test_the_first_and_the_last_stretch_stand_apart() -> None:
    rewards = [0] * STRETCH + [-1] + [1] * STRETCH
    found = earnings(rewards, [0.5] * len(rewards), [0.75] * len(rewards), 3)
    assert found
    assert (found.first, found.last) == (0.0, 1.0)


def test_the_database_sums_the_ratings_of_which_the_stretches_alone_are_read(
    store: Store, shown: Make, statements: list[Statement]
) -> None:
    rng, count = random.Random(5), 2 * STRETCH + 7
    rewards, chances, epsilons = [], [], []
    for number in range(count):
        rating = [*Rating][min(2, rng.randrange(4 if number < STRETCH else 3))]
        chance, epsilon = rng.uniform(0.05, 0.95), rng.uniform(0.1, 0.9)
        shown(rating=rating, propensity=chance, epsilon=epsilon)
        rewards.append(rating.reward)
        chances.append(chance)
        epsilons.append(epsilon)
    statements.clear()
    found = store.earnings(ARMS, "model-1")
    assert all("GROUP BY" in sql or "LIMIT" in sql for sql, _ in statements)
    expected = earnings(rewards, chances, epsilons, 3)
    assert found
    assert expected
    assert found.uniform
    assert expected.uniform
    assert (found.ratings, found.first, found.last) == (count, expected.first, expected.last)
    for one, other in ((found.earned, expected.earned), (found.uniform, expected.uniform)):
        assert one.mean == pytest.approx(other.mean)
        assert astuple(one.interval) == pytest.approx(astuple(other.interval))


def test_the_spread_is_that_of_the_weighted_rewards() -> None:
    """By the formula over single ratings: the sum of squares of weight times distance."""
    rewards, chances = [1, 1, 0, -1, -1], [0.9, 0.3, 0.5, 0.1, 0.2]
    weights = [1 / (2 * chance) for chance in chances]
    whole = sum(weights)
    mean = sum(map(mul, weights, rewards)) / whole
    squares = sum((w * (r - mean)) ** 2 for w, r in zip(weights, rewards, strict=True))
    found = earnings(rewards, chances, [0.5] * 5, 2)
    assert found
    assert found.uniform
    assert found.uniform.mean == pytest.approx(mean)
    assert found.uniform.interval.high == pytest.approx(
        min(1, mean + NORMAL_95 * squares**0.5 / whole)
    )
