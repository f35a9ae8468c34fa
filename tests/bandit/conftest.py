from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bandit import FeedbackStore, PayloadCodec, Rating, Recommendation
from bandit.models import Base, RecommendationRow
from catalog.database import connect

Made = Recommendation[dict[str, Any]]
Store = FeedbackStore[dict[str, Any]]
Make = Callable[..., Made]
"""What the fixtures `recommend` and `shown` give."""

Statement = tuple[str, Any]
"""SQL, and its parameters."""
ARMS = ("cosine", "euclidean", "manhattan")
CODEC: PayloadCodec[dict[str, Any]] = PayloadCodec(encode=dict, decode=dict)
START = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = connect(database_url)
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
def store(engine: Engine, clock: Clock) -> Store:
    return FeedbackStore(engine, CODEC, clock)


@pytest.fixture
def recommend(clock: Clock) -> Make:
    """A recommendation as the policy would have made it; keywords change what matters."""
    count = 0

    def make(arm: str = "cosine", **changes: Any) -> Made:
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
def shown(store: Store, recommend: Make) -> Make:
    """A recorded recommendation, rated where a rating is given."""

    def show(arm: str = "cosine", rating: Rating | None = None, **changes: Any) -> Made:
        recommendation = recommend(arm, **changes)
        store.record(recommendation)
        return store.rate(recommendation.id, rating) if rating else recommendation

    return show


@pytest.fixture
def statements(engine: Engine) -> list[Statement]:
    """The SQL sent so far of the table."""
    sent: list[Statement] = []

    def note(
        connection: object,
        cursor: object,
        statement: str,
        parameters: Any,
        context: object,
        many: bool,
    ) -> None:
        if RecommendationRow.__tablename__ in statement:
            sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    return sent
