import ctypes
import mmap
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from webapp import process_watch


def test_a_worker_that_has_grown_makes_room_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_watch, "SIZE_SECONDS", 0.0)
    most, ended = 100 + process_watch.GROWTH, threading.Event()
    sizes = iter([100, most, most + 1, most + 1])
    process_watch.stay_small(ended.set, lambda: next(sizes))
    assert ended.wait(60)
    assert next(sizes, None) is None


@pytest.mark.skipif(sys.platform != "linux", reason="what Linux alone tells")
def test_a_worker_knows_what_it_holds() -> None:
    """Of the system itself: what an allocator gives may be held by the process already."""
    before = process_watch.memory_in_use()
    with mmap.mmap(-1, 50 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as held:
        held.write(b"x" * len(held))
        assert before > 1 << 20
        assert process_watch.memory_in_use() - before > len(held) * 0.8


def test_what_waits_to_be_collected_is_no_growth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_watch, "SIZE_SECONDS", 0.0)
    most, ended, collected = 100 + process_watch.GROWTH, threading.Event(), list[int]()
    monkeypatch.setattr("webapp.process_watch.gc.collect", lambda: collected.append(1))
    sizes = iter([100, most + 1, most, most, most + 1, most + 1])
    process_watch.stay_small(ended.set, lambda: next(sizes))
    assert ended.wait(60)
    assert len(collected) == 2


def test_a_worker_ends_itself_and_the_only_one_asks_for_another_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = list[tuple[int, int]]()
    monkeypatch.setattr(os, "kill", lambda *said: sent.append(said))
    process_watch.end_worker()
    assert sent == [(os.getpid(), signal.SIGTERM)]
    sent.clear()
    process_watch.end_only_worker()
    assert sent == [(os.getppid(), signal.SIGTTIN)]
    process_watch.stand_in(7)
    assert sent[1:] == [(7, signal.SIGTTOU)], "by which the other one goes"


ARENAS = """
import ctypes, sys, threading
from webapp.process_watch import share_arenas
if sys.argv[2:]:
    share_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.fopen.restype = ctypes.c_void_p, ctypes.c_void_p
together = threading.Barrier(16)
def allocate():
    together.wait()
    libc.malloc(ctypes.c_size_t(1000))
    together.wait()
threads = [threading.Thread(target=allocate) for _ in range(16)]
[each.start() for each in threads]
[each.join() for each in threads]
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_info"),
    reason="glibc alone has arenas",
)
def test_threads_share_arenas(tmp_path: Path) -> None:
    path = tmp_path / "heaps.xml"
    environment = {name: each for name, each in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    counts = []
    for asked in ([], ["shared"]):
        command = [sys.executable, "-c", ARENAS, str(path), *asked]
        subprocess.run(command, env=environment, check=True)
        counts.append(path.read_text().count("<heap nr="))
    assert counts[1] == 2 < counts[0]
