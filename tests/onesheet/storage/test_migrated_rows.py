"""Every migration, back and forth, over a database with a row in every table: nothing is lost."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, insert, select

from catalog.database import connect, reading, writing
from catalog.images.palette import Swatch
from onesheet.storage import schema as database
from onesheet.storage.tables import all_tables

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SHOWN = {"cosine": [[1, 0.1, 9]], "euclidean": [[1, 3.0, 9]], "manhattan": [[2, 5.0, 9]]}
ROWS: dict[str, dict[str, Any]] = {
    "movie": {
        "id": 1,
        "imdb_id": "tt0000001",
        "tmdb_id": 7,
        "title": "Fim do século",
        "year": 1999,
        "rating": 7.5,
        "votes": 100,
        "genres": ("Drama", "War"),
        "split": "val",
        "invented": False,
        "changed": 5,
        "adult": True,
        "adult_by_operator": False,
    },
    "poster": {
        "id": 3,
        "movie_id": 1,
        "content_hash": "a" * 64,
        "perceptual_hash": (1 << 64) - 5,
        "width": 200,
        "height": 300,
        "source": "test",
        "file_digest": "b" * 64,
    },
    "poster_impression": {
        "content_hash": "a" * 64,
        "palette": (Swatch("#272828", 0.25),),
        "placeholder": b"\0\xff",
    },
    "source_use": {"name": "tmdb"},
    "bookmark": {"listing": "0a" * 32, "place": 7, "kept": 1_700_000_000},
    "recommendations": {
        "id": "r1",
        "created": NOON,
        "arm": "cosine",
        "explored": False,
        "epsilon": 0.5,
        "propensity": 0.75,
        "credited": True,
        "model": "m" * 64,
        "index_fingerprint": "i" * 64,
        "agreeing": ("euclidean",),
        "payload": {"version": 1, "query": {"kind": "catalogue"}, "results": SHOWN},
        "rating": "good",
        "rated_at": NOON,
        "rating_changed": NOON,
        "expires": None,
        "rated_by": "t" * 32,
        "set_aside": True,
    },
    "index_change": {"id": 2, "poster_id": 3, "model": "m" * 64, "embedding": b"\1\2"},
    "built_index": {"fingerprint": "i" * 64},
    "film_thumb": {"recommendation_id": "r1", "poster_id": 3, "up": True, "at": NOON},
    "api_key": {"name": "nightly", "digest": "d" * 64, "scopes": "read", "created": NOON},
}
"""One of each table, with a value in every column that can have one."""

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = connect(f"sqlite:///{tmp_path / 'onesheet.db'}")
    yield engine
    engine.dispose()


def held(engine: Engine) -> Rows:
    """What is in every table there is now."""
    found = MetaData()
    with reading(engine) as session:
        found.reflect(session.connection())
        return {
            name: [dict(row) for row in session.execute(select(table)).mappings()]
            for name, table in found.tables.items()
            if name != database.VERSION_TABLE
        }


def check_kept(before: Rows, after: Rows) -> None:
    """Of every table and every column that are there before and after, the same."""
    for name in before.keys() & after.keys():
        assert len(before[name]) == len(after[name]), name
        for was, is_now in zip(before[name], after[name], strict=True):
            same = was.keys() & is_now.keys()
            assert {each: is_now[each] for each in same} == {each: was[each] for each in same}, name


def test_every_migration_keeps_every_row_back_and_forth(engine: Engine) -> None:
    database.migrate(engine)
    tables = list(all_tables())
    assert {table.name for table in tables} == set(ROWS), "a table without a row here"
    with writing(engine) as session:
        for table in tables:
            assert set(ROWS[table.name]) == {column.name for column in table.columns}
            session.execute(insert(table), ROWS[table.name])
    with reading(engine) as session:
        script = ScriptDirectory.from_config(database.config(session.connection()))
    revisions = [each.revision for each in script.walk_revisions()]  # the newest first
    whole = before = held(engine)
    for revision in (*revisions[1:], *reversed(revisions[:-1])):
        with writing(engine) as session:
            settings = database.config(session.connection())
            down = revision < (database._revision(session.connection()) or "")
            (command.downgrade if down else command.upgrade)(settings, revision)
        after = held(engine)
        check_kept(before, after)
        before = after
    assert database.revision(engine) == database.HEAD
    for name in ("movie", "poster", "recommendations"):  # which the first migration made
        check_kept({name: [_without_later_columns(row) for row in whole[name]]}, before)
    assert before["recommendations"][0]["agreeing"] == "euclidean", "read off the record again"


def _without_later_columns(row: dict[str, Any]) -> dict[str, Any]:
    """What the first revision knew of a row; the rest is gone once one went back so far."""
    later = {
        *("adult", "adult_by_operator", "changed", "file_digest", "agreeing", "expires"),
        *("rated_by", "set_aside"),
    }
    return {name: value for name, value in row.items() if name not in later}
