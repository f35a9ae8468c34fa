"""A builder whose connection breaks off while it reads."""

import logging

import pytest

from index import TurnLostError
from index.pgvector import PostgresStore
from index.pgvector.builders_turn import BuildersTurn
from index.pgvector.table import Lend
from tests.index.pgvector.test_store import build
from tests.postgres import END_HOLDERS


def break_off(lend: Lend) -> None:
    """As a server does that is stopped, to who holds an advisory lock."""
    with lend() as connection:
        connection.execute(END_HOLDERS.encode())


def test_a_builder_whose_turn_was_lost_is_told_before_it_writes(lend: Lend) -> None:
    store = PostgresStore(lend)
    with store.alone() as alone:
        assert alone
        build(store)
        break_off(lend)
        with pytest.raises(TurnLostError, match=r"was away.*onesheet index"):
            build(store, 2)
    with store.alone() as again:
        assert again
        build(store, 2)


def test_a_turn_that_was_lost_ends_without_an_error(
    lend: Lend, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), BuildersTurn(lend, 1).alone() as alone:
        assert alone
        break_off(lend)
    assert caplog.text == ""
    with BuildersTurn(lend, 1).alone() as again:
        assert again
