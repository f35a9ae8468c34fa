"""Counts of a large record, which are kept, and of a small one, which never are."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from bandit import Rating
from bandit.kept_counts import LARGE_RECORD, TIMES_AS_LONG, KeptCounts, KeptStats
from tests.bandit.conftest import ARMS, Make, Statement, Store
from tests.told_lock import ToldLock


class Record:
    """A record of so many rows, of which counting takes two seconds by its own clock."""

    def __init__(self, rows: int) -> None:
        self.rows, self.now, self.counts = rows, 0.0, 0

    def clock(self) -> float:
        return self.now

    def count(self) -> int:
        self.now += 2
        self.counts += 1
        return self.rows


@pytest.fixture
def kept() -> Callable[[Record], KeptCounts[int]]:
    return lambda record: KeptCounts(rows=lambda found: found, clock=record.clock)


def test_a_small_record_is_counted_each_time_however_long_that_takes(
    kept: Callable[[Record], KeptCounts[int]],
) -> None:
    record = Record(LARGE_RECORD - 3)
    counts = kept(record)
    for rows in (LARGE_RECORD - 3, LARGE_RECORD - 2, LARGE_RECORD - 1):
        record.rows = rows
        assert counts.get("model", record.count) == rows


def test_a_large_record_is_counted_again_after_many_times_what_counting_took(
    kept: Callable[[Record], KeptCounts[int]],
) -> None:
    record = Record(LARGE_RECORD)
    counts = kept(record)
    assert counts.get("model", record.count) == LARGE_RECORD
    record.rows += 1
    record.now += 2 * TIMES_AS_LONG - 0.5
    assert counts.get("model", record.count) == LARGE_RECORD
    assert counts.get("another", record.count) == LARGE_RECORD + 1
    record.now += 0.5
    assert counts.get("model", record.count) == LARGE_RECORD + 1
    assert record.counts == 3


def test_a_record_that_became_small_is_exact_again(
    kept: Callable[[Record], KeptCounts[int]],
) -> None:
    record = Record(LARGE_RECORD)
    counts = kept(record)
    counts.get("model", record.count)
    record.now += 2 * TIMES_AS_LONG
    for rows in (5, 6):
        record.rows = rows
        assert counts.get("model", record.count) == rows


def test_one_thread_counts_a_large_record_at_a_time(
    kept: Callable[[Record], KeptCounts[int]],
) -> None:
    record = Record(LARGE_RECORD)
    counts, lock = kept(record), ToldLock()
    counts._turn = lock  # type: ignore[assignment]
    begun, go_on = threading.Event(), threading.Event()

    def slowly() -> int:
        begun.set()
        go_on.wait(60)
        return record.count()

    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(counts.get, "model", slowly)
        assert begun.wait(60)
        second = threads.submit(counts.get, "model", slowly)
        assert all(lock.asked.acquire(timeout=60) for _ in range(2)), "the second one asks too"
        go_on.set()
        assert (first.result(60), second.result(60)) == (LARGE_RECORD, LARGE_RECORD)
        assert record.counts == 1
        record.now += 2 * TIMES_AS_LONG
        record.rows += 1
        begun.clear()
        go_on.clear()
        first = threads.submit(counts.get, "model", slowly)
        assert begun.wait(60)
        assert counts.get("model", slowly) == LARGE_RECORD, "it waits for nobody"
        go_on.set()
        assert first.result(60) == LARGE_RECORD + 1


def test_what_cannot_be_counted_lets_the_next_one_count(
    kept: Callable[[Record], KeptCounts[int]],
) -> None:
    record = Record(LARGE_RECORD)
    counts = kept(record)
    with pytest.raises(ZeroDivisionError):
        counts.get("model", lambda: 1 // 0)
    assert counts.get("model", record.count) == LARGE_RECORD


def test_ratings_of_a_small_record_move_the_arms_at_once(store: Store, shown: Make) -> None:
    stats = KeptStats(store, ARMS, shared=False)
    for number in range(1, 4):
        shown("cosine", Rating.GOOD)
        assert stats.of("model-1", rated_alone=True)[0].good == number
        assert stats.of("model-1")[0].good == number


def test_ratings_of_a_large_record_are_not_counted_for_every_search(
    store: Store, shown: Make, statements: list[Statement], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bandit.kept_counts.LARGE_RECORD", 2)
    monkeypatch.setattr("bandit.kept_counts.TIMES_AS_LONG", 1e9)
    shown("cosine", Rating.GOOD)
    shown("manhattan", Rating.BAD)
    stats = KeptStats(store, ARMS, shared=False)
    before = stats.of("model-1", rated_alone=True), stats.of("model-1")
    statements.clear()
    assert (stats.of("model-1", rated_alone=True), stats.of("model-1")) == before
    assert statements == []


def test_what_must_be_exact_is_counted_at_once_and_told_from_then_on(
    kept: Callable[[Record], KeptCounts[int]],
) -> None:
    record = Record(LARGE_RECORD)
    counts = kept(record)
    counts.get("model", record.count)
    record.rows += 1
    assert counts.get("model", record.count) == LARGE_RECORD
    assert counts.anew("model", record.count) == LARGE_RECORD + 1
    assert counts.get("model", record.count) == LARGE_RECORD + 1
    assert record.counts == 2
