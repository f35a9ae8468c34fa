"""How the bandit came to know what it knows: one step for each credited rating."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bandit.policy import epsilon_after
from bandit.recommendation import Rating


@dataclass(frozen=True)
class Pick:
    """One credited recommendation, without its payload."""

    id: str
    model: str
    arm: str
    explored: bool
    created: datetime
    rating: Rating | None
    rated_at: datetime | None


@dataclass(frozen=True)
class Step:
    """The bandit after one more credited rating.

    `rated`, `epsilon`, `values`, `rated_by_arm` and `picks` are those of the step's own model,
    because each model starts the bandit anew. The last three have an entry for every arm of
    the whole history; `picks` counts the times shown until then, rated or not.
    """

    number: int  # 1 for the first step of this history
    recommendation_id: str
    model: str
    arm: str
    explored: bool
    rating: Rating
    reward: int
    rated_at: datetime
    rated: int
    epsilon: float
    values: dict[str, float]
    rated_by_arm: dict[str, int]
    picks: dict[str, int]


def replay(picks: Iterable[Pick], decay: float) -> Iterator[Step]:
    """The steps in order of rating; equal times in order of id."""
    picks = sorted(picks, key=lambda pick: (pick.created, pick.id))
    ratings = sorted(
        (pick.rated_at, pick.id, pick.rating, pick)
        for pick in picks
        if pick.rating is not None and pick.rated_at is not None
    )
    arms = sorted({pick.arm for pick in picks})
    shown: Counter[tuple[str, str]] = Counter()
    rated: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    seen = 0
    for number, (rated_at, _, rating, pick) in enumerate(ratings, start=1):
        while seen < len(picks) and picks[seen].created <= rated_at:
            shown[picks[seen].model, picks[seen].arm] += 1
            seen += 1
        rated[pick.model, pick.arm] += 1
        total[pick.model, pick.arm] += rating.reward
        by_arm = {arm: rated[pick.model, arm] for arm in arms}
        count = sum(by_arm.values())
        yield Step(
            number=number,
            recommendation_id=pick.id,
            model=pick.model,
            arm=pick.arm,
            explored=pick.explored,
            rating=rating,
            reward=rating.reward,
            rated_at=rated_at,
            rated=count,
            epsilon=epsilon_after(count, decay),
            # The mean is value + (reward - value) / n, computed from exact integers.
            values={arm: total[pick.model, arm] / max(by_arm[arm], 1) for arm in arms},
            rated_by_arm=by_arm,
            picks={arm: shown[pick.model, arm] for arm in arms},
        )
