"""A table that takes long is worked out by one thread, and not after every change."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from catalog.lookups import latest
from catalog.lookups.latest import LONG, RESTS, Latest
from tests.told_lock import ToldLock

Held = tuple[int, str] | None


class Clock:
    """Seconds that pass only where a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(latest, "time", found)
    monkeypatch.setattr(latest, "LONG", LONG)
    return found


def taking(seconds: float, text: str, clock: Clock) -> Callable[[Held], str]:
    def work_out(held: Held) -> str:
        clock.now += seconds
        return text

    return work_out


class Slow:
    """Work that has `begun` and goes on until its `end`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.begun, self.end = threading.Event(), threading.Event()

    def __call__(self, held: Held) -> str:
        self.begun.set()
        assert self.end.wait(60)
        return self.text


def never(held: Held) -> str:
    raise AssertionError("worked out again")


def test_quick_work_is_done_anew_for_every_key_and_once_for_each(clock: Clock) -> None:
    table: Latest[int, str] = Latest()
    for key in (1, 2, 1):
        assert table.value(key, taking(0.5, str(key), clock)) == str(key)
        assert table.value(key, never) == str(key)


def test_work_is_told_the_former_key_and_value(clock: Clock) -> None:
    table: Latest[int, str] = Latest()
    given: list[Held] = []

    def work_out(held: Held) -> str:
        given.append(held)
        return "done"

    table.value(1, work_out)
    table.value(2, work_out)
    assert given == [None, (1, "done")]


def test_after_long_work_the_former_value_stands_for_a_while(clock: Clock) -> None:
    table: Latest[int, str] = Latest()
    table.value(1, taking(5, "first", clock))
    assert table.value(2, taking(3, "second", clock)) == "second"
    clock.now += 3 * RESTS - 0.1
    assert table.value(3, never) == "second"
    clock.now += 0.2
    assert table.value(3, taking(3, "third", clock)) == "third"


@pytest.mark.parametrize("before", [(), (0.5,)])
def test_after_a_single_stall_nothing_rests(clock: Clock, before: tuple[float, ...]) -> None:
    table: Latest[int, str] = Latest()
    for key, seconds in enumerate([*before, 5, 0.5]):
        assert table.value(key, taking(seconds, str(key), clock)) == str(key)


def test_while_one_thread_works_the_others_get_the_former_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(latest, "WAIT", 0)
    table: Latest[int, str] = Latest()
    table.value(1, lambda _: "first")
    slow = Slow("second")
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(table.value, 2, slow)
        try:
            assert slow.begun.wait(60)
            assert table.value(2, never) == "first"
        finally:
            slow.end.set()
        assert working.result(60) == "second"
    assert table.value(2, never) == "second"


def test_the_first_value_is_waited_for() -> None:
    table: Latest[int, str] = Latest()
    slow, lock = Slow("first"), ToldLock()
    table._lock = lock  # type: ignore[assignment]
    with ThreadPoolExecutor(2) as pool:
        working = pool.submit(table.value, 1, slow)
        assert slow.begun.wait(60)
        waiting = pool.submit(table.value, 1, never)
        try:
            assert all(lock.asked.acquire(timeout=60) for _ in range(2)), "the second one asks too"
        finally:
            slow.end.set()
        assert working.result(60) == waiting.result(60) == "first"


def test_work_that_fails_is_tried_again(clock: Clock) -> None:
    table: Latest[int, str] = Latest()
    with pytest.raises(AssertionError):
        table.value(1, never)
    assert table.value(1, taking(0, "first", clock)) == "first"
