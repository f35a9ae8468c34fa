import random
from collections.abc import Sequence

import pytest

from bandit import ArmStats, EpsilonGreedy

ARMS = ("cosine", "euclidean", "manhattan")


@pytest.mark.parametrize("arms", [[], ["a", "a"], "cosine"])
def test_unusable_arms_are_refused(arms: Sequence[str]) -> None:
    with pytest.raises(ValueError, match="arms"):
        EpsilonGreedy(arms)


@pytest.mark.parametrize(
    "names", [[], ["cosine"], ["cosine", "euclidean", "jaccard"], [*ARMS, "cosine"]]
)
def test_statistics_of_other_arms_are_refused(names: Sequence[str]) -> None:
    known = [ArmStats(name) for name in names]
    with pytest.raises(ValueError, match="do not match"):
        EpsilonGreedy(ARMS).choose(known, random.Random(1))


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        ArmStats("cosine", bad=-1)


def test_the_value_is_the_mean_reward_of_the_ratings_that_count() -> None:
    assert ArmStats("cosine", 9, 5, good=3, okay=1, bad=1).value == 2 / 5
    assert ArmStats("cosine", 9, 0).value == 0
