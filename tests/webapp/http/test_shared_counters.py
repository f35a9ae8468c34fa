"""Counts that several processes share."""

import subprocess
import sys
import threading
from pathlib import Path

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
