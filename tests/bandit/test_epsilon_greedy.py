import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandit import ArmStats, Choice, EpsilonGreedy, Policy, epsilon_after

ARMS = ("cosine", "euclidean", "manhattan")


def known_of(arm: str, value: float, rated: int) -> ArmStats:
    """Ratings, as many as told, whose mean is the value as nearly as can be."""
    good = round(rated * (1 + value) / 2)
    return ArmStats(arm, rated, rated, good=good, bad=rated - good)


def stats(values: Sequence[float], rated: int) -> list[ArmStats]:
    return [known_of(arm, value, rated) for arm, value in zip(ARMS, values, strict=True)]


def picks(policy: Policy, known: list[ArmStats], times: int, seed: int) -> list[Choice]:
    rng = random.Random(seed)
    return [policy.choose(known, rng) for _ in range(times)]


def test_epsilon_is_one_at_first_and_one_half_after_decay_ratings() -> None:
    policy = EpsilonGreedy(ARMS)
    assert policy.epsilon(0) == 1.0
    assert policy.epsilon(50) == 0.5
    assert policy.epsilon(450) == pytest.approx(0.1)


def test_epsilon_counts_ratings_over_all_arms() -> None:
    known = [ArmStats("a", 10, 10, good=8, bad=2), ArmStats("b", 40, 40, good=22, bad=18)]
    assert EpsilonGreedy(["a", "b"]).choose(known, random.Random(1)).epsilon == 0.5


def test_epsilon_near_zero_always_picks_the_best_arm() -> None:
    policy = EpsilonGreedy(ARMS, decay=1e-9)
    chosen = picks(policy, stats([0.1, 0.9, -1], rated=1000), 500, seed=2)
    assert {choice.arm for choice in chosen} == {"euclidean"}
    assert not any(choice.explored for choice in chosen)
    assert chosen[0].propensity == pytest.approx(1)


def test_ties_break_evenly() -> None:
    policy = EpsilonGreedy(ARMS, decay=1e-9)
    counts = Counter(choice.arm for choice in picks(policy, stats([0.5, 0.5, 0], 9), 4000, seed=3))
    assert set(counts) == {"cosine", "euclidean"}
    assert sum((n - 2000) ** 2 / 2000 for n in counts.values()) < 6.6  # chi-square, p > 0.01


def test_without_ratings_every_arm_is_as_likely() -> None:
    chosen = picks(EpsilonGreedy(ARMS), stats([0, 0, 0], rated=0), 6000, seed=4)
    counts = Counter(choice.arm for choice in chosen)
    assert all(choice.explored for choice in chosen)
    assert all(choice.propensity == pytest.approx(1 / 3) for choice in chosen)
    assert sum((counts[arm] - 2000) ** 2 / 2000 for arm in ARMS) < 9.2


@pytest.mark.parametrize("values", [(0.2, 0.7, 0.1), (0.4, 0.4, -0.5), (0, 0, 0), (-1, -1, -0.2)])
def test_propensity_is_the_frequency_with_which_the_arm_is_chosen(values: list[float]) -> None:
    times = 8000
    chosen = picks(EpsilonGreedy(ARMS), stats(values, rated=20), times, seed=5)
    counts = Counter(choice.arm for choice in chosen)
    for choice in {choice.arm: choice for choice in chosen}.values():
        assert counts[choice.arm] / times == pytest.approx(choice.propensity, abs=0.02)


def test_explored_is_as_frequent_as_epsilon() -> None:
    chosen = picks(EpsilonGreedy(ARMS), stats([0.2, 0.7, 0.1], rated=20), 8000, seed=6)
    assert sum(choice.explored for choice in chosen) / 8000 == pytest.approx(50 / 110, abs=0.02)


def test_exploring_may_land_on_the_best_arm() -> None:
    chosen = picks(EpsilonGreedy(ARMS), stats([0.2, 0.7, 0.1], rated=20), 500, seed=7)
    assert any(choice.explored and choice.arm == "euclidean" for choice in chosen)


def test_the_same_seed_chooses_the_same() -> None:
    policy, known = EpsilonGreedy(ARMS), stats([0.2, 0.7, 0.1], rated=20)
    assert picks(policy, known, 50, seed=8) == picks(policy, known, 50, seed=8)


def test_the_order_of_the_statistics_does_not_matter() -> None:
    policy, known = EpsilonGreedy(ARMS), stats([0.3, 0.3, 0.1], rated=20)
    assert picks(policy, known, 50, seed=9) == picks(policy, known[::-1], 50, seed=9)


@given(
    values=st.lists(st.sampled_from([-1, -0.5, 0, 1 / 3, 1]), min_size=1, max_size=6),
    rated=st.integers(0, 10_000),
    decay=st.floats(1e-3, 1e4),
)
def test_propensities_sum_to_one(values: list[float], rated: int, decay: float) -> None:
    arms = [f"arm{n}" for n in range(len(values))]
    known = [known_of(arm, value, rated) for arm, value in zip(arms, values, strict=True)]
    policy = EpsilonGreedy(arms, decay)

    class Pick(random.Random):
        """Leads the policy to one arm: explores, then takes the arm."""

        def __init__(self, arm: str) -> None:
            super().__init__()
            self.arm = arm

        def random(self) -> float:
            return 0.0

        def choice(self, seq: Any) -> Any:
            return self.arm

    propensities = [policy.choose(known, Pick(arm)).propensity for arm in arms]
    assert sum(propensities) == pytest.approx(1)
    assert all(0 < propensity <= 1 + 1e-12 for propensity in propensities)


@pytest.mark.parametrize("decay", [0, -1, float("nan"), float("inf")])
def test_an_unusable_decay_is_refused(decay: float) -> None:
    with pytest.raises(ValueError, match="decay"):
        EpsilonGreedy(ARMS, decay)


def test_a_negative_number_of_ratings_is_refused() -> None:
    with pytest.raises(ValueError, match="rated"):
        epsilon_after(-1)


def test_the_chances_of_all_arms_are_told_at_once() -> None:
    chances = EpsilonGreedy(ARMS, decay=20).propensities(stats([0.2, 0.2, 0], 20))
    # epsilon = 20 / 80: a twelfth for each arm, and half of the rest for each of the two best
    assert chances == pytest.approx(
        {"cosine": 1 / 12 + 3 / 8, "euclidean": 1 / 12 + 3 / 8, "manhattan": 1 / 12}
    )
