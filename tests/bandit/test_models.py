from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from bandit.bursts import Bursts
from catalog.database import writing
from tests.bandit.conftest import ARMS, Clock, Make, Statement, Store
from tests.postgres import of_sqlite


@of_sqlite
@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda store: store.stats(ARMS, "model-1"), id="stats"),
        pytest.param(lambda store: store.points(ARMS, "model-1"), id="points"),
        pytest.param(lambda store: store.groups(ARMS, "model-1"), id="groups"),
        pytest.param(lambda store: store.version(), id="version"),
    ],
)
def test_what_is_asked_often_reads_an_index_and_not_the_payloads(
    store: Store,
    engine: Engine,
    statements: list[Statement],
    ask: Callable[[Store], object],
) -> None:
    ask(store)
    assert statements
    with engine.connect() as connection:
        for statement, parameters in list(statements):
            plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)
            steps = [row[3] for row in plan if " recommendations" in row[3]]
            assert steps
            assert all("USING COVERING INDEX" in step for step in steps)


@of_sqlite
def test_what_every_search_asks_reads_the_ratings_alone(
    store: Store, engine: Engine, statements: list[Statement]
) -> None:
    store.stats(ARMS, "model-1", rated_alone=True)
    ((statement, parameters),) = statements
    with engine.connect() as connection:
        plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)
        assert "COVERING INDEX ix_recommendations_earnings" in plan.one()[3]


@of_sqlite
def test_forgetting_who_rated_looks_at_those_alone_who_are_not_forgotten(
    engine: Engine, clock: Clock, statements: list[Statement]
) -> None:
    Bursts(engine, clock).forget()
    ((statement, parameters),) = statements
    with engine.connect() as connection:
        plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)
        assert "INDEX ix_recommendations_raters" in plan.one()[3]


@of_sqlite
@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda store, _: store.earnings(ARMS, "model-1"), "ix_recommendations_earnings"),
        (lambda _, bursts: bursts.count(), "ix_recommendations_set_aside"),
    ],
)
def test_what_ratings_earned_and_bursts_are_told_by_an_index_alone(
    store: Store,
    engine: Engine,
    clock: Clock,
    statements: list[Statement],
    ask: Callable[[Store, Bursts], object],
    index: str,
) -> None:
    ask(store, Bursts(engine, clock))
    statement, parameters = statements[0]
    with engine.connect() as connection:
        plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)
        assert f"USING COVERING INDEX {index}" in plan.all()[0][3]


@of_sqlite
def test_curves_sort_no_ratings_that_come_in_order(
    store: Store, engine: Engine, statements: list[Statement]
) -> None:
    store.points(ARMS, "model-1")
    store.groups(ARMS, "model-1")
    with engine.connect() as connection:
        for statement, parameters in list(statements):
            plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)
            steps = [row[3] for row in plan]
            sorts = [place for place, step in enumerate(steps) if step.endswith("FOR ORDER BY")]
            grouped = [place for place, step in enumerate(steps) if step.endswith("FOR GROUP BY")]
            assert all(sorted_ > grouped[0] for sorted_ in sorts)  # the groups alone


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("rating = 'great', rated_at = created", "rating_known"),
        ("rating = 'good'", "rating_dated"),
        ("propensity = NULL", "credited_chosen"),
    ],
)
def test_the_database_itself_refuses_a_record_that_contradicts_itself(
    engine: Engine, shown: Make, change: dict[str, Any], constraint: str
) -> None:
    shown("cosine")
    with pytest.raises(IntegrityError, match=constraint), writing(engine) as session:
        session.execute(text(f"UPDATE recommendations SET {change}"))
