import random
from collections import Counter
from collections.abc import Callable
from statistics import fmean, quantiles, variance

import pytest

from bandit import ArmStats, chances_of_best, credible_interval
from bandit.posterior import posterior_draw, winner


def test_the_interval_of_one_good_rating_is_worked_out_by_hand() -> None:
    # Dirichlet(2, 1, 1): mean 2/4 - 1/4 = 1/4; variance (3/4 - 1/16) / 5 = 0.1375; deviation 0.3708
    found = credible_interval(ArmStats("a", 1, 1, good=1))
    assert found.low == pytest.approx(0.25 - 1.96 * 0.3708, abs=1e-3)
    assert found.high == 1.0  # widened from 0.977 to hold the observed mean


def test_before_the_first_rating_nearly_everything_is_likely() -> None:
    found = credible_interval(ArmStats("a"))
    assert (found.low, found.high) == pytest.approx((-0.8, 0.8), abs=0.001)


@pytest.mark.parametrize("counts", [(5, 3, 2), (40, 10, 20), (0, 30, 0), (1, 1, 12)])
def test_draws_have_the_mean_variance_and_quantiles_of_the_interval(
    counts: tuple[int, int, int],
) -> None:
    good, okay, bad = counts
    arm = ArmStats("a", sum(counts), sum(counts), good, okay, bad)
    rng = random.Random(1)
    draws = [posterior_draw(arm, rng) for _ in range(20_000)]
    a, b, total = 1 + good, 1 + bad, 3 + sum(counts)
    mean = (a - b) / total
    assert fmean(draws) == pytest.approx(mean, abs=0.01)
    assert variance(draws) == pytest.approx(((a + b) / total - mean**2) / (total + 1), rel=0.06)
    cuts = quantiles(draws, n=40)
    found = credible_interval(arm)
    assert found.low == pytest.approx(cuts[0], abs=0.08)
    assert found.high == pytest.approx(cuts[-1], abs=0.08)


def test_the_true_mean_lies_in_the_interval_nineteen_times_in_twenty() -> None:
    rng = random.Random(2)
    inside, times = 0, 1500
    for _ in range(times):
        shares = [rng.gammavariate(1, 1) for _ in range(3)]
        good, okay, bad = (share / sum(shares) for share in shares)
        said = rng.choices("gob", weights=(good, okay, bad), k=25)
        found = credible_interval(
            ArmStats("a", 25, 25, said.count("g"), said.count("o"), said.count("b"))
        )
        inside += found.low <= good - bad <= found.high
    assert inside / times == pytest.approx(0.95, abs=0.02)


def test_arms_that_nobody_rated_are_equally_likely_the_best() -> None:
    chances = chances_of_best([ArmStats(name) for name in "abc"])
    assert chances == {name: pytest.approx(1 / 3, abs=1e-9) for name in "abc"}


@pytest.mark.parametrize("counts", [(0, 1, 0), (3, 0, 1), (900, 40, 2)])
def test_arms_with_the_same_ratings_are_equally_likely_the_best(
    counts: tuple[int, int, int],
) -> None:
    known = [ArmStats(name, sum(counts), sum(counts), *counts) for name in ("first", "last")]
    chances = chances_of_best([known[0], ArmStats("rated bad", 1, 1, bad=1), known[1]])
    assert chances["first"] == chances["last"] > chances["rated bad"]
    assert sum(chances.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    "counts",
    [
        ((30, 0, 0), (5, 0, 0), (0, 0, 1)),
        ((50, 5, 2), (8, 0, 0), (3, 3, 3)),
        ((3000, 500, 200), (2980, 500, 205), (0, 0, 0)),
        ((0, 500, 0), (1, 500, 0), (0, 1, 0)),
    ],
)
def test_an_arm_is_best_as_often_as_its_draws_win(counts: tuple[tuple[int, int, int], ...]) -> None:
    known = [
        ArmStats(name, sum(each), sum(each), *each)
        for name, each in zip("abc", counts, strict=True)
    ]
    rng = random.Random(3)
    wins = Counter(winner(known, rng) for _ in range(20_000))
    for arm, chance in chances_of_best(known).items():
        assert chance == pytest.approx(wins[arm] / 20_000, abs=0.012)


def test_one_good_against_one_bad_is_best_as_often_as_integrated() -> None:
    """P(X > Y) by summing over a grid of both shares' densities, 2 good and 2 bad of x + y < 1."""
    cells = [(x / 40 + 1 / 80, y / 40 + 1 / 80) for x in range(40) for y in range(40)]
    cells = [(x, y) for x, y in cells if x + y < 1]

    def means(weight: Callable[[float, float], float]) -> dict[int, float]:
        sums: dict[int, float] = {}
        for x, y in cells:
            sums[round(40 * (x - y))] = sums.get(round(40 * (x - y)), 0) + weight(x, y)
        total = sum(sums.values())
        return {mean: mass / total for mean, mass in sums.items()}

    liked, disliked = means(lambda x, y: x), means(lambda x, y: y)
    exact = sum(
        p * q * (1.0 if one > other else 0.5 if one == other else 0.0)
        for one, p in liked.items()
        for other, q in disliked.items()
    )
    known = [ArmStats("liked", 1, 1, good=1), ArmStats("disliked", 1, 1, bad=1)]
    assert chances_of_best(known)["liked"] == pytest.approx(exact, abs=0.003)


def test_nothing_observed_makes_a_certainty() -> None:
    known = [ArmStats("best", 900, 900, good=900), ArmStats("worst", 900, 900, bad=900)]
    chances = chances_of_best(known)
    assert 0 < chances["worst"] < chances["best"] < 1
    assert sum(chances.values()) == pytest.approx(1)
