"""Which distance graders like best, and how many ratings the bandit takes to know.

    python -m benchmarks.taste GRADES HOME --cache FOLDER [--plays N] [--ratings N]

GRADES is a folder with dev.csv of `query,candidate,grade`: IMDb ids, and 0 bad, 1 okay, 2 good.
HOME is an instance with these films and an index; FOLDER keeps what was found. Writes
docs/benchmarks/taste.md.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from bandit import EpsilonGreedy, RatedAnswer, Rating, replay
from benchmarks.instruments.reporting import machine, model_note, table, write_document
from benchmarks.likeness.graded import CHOSEN_ON_DEV, FIRST_FIVE, Judged
from benchmarks.likeness.searched import Searched, searched
from embedder.finishing.likeness import OKAY
from genres.intervals import mean_interval
from onesheet.base.home import Home
from onesheet.instance import Instance
from onesheet.recommending.recommender import ARMS
from onesheet.recommending.restriction import SURE_ENOUGH

THRESHOLDS = ((1.0, 0.5), (0.8, 0.4), (1.2, 0.6))
"""Mean grades of five from which a verdict is good, or okay; the first pair is replayed."""
TOLD_AFTER = (50, 100, 200, 500, 1000, 2000, 5000)
CERTAIN = 0.9
"""Share of plays in which the best arm leads that counts as knowing it."""
Films = Mapping[int, float]
"""Grades of those of a five that somebody graded, by their poster ids."""


@dataclass(frozen=True)
class Fives:
    """For each query what every arm shows of which somebody graded at least one film."""

    graded: Sequence[Mapping[str, Films]]
    left_out: int

    @classmethod
    def of(cls, judged: Judged, found: Searched) -> Fives:
        """As by default: within the predicted genres where one is sure enough."""
        sure = np.where(found.predicted, found.genres, 0).max(1) >= SURE_ENOUGH
        shown = np.where(sure[:, None, None], found.held, found.free)[:, :, :FIRST_FIVE]
        every = [
            {
                arm: {each: known[each] for each in five if each in known}
                for arm, five in zip(ARMS, fives, strict=True)
            }
            for known, fives in zip(judged.grades.values(), shown.tolist(), strict=True)
        ]
        kept = [each for each in every if all(each.values())]
        return cls(kept, len(every) - len(kept))

    def rewards(self, good: float, okay: float) -> NDArray[np.float64]:
        """+1, 0 or -1 for each query and arm, float64[Q, A]."""
        return np.array(
            [[verdict_on(each[arm], good, okay).reward for arm in ARMS] for each in self.graded],
            np.float64,
        )


def verdict_on(films: Films, good: float, okay: float) -> Rating:
    """Of five, by the mean of what was graded."""
    mean = sum(films.values()) / len(films)
    return Rating.GOOD if mean >= good else Rating.OKAY if mean >= okay else Rating.BAD


def by_verdict(fives: Mapping[str, Films]) -> RatedAnswer:
    """One verdict for the arm that was shown."""
    told = {arm: verdict_on(films, *THRESHOLDS[0]) for arm, films in fives.items()}
    best, middle, worst = Rating.GOOD, Rating.OKAY, Rating.BAD
    return {arm: {arm: (it is best, it is middle, it is worst)} for arm, it in told.items()}


def by_film(fives: Mapping[str, Films]) -> RatedAnswer:
    """A thumb for each film, for the arm that was shown."""
    return {arm: {arm: _thumbs(films, films)} for arm, films in fives.items()}


def by_film_shared(fives: Mapping[str, Films]) -> RatedAnswer:
    """A thumb for each film, for every arm that would have shown it too."""
    return {
        shown: {arm: _thumbs(films, fives[arm]) for arm in ARMS} for shown, films in fives.items()
    }


def _thumbs(given: Films, counting: Films) -> tuple[int, int, int]:
    """Up from a grade of okay on, else down; of films that count for an arm."""
    ups = [grade >= OKAY for film, grade in given.items() if film in counting]
    return sum(ups), 0, len(ups) - sum(ups)


CREDITS: Mapping[str, Callable[[Mapping[str, Films]], RatedAnswer]] = {
    "one verdict on the five": by_verdict,
    "a thumb for each film, for the arm shown": by_film,
    "a thumb for each film, for every arm that would have shown it": by_film_shared,
}


@click.command()
@click.argument("grades", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("home", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--plays", type=click.IntRange(min=2), default=200, show_default=True)
@click.option("--ratings", type=click.IntRange(min=TOLD_AFTER[0]), default=5000, show_default=True)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("docs/benchmarks/taste.md"),
    show_default=True,
)
def main(grades: Path, home: Path, cache: Path, plays: int, ratings: int, out: Path) -> None:
    """Replay graded posters as people's verdicts on what each distance shows."""
    instance = Instance(Home(home))
    judged = Judged.read(grades / "dev.csv", instance)
    found = searched(instance, judged.queries, cache)
    model = instance.opened().embedder.fingerprint
    instance.close()
    fives = Fives.of(judged, found)
    write_document(out, _document(fives, model, plays, ratings))


