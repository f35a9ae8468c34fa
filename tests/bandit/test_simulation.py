import random
from collections.abc import Mapping

import pytest

from bandit import UCB1, EpsilonGreedy, Policy, ThompsonSampling, regret, replay, simulate
from bandit.simulation import RatedAnswer, SimulatedStep

MEANS = {"cosine": 0.1, "euclidean": 0.3, "manhattan": 0.6}


def play(
    steps: int, seed: int, means: Mapping[str, float] = MEANS, decay: float = 50.0
) -> list[SimulatedStep]:
    return list(simulate(EpsilonGreedy(list(means), decay), means, steps, random.Random(seed)))


def test_the_bandit_comes_to_prefer_the_best_arm() -> None:
    late = [step.arm for step in play(2000, seed=1)[1000:]]
    assert late.count("manhattan") / len(late) > 0.85


def test_learning_loses_less_than_playing_at_random() -> None:
    steps = play(1000, seed=2)
    at_random = 1000 * (0.6 - sum(MEANS.values()) / 3)
    assert steps[-1].regret < at_random / 2


@pytest.mark.parametrize("mean", [-1, -0.4, 0, 0.7, 1])
def test_rewards_are_ratings_whose_mean_is_the_arms(mean: float) -> None:
    rewards = [step.reward for step in play(6000, seed=3, means={"only": mean})]
    assert set(rewards) <= {-1, 0, 1}
    assert sum(rewards) / len(rewards) == pytest.approx(mean, abs=0.03)


def test_the_value_is_the_running_mean() -> None:
    value, count = dict.fromkeys(MEANS, 0.0), dict.fromkeys(MEANS, 0)
    for step in play(300, seed=4):
        count[step.arm] += 1
        value[step.arm] += (step.reward - value[step.arm]) / count[step.arm]
        assert {each.arm: each.value for each in step.stats} == pytest.approx(value)
        assert {each.arm: each.rated for each in step.stats} == count


def test_epsilon_falls_with_every_step() -> None:
    steps = play(100, seed=5)
    assert [step.epsilon for step in steps] == [50 / (n + 50) for n in range(100)]
    assert [step.number for step in steps] == list(range(1, 101))


def test_regret_adds_up_what_the_chosen_arms_fall_short() -> None:
    steps = play(200, seed=6)
    assert [step.regret for step in steps] == pytest.approx(
        list(regret(MEANS, (step.arm for step in steps)))
    )


@pytest.mark.parametrize("policy", [UCB1(list(MEANS)), ThompsonSampling(list(MEANS), draws=1)])
def test_other_policies_learn_as_well(policy: Policy) -> None:
    *_, last = simulate(policy, MEANS, 1500, random.Random(9))
    at_random = 1500 * (0.6 - sum(MEANS.values()) / 3)
    assert last.regret < at_random / 2


def test_where_all_arms_show_the_same_nothing_is_lost_and_each_gets_the_credit() -> None:
    policy = EpsilonGreedy(list(MEANS))
    *_, last = simulate(policy, MEANS, 60, random.Random(10), agreement=1.0, shared=True)
    assert last.regret == 0
    assert [each.credits for each in last.stats] == [60, 60, 60]
    assert sum(each.rated for each in last.stats) == 60
    *_, alone = simulate(policy, MEANS, 60, random.Random(10), agreement=1.0)
    assert sum(each.credits for each in alone.stats) == 60


def test_agreement_is_as_frequent_as_told() -> None:
    steps = list(
        simulate(UCB1(list(MEANS)), MEANS, 2000, random.Random(11), agreement=0.3, shared=True)
    )
    last = steps[-1]
    extra = sum(each.credits for each in last.stats) - 2000
    assert extra / 2 / 2000 == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize("agreement", [-0.1, 1.1])
def test_an_agreement_that_is_no_probability_is_refused(agreement: float) -> None:
    with pytest.raises(ValueError, match="agreement"):
        simulate(UCB1(list(MEANS)), MEANS, 5, random.Random(1), agreement=agreement)


def test_the_same_seed_plays_the_same() -> None:
    assert play(100, seed=7) == play(100, seed=7)


def test_no_steps_play_nothing() -> None:
    assert play(0, seed=8) == []


@pytest.mark.parametrize(
    ("means", "steps", "message"),
    [
        ({"cosine": 0.1}, 5, "do not match"),
        (MEANS | {"jaccard": 0}, 5, "do not match"),
        (MEANS | {"cosine": 1.5}, 5, "between -1 and 1"),
        (MEANS | {"cosine": float("nan")}, 5, "between -1 and 1"),
        (MEANS, -1, "steps"),
    ],
)
def test_misuse_is_refused_before_the_first_step(
    means: Mapping[str, float], steps: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        simulate(EpsilonGreedy(list(MEANS)), means, steps, random.Random(1))


BOTH = ("left", "right")
VERDICTS: list[RatedAnswer] = [
    {"left": {"left": (1, 0, 0)}, "right": {"right": (0, 1, 0)}},
    {"left": {"left": (0, 1, 0)}, "right": {"right": (0, 0, 1)}},
]


def test_a_replay_counts_what_each_answer_says_of_the_arm_shown() -> None:
    steps = list(replay(EpsilonGreedy(BOTH), VERDICTS, 400, random.Random(1)))
    left, right = steps[-1].stats
    assert [left.rated, right.rated] == [
        sum(step.arm == arm for step in steps) for arm in ("left", "right")
    ]
    assert (left.bad, right.good) == (0, 0)
    assert (left.credits, right.credits) == (left.rated, right.rated)
    assert left.value == pytest.approx(0.5, abs=0.1)
    assert left.rated > 2 * right.rated


def test_in_a_replay_one_answer_may_count_several_times_and_for_arms_not_shown() -> None:
    films: RatedAnswer = {
        "left": {"left": (2, 1, 2), "right": (1, 0, 0)},
        "right": {"right": (3, 0, 2), "left": (1, 0, 0)},
    }
    *_, last = replay(EpsilonGreedy(BOTH), [films], 50, random.Random(2))
    left, right = last.stats
    assert left.rated + right.rated == left.shown + right.shown == 50
    assert left.credits == 5 * left.rated + right.rated
    assert right.good == 3 * right.rated + left.rated


@pytest.mark.parametrize(
    ("answers", "steps"),
    [
        ([], 5),
        (VERDICTS, -1),
        ([{"left": {"left": (1, 0, 0)}}], 5),
        ([{"left": {"middle": (1, 0, 0)}, "right": {}}], 5),
    ],
)
def test_a_replay_refuses_answers_of_other_arms(answers: list[RatedAnswer], steps: int) -> None:
    with pytest.raises(ValueError, match="answer"):
        replay(EpsilonGreedy(BOTH), answers, steps, random.Random(1))
