"""Clocks that stand still, so that no day, and no minute that is counted, ends within a test."""

import time
from datetime import datetime, tzinfo
from types import SimpleNamespace
from typing import Self

import pytest

COUNTING = ("webapp.http.shared_counters.time", "webapp.http.visitor.time")


class Noon(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls(2026, 1, 1, 12, tzinfo=tz)


def stop_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays noon for whoever leaves a trace."""
    monkeypatch.setattr("webapp.http.visitor.datetime", Noon)


def stop_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The minute in which requests are counted does not end."""
    standing = SimpleNamespace(monotonic=lambda: 1e6, time=time.time, sleep=time.sleep)
    for place in COUNTING:
        monkeypatch.setattr(place, standing)
