import doctest
import random

import pytest

import bandit.epsilon_greedy
import bandit.simulation
from bandit import UCB1, EpsilonGreedy, ThompsonSampling, regret, simulate

MEANS = {"cosine": 0.1, "euclidean": 0.3, "manhattan": 0.6}


def play(steps, seed, means=MEANS, decay=50.0):
    return list(simulate(EpsilonGreedy(list(means), decay), means, steps, random.Random(seed)))


@pytest.mark.parametrize("module", [bandit.epsilon_greedy, bandit.simulation])
def test_the_examples_in_the_documentation_run(module):
    assert doctest.testmod(module) == doctest.TestResults(0, 1)


def test_the_bandit_comes_to_prefer_the_best_arm():
    late = [step.arm for step in play(2000, seed=1)[1000:]]
    assert late.count("manhattan") / len(late) > 0.85


def test_learning_loses_less_than_playing_at_random():
    steps = play(1000, seed=2)
    at_random = 1000 * (0.6 - sum(MEANS.values()) / 3)
    assert steps[-1].regret < at_random / 2


@pytest.mark.parametrize("mean", [-1, -0.4, 0, 0.7, 1])
def test_rewards_are_ratings_whose_mean_is_the_arms(mean):
    rewards = [step.reward for step in play(6000, seed=3, means={"only": mean})]
    assert set(rewards) <= {-1, 0, 1}
    assert sum(rewards) / len(rewards) == pytest.approx(mean, abs=0.03)


def test_the_value_is_the_running_mean():
    value, count = dict.fromkeys(MEANS, 0.0), dict.fromkeys(MEANS, 0)
    for step in play(300, seed=4):
        count[step.arm] += 1
        value[step.arm] += (step.reward - value[step.arm]) / count[step.arm]
        assert {each.arm: each.value for each in step.stats} == pytest.approx(value)
        assert {each.arm: each.rated for each in step.stats} == count


def test_epsilon_falls_with_every_step():
    steps = play(100, seed=5)
    assert [step.epsilon for step in steps] == [50 / (n + 50) for n in range(100)]
    assert [step.number for step in steps] == list(range(1, 101))


def test_regret_adds_up_what_the_chosen_arms_fall_short():
    steps = play(200, seed=6)
    assert [step.regret for step in steps] == pytest.approx(
        list(regret(MEANS, (step.arm for step in steps)))
    )


@pytest.mark.parametrize("policy", [UCB1(list(MEANS)), ThompsonSampling(list(MEANS), draws=1)])
def test_other_policies_learn_as_well(policy):
    *_, last = simulate(policy, MEANS, 1500, random.Random(9))
    at_random = 1500 * (0.6 - sum(MEANS.values()) / 3)
    assert last.regret < at_random / 2


def test_where_all_arms_show_the_same_nothing_is_lost_and_each_gets_the_credit():
    policy = EpsilonGreedy(list(MEANS))
    *_, last = simulate(policy, MEANS, 60, random.Random(10), agreement=1.0, shared=True)
    assert last.regret == 0
    assert [each.credits for each in last.stats] == [60, 60, 60]
    assert sum(each.rated for each in last.stats) == 60
    *_, alone = simulate(policy, MEANS, 60, random.Random(10), agreement=1.0)
    assert sum(each.credits for each in alone.stats) == 60


def test_agreement_is_as_frequent_as_told():
    steps = list(
        simulate(UCB1(list(MEANS)), MEANS, 2000, random.Random(11), agreement=0.3, shared=True)
    )
    last = steps[-1]
    extra = sum(each.credits for each in last.stats) - 2000
    assert extra / 2 / 2000 == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize("agreement", [-0.1, 1.1])
def test_an_agreement_that_is_no_probability_is_refused(agreement):
    with pytest.raises(ValueError, match="agreement"):
        simulate(UCB1(list(MEANS)), MEANS, 5, random.Random(1), agreement=agreement)


def test_the_same_seed_plays_the_same():
    assert play(100, seed=7) == play(100, seed=7)


def test_no_steps_play_nothing():
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
def test_misuse_is_refused_before_the_first_step(means, steps, message):
    with pytest.raises(ValueError, match=message):
        simulate(EpsilonGreedy(list(MEANS)), means, steps, random.Random(1))
