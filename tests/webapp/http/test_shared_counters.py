"""Counts that several processes share."""

import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from webapp.http.shared_counters import SCHEME, SharedCounters

COUNT = """
import sys
from webapp.http.shared_counters import SCHEME, SharedCounters
counters = SharedCounters(f"{SCHEME}://{sys.argv[1]}")
for _ in range(50):
    counters.incr("a", 3600)
counters.close()
"""


def test_processes_and_threads_lose_no_count(tmp_path: Path) -> None:
    path = tmp_path / "counters.db"
    counters = SharedCounters(f"{SCHEME}://{path}")

    def count() -> None:
        for _ in range(50):
            counters.incr("a", 3600)
        counters.close()

    others = [subprocess.Popen([sys.executable, "-c", COUNT, str(path)]) for _ in range(2)]
    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [other.wait() for other in others] == [0, 0]
    assert counters.get("a") == 300
    counters.clear("a")
    assert counters.get("a") == 0
    counters.close()


def test_a_count_begins_anew_once_it_has_ended(tmp_path: Path) -> None:
    counters = SharedCounters(f"{SCHEME}://{tmp_path / 'counters.db'}")
    assert [counters.incr("a", 3600), counters.incr("a", 3600, 2)] == [1, 3]
    assert [counters.incr("b", 0), counters.incr("b", 0)] == [1, 1]
    assert counters.check()
    assert counters.reset() == 2
    counters.close()


def test_the_library_finds_it_by_its_name(tmp_path: Path) -> None:
    storage = storage_from_string(f"{SCHEME}://{tmp_path / 'counters.db'}")
    assert isinstance(storage, SharedCounters)
    limiter, item = FixedWindowRateLimiter(storage), RateLimitItemPerMinute(2)
    assert [limiter.hit(item, "x") for _ in range(3)] == [True, True, False]
    storage.close()


@pytest.mark.parametrize("hours", [-48, -1, 1, 48])
def test_a_clock_that_is_set_neither_locks_out_nor_lets_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    storage = SharedCounters(f"{SCHEME}://{tmp_path / 'counters.db'}")
    limiter, item = FixedWindowRateLimiter(storage), RateLimitItemPerMinute(2)
    assert [limiter.hit(item, "before") for _ in range(3)] == [True, True, False]
    there = time.time() + 3600 * hours
    monkeypatch.setattr(time, "time", lambda: there)
    assert not limiter.hit(item, "before")
    assert 0 < limiter.get_window_stats(item, "before").reset_time - there <= 60
    assert [limiter.hit(item, "after") for _ in range(3)] == [True, True, False]
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert limiter.test(item, "before")
    assert limiter.hit(item, "before")
    storage.close()


def test_what_was_counted_before_the_machine_started_counts_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters = SharedCounters(f"{SCHEME}://{tmp_path / 'counters.db'}")
    monkeypatch.setattr(time, "monotonic", lambda: 1e6)
    assert counters.incr("a", 60, 9) == 9
    monkeypatch.setattr(time, "monotonic", lambda: 5.0)
    assert counters.get("a") == 0
    assert counters.get_expiry("a") <= time.time()
    assert [counters.incr("a", 60), counters.incr("a", 60)] == [1, 2]
    counters.close()


def test_who_had_to_wait_counts_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counters = SharedCounters(f"{SCHEME}://{tmp_path / 'counters.db'}")
    monkeypatch.setattr(time, "monotonic", lambda: 100.5)
    assert counters.incr("a", 60) == 1
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)  # asked before, and written after
    assert counters.incr("a", 60) == 2
    counters.close()


def test_machines_that_share_a_folder_count_each_by_its_own_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters, counts = SharedCounters(f"{SCHEME}://{tmp_path / 'counters.db'}"), []
    for _ in range(3):
        for start, seconds in (("one:", 1e6), ("other:", 5.0)):
            monkeypatch.setattr("webapp.http.shared_counters._start", lambda start=start: start)
            monkeypatch.setattr(time, "monotonic", lambda seconds=seconds: seconds)
            counts.append(counters.incr("a", 60))
    assert counts == [1, 1, 2, 2, 3, 3]
    counters.close()


def test_counts_of_a_former_start_go_when_the_file_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "counters.db"

    def names() -> list[str]:
        with closing(sqlite3.connect(path)) as connection:
            return [row[0] for row in connection.execute("SELECT name FROM counted ORDER BY name")]

    for start, left in (("a_1:", ["a_1:x"]), ("a11:", ["a11:x"]), ("a11:", ["a11:x"])):
        monkeypatch.setattr("webapp.http.shared_counters._start", lambda start=start: start)
        counters = SharedCounters(f"{SCHEME}://{path}")
        counters.incr("x", 60)
        counters.close()
        assert names() == left


def test_what_has_ended_is_swept_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.http.shared_counters.SWEEP_EVERY", 3)
    counters = SharedCounters(f"{SCHEME}://{tmp_path / 'counters.db'}")
    counters.incr("over", 0)
    counters.incr("not over", 3600)
    counters.incr("now", 3600)
    assert counters.reset() == 2
    counters.close()