def _document(fives: Fives, model: str, plays: int, ratings: int) -> Iterator[str]:
    yield "# Which distance people's taste prefers, and how soon that is known"
    good, okay = THRESHOLDS[0]
    yield (
        f"Command: `python -m benchmarks.taste GRADES HOME --cache FOLDER --plays {plays} "
        f"--ratings {ratings}`; model `{model[:12]}`. The grades are those of a vision-language "
        f"model in a designer's role, a stand-in for people. {CHOSEN_ON_DEV} "
        f"{len(fives.graded)} queries of dev are asked under each distance, restricted as by "
        f"default ({fives.left_out} more have a five of which nothing is graded). A verdict is "
        f"good where the mean grade of the five is {good:g} or more, okay from {okay:g}, else bad; "
        "ungraded films do not count. A thumb is up where a film is graded okay or better."
    )
    yield from model_note(model)
    yield "## What each distance's five are worth"
    yield _worth(fives)
    yield _other_thresholds(fives)
    yield "## How soon the bandit prefers the best"
    yield (
        f"Epsilon-greedy as it stands by default, {plays} plays (seeds 0 to {plays - 1}), each "
        f"of {ratings} ratings of queries drawn at random. Told is the share of plays in which "
        "the best arm alone has the highest value then, with its 95% interval (Wilson, 1927). "
        "The best is the arm that earns most over all queries by that way of counting."
    )
    yield _how_soon(fives, plays, ratings)
    yield machine()


def _worth(fives: Fives) -> str:
    rewards = fives.rewards(*THRESHOLDS[0])
    best = int(rewards.mean(0).argmax())
    rows = []
    for place, arm in enumerate(ARMS):
        mine = rewards[:, place]
        shares = [f"{np.mean(mine == reward):.0%}" for reward in (1, 0, -1)]
        behind = "–" if place == best else _with_interval(rewards[:, best] - mine)
        thumbs = np.array([np.mean([g >= OKAY for g in q[arm].values()]) for q in fives.graded])
        rows.append([arm, *shares, _with_interval(mine), behind, _with_interval(thumbs)])
    header = ["distance", "good", "okay", "bad", "mean reward", "behind the best", "thumbs up"]
    return table(header, rows)


def _with_interval(values: NDArray[np.float64]) -> str:
    low, high = mean_interval(values, rounds=500)
    return f"{values.mean():+.3f} ({low:+.3f} to {high:+.3f})"


def _other_thresholds(fives: Fives) -> str:
    """Whether the winner hangs on where good and okay begin, and what telling it would take."""
    rows = []
    for good, okay in THRESHOLDS:
        rewards = fives.rewards(good, okay)
        order = np.argsort(-rewards.mean(0))
        needed = _ratings_needed(rewards[:, order[0]], rewards[:, order[1]])
        cells = [f"{mean:+.3f}" for mean in rewards.mean(0)]
        rows.append([f"{good:g}, {okay:g}", *cells, ARMS[order[0]], f"{needed:,.0f}"])
    header = ["good, okay from", *ARMS, "best", "ratings to tell it from the second"]
    return (
        f"{table(header, rows)}\n\nThe last column is what a plain test would take, half of the "
        "ratings for each of the two: 95% sure, and right four times in five."
    )


def _ratings_needed(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Of two independent samples, the normal approximation: (1.96 + 0.84)^2 (v + w) / gap^2 each;
    inf where there is no gap."""
    gap = float(one.mean() - other.mean())
    each = (1.96 + 0.84) ** 2 * float(one.var() + other.var())
    return 2 * each / gap**2 if gap else math.inf


def _how_soon(fives: Fives, plays: int, ratings: int) -> str:
    after = [each for each in TOLD_AFTER if each <= ratings]
    rows = []
    for name, credit in CREDITS.items():
        answers = [credit(each) for each in fives.graded]
        best = _earning_most(answers)
        leads = np.array([_leading(answers, best, seed, ratings) for seed in range(plays)])
        cells = [_share_of_plays(leads[:, each - 1]) for each in after]
        known = next((each for each in after if leads[:, each - 1].mean() >= CERTAIN), None)
        rows.append([name, best, *cells, str(known) if known else f"more than {after[-1]}"])
    header = ["what is counted", "best", *(f"told after {each}" for each in after)]
    return table([*header, f"known in {CERTAIN:.0%} of plays after"], rows)


def _earning_most(answers: list[RatedAnswer]) -> str:
    """The arm with the highest value, if all answers were its own."""

    def value(arm: str) -> float:
        counts = np.array([each[arm][arm] for each in answers], np.int64).sum(0)
        return float((counts[0] - counts[2]) / counts.sum())

    return max(ARMS, key=value)


def _leading(answers: list[RatedAnswer], best: str, seed: int, ratings: int) -> list[bool]:
    """After each rating of one play, whether the best arm's value is above all others'."""
    found = []
    for step in replay(EpsilonGreedy(ARMS), answers, ratings, random.Random(seed)):
        values = {each.arm: each.value for each in step.stats}
        mine = values.pop(best)
        found.append(mine > max(values.values()))
    return found


def _share_of_plays(held: NDArray[np.bool_]) -> str:
    """A share with its 95% interval: Wilson's score interval."""
    n, share, z = len(held), float(held.mean()), 1.96
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return f"{share:.0%} ({middle - half:.0%} to {middle + half:.0%})"


if __name__ == "__main__":
    main()
