"""One row to count in, in SQLite and in PostgreSQL."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

import catalog
from catalog.database import connect, reading, writing
from catalog.models import Base

ROOT = Path(catalog.__file__).parents[1]


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of each kind, with the catalogue's tables."""
    yield from opened(
        f"sqlite:///{tmp_path / 'onesheet.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres").url()
    )


def opened(url: str) -> Iterator[Engine]:
    engine = connect(url)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
    yield engine
    engine.dispose()


@pytest.fixture
def counter(engine: Engine) -> Engine:
    with writing(engine) as session:
        session.execute(text("CREATE TABLE counter (value INTEGER)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))
    return engine


def value(engine: Engine) -> int:
    with reading(engine) as session:
        return int(session.scalar(text("SELECT value FROM counter")))


def run_at_once(script: str, count: int, *arguments: str) -> list[subprocess.CompletedProcess[str]]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", "-c", script, *arguments]
    started = [
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        for _ in range(count)
    ]
    ended = []
    for process in started:
        out, error = process.communicate(timeout=60)
        ended.append(subprocess.CompletedProcess(command, process.returncode, out, error))
    return ended
