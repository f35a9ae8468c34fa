"""How long each stage of an answer takes, told to whoever listens; to nobody where none does."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Protocol


class Stage(StrEnum):
    """What an answer is made of, in order."""

    DECODE = "decode"
    """Bytes to a picture, with the wait for a process that decodes."""
    TURN = "turn"
    """The wait for others' answers: no more are worked out at a time than there are cores."""
    READ = "read"
    """The network."""
    SEARCH = "search"
    """The index, and the order that a view asks for."""
    RECORD = "record"
    """The database, and an upload's file."""


class StageListener(Protocol):
    """Whoever wants to know; called in the thread that works."""

    def begun(self, stage: Stage) -> None: ...

    def ended(self, stage: Stage, seconds: float) -> None: ...


_LISTENER: ContextVar[StageListener | None] = ContextVar("onesheet_stage_listener", default=None)


@contextmanager
def heard_by(listener: StageListener) -> Iterator[None]:
    """Within it, this thread's stages are told to `listener`."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


@contextmanager
def at_stage(name: Stage) -> Iterator[None]:
    """What is done within it, or within a function that it decorates, is this stage, even where it
    fails."""
    listener = _LISTENER.get()
    if listener is None:
        yield
        return
    began = time.perf_counter()
    listener.begun(name)
    try:
        yield
    finally:
        listener.ended(name, time.perf_counter() - began)


class Turns:
    """A lock that so many threads may hold at once; waiting for it is `Stage.TURN`."""

    def __init__(self, at_once: int) -> None:
        self._places = threading.BoundedSemaphore(at_once)

    def __enter__(self) -> None:
        with at_stage(Stage.TURN):
            self._places.acquire()

    def __exit__(self, *_: object) -> None:
        self._places.release()
