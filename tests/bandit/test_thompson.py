import random

import pytest

from bandit import ArmStats, ThompsonSampling


def test_thompson_picks_each_arm_as_often_as_it_is_likely_the_best() -> None:
    known = [
        ArmStats("a", 9, 9, 5, 2, 2),
        ArmStats("b", 9, 9, 3, 3, 3),
        ArmStats("c", 3, 3, 1, 1, 1),
    ]
    policy, rng = ThompsonSampling(["a", "b", "c"], draws=20), random.Random(6)
    chosen = [policy.choose(known, rng) for _ in range(1500)]
    chances = policy.propensities(known)
    for arm, chance in chances.items():
        picked = [choice for choice in chosen if choice.arm == arm]
        assert len(picked) / len(chosen) == pytest.approx(chance, abs=0.03)
        assert all(choice.explored is (arm != "a") for choice in picked)
    assert all(0 < choice.propensity <= 1 for choice in chosen)


def test_inverse_propensities_of_thompson_weigh_every_arm_alike() -> None:
    """What off-policy estimates rest on: 1 / propensity of the picked arm is 1 on average."""
    known = [ArmStats("a", 9, 9, 5, 2, 2), ArmStats("b", 9, 9, 4, 2, 3)]
    policy, rng = ThompsonSampling(["a", "b"]), random.Random(8)
    chosen = [policy.choose(known, rng) for _ in range(1000)]
    for arm in "ab":
        weights = [1 / choice.propensity for choice in chosen if choice.arm == arm]
        assert sum(weights) / len(chosen) == pytest.approx(1, abs=0.1)


def test_an_arm_without_ratings_is_picked_to_learn() -> None:
    policy = ThompsonSampling(["a", "b"])
    chosen = [
        policy.choose([ArmStats("a", 2, 2, okay=2), ArmStats("b")], random.Random(seed))
        for seed in range(20)
    ]
    assert {(choice.arm, choice.explored) for choice in chosen} == {("a", False), ("b", True)}
