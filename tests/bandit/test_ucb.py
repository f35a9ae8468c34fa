import math
import random

import pytest

from bandit import UCB1, ArmStats

ARMS = ("a", "b", "c")


def test_bounds_are_the_value_and_a_doubt_that_falls_with_the_ratings() -> None:
    known = [
        ArmStats("a", 8, 8, good=6, bad=2),
        ArmStats("b", 2, 2, okay=2),
        ArmStats("c", 6, 6, bad=6),
    ]
    # 16 ratings: ln 16 = 2.7726, so 2 sqrt(2 ln 16 / n) is 1.6651 at 8, 3.3302 at 2, 1.9227 at 6
    assert UCB1(ARMS).bounds(known) == pytest.approx(
        {"a": 0.5 + 1.6651, "b": 3.3302, "c": -1 + 1.9227}, abs=1e-4
    )


def test_the_arm_with_the_highest_bound_is_picked_for_certain_though_another_did_better() -> None:
    known = [ArmStats("a", 8, 8, good=6, bad=2), ArmStats("b", 2, 2, okay=2)]
    choice = UCB1(["a", "b"]).choose(known, random.Random(1))
    assert (choice.arm, choice.explored) == ("b", True)
    assert (choice.epsilon, choice.propensity) == (0, 1)
    assert UCB1(["a", "b"]).propensities(known) == {"a": 0, "b": 1}


def test_an_arm_that_did_best_and_could_be_best_is_no_exploration() -> None:
    known = [ArmStats("a", 9, 9, good=9), ArmStats("b", 9, 9, bad=9)]
    choice = UCB1(["a", "b"]).choose(known, random.Random(1))
    assert (choice.arm, choice.explored) == ("a", False)


def test_arms_without_ratings_come_first_and_share_their_chance() -> None:
    known = [ArmStats("a", 1, 1, good=1), ArmStats("b"), ArmStats("c", 4)]
    policy = UCB1(ARMS)
    assert policy.propensities(known) == {"a": 0, "b": 0.5, "c": 0.5}
    chosen = [policy.choose(known, random.Random(seed)) for seed in range(40)]
    assert {choice.arm for choice in chosen} == {"b", "c"}
    assert {choice.propensity for choice in chosen} == {0.5}


def test_an_arm_without_ratings_is_picked_to_learn_though_none_has_a_higher_value() -> None:
    for known in ([ArmStats("a"), ArmStats("b")], [ArmStats("a", 1, 1, bad=1), ArmStats("b")]):
        assert UCB1(["a", "b"]).choose(known, random.Random(1)).explored


def test_shared_ratings_count_for_the_doubt_but_not_for_the_time() -> None:
    known = [ArmStats("a", 4, 4, good=4), ArmStats("b", 0, 0, good=4)]
    doubt = 2 * math.sqrt(2 * math.log(4) / 4)
    assert UCB1(["a", "b"]).bounds(known) == pytest.approx({"a": 1 + doubt, "b": 1 + doubt})


def test_statistics_of_other_arms_are_refused() -> None:
    with pytest.raises(ValueError, match="do not match"):
        UCB1(ARMS).choose([ArmStats("a")], random.Random(1))
    with pytest.raises(ValueError, match="arms"):
        UCB1([])
