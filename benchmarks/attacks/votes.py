"""Ratings by several processes at once, and by one that is killed in the middle."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import IO

from sqlalchemy import select

from bandit import Rating
from bandit.models import RecommendationRow
from catalog.database import connect, damage, querying
from onesheet.storage import schema

RACERS = 4


def raced(url: str, each: int) -> tuple[int, list[float]]:
    """How many ratings were lost, and the milliseconds of each, by RACERS processes at once.

    `url` is of a database that may be empty."""
    _prepare_database(url)
    racers = [_voter(url, f"p{number}", each) for number in range(RACERS)]
    said = [racer.communicate(timeout=600)[0].splitlines() for racer in racers]
    acknowledged = [line.split()[0] for lines in said for line in lines]
    times = [float(line.split()[1]) for lines in said for line in lines]
    missing = RACERS * each - len(set(acknowledged) & _rated(url))
    return missing, times


def killed(url: str, times: int, rng: random.Random) -> tuple[int, int]:
    """How many ratings were acknowledged before `times` kills, and how many of them are lost.
    Raises RuntimeError where the database is damaged afterwards."""
    _prepare_database(url)
    acknowledged: set[str] = set()
    for number in range(times):
        with _voter(url, f"k{number}", 100_000) as voter:
            assert voter.stdout is not None
            first = voter.stdout.readline()
            time.sleep(rng.uniform(0, 0.05))
            voter.kill()
            acknowledged |= {line.split()[0] for line in _whole([first], voter.stdout)}
    return len(acknowledged), len(acknowledged - _rated(url))


def _whole(first: Sequence[str], rest: IO[str]) -> list[str]:
    """The lines that came to their end."""
    return [line for line in [*first, *rest] if line.endswith("\n")]


def _prepare_database(url: str) -> None:
    engine = connect(url)
    schema.migrate(engine)
    engine.dispose()


def _voter(url: str, name: str, count: int) -> subprocess.Popen[str]:
    module = [sys.executable, "-m", "benchmarks.attacks.voter"]
    return subprocess.Popen([*module, url, name, str(count)], stdout=subprocess.PIPE, text=True)


def _rated(url: str) -> set[str]:
    engine, row = connect(url), RecommendationRow
    with querying(engine) as connection:
        if wrong := damage(connection):
            raise RuntimeError(f"the database is damaged: {wrong}")
        found = set(connection.scalars(select(row.id).where(row.rating == Rating.GOOD)))
    engine.dispose()
    return found
