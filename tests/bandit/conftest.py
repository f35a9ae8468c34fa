from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bandit import FeedbackStore, Rating, Recommendation
from bandit.models import Base
from catalog.database import connect

ARMS = ("cosine", "euclidean", "manhattan")
START = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'onesheet.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = connect(url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


class Clock:
    """Ticks one second a reading, so that the order of ratings is known."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(engine: Engine, clock: Clock) -> FeedbackStore:
    return FeedbackStore(engine, clock)


@pytest.fixture
def recommend(clock: Clock) -> Callable[..., Recommendation]:
    """A recommendation as the policy would have made it; keywords change what matters."""
    count = 0

    def make(arm: str = "cosine", **changes: Any) -> Recommendation:
        nonlocal count
        count += 1
        facts: dict[str, Any] = {
            "id": f"r{count:03}",
            "created": clock(),
            "arm": arm,
            "explored": True,
            "epsilon": 0.5,
            "propensity": 0.5,
            "credited": True,
            "model": "model-1",
            "index": "index-1",
            "payload": {"query": "Vertigo", "five": [1, 2, 3, 4, 5]},
        }
        return Recommendation(**(facts | changes))

    return make


@pytest.fixture
def shown(
    store: FeedbackStore, recommend: Callable[..., Recommendation]
) -> Callable[..., Recommendation]:
    """A recorded recommendation, rated where a rating is given."""

    def show(arm: str = "cosine", rating: Rating | None = None, **changes: Any) -> Recommendation:
        recommendation = recommend(arm, **changes)
        store.record(recommendation)
        return store.rate(recommendation.id, rating) if rating else recommendation

    return show
