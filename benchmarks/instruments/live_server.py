"""The real `onesheet serve` as a process of its own: started, timed, weighed and stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PATIENCE = 60.0
"""Seconds a start may take before the benchmark gives up."""
CLIENTS = 4


@dataclass(frozen=True)
class Memory:
    """Megabytes (10^6 bytes) of a process and its children.

    `rss` counts a page once for each process that holds it, `pss` shares it out among them.
    """

    processes: int
    rss: float
    pss: float


@dataclass(frozen=True)
class Server:
    """A server that has answered. `first_page` is seconds from the process's start to that."""

    process: subprocess.Popen[bytes]
    url: str
    started: float
    first_page: float

    def since_start(self) -> float:
        """Seconds since the process was started."""
        return time.perf_counter() - self.started

    def memory(self) -> Memory | None:
        """Of the master and its workers; None where there is no /proc."""
        return _memory([self.process.pid, *_children(self.process.pid)])

    def worker_memories(self) -> list[Memory]:
        """Of each worker by itself; none where there is no /proc."""
        each = [_memory([pid]) for pid in _children(self.process.pid)]
        return [memory for memory in each if memory is not None]


@contextmanager
def serving(home: Path, *options: str, temporary: Path | None = None) -> Iterator[Server]:
    """`onesheet serve` over an instance folder on a free port, stopped at the end; `temporary` is
    where it puts temporary files, the system's folder unless given.

    Raises RuntimeError with the server's own words where it ends or stays silent.
    """
    port = free_port()
    command = [sys.executable, "-m", "cli", "--home", str(home), "serve", "--port", str(port)]
    log = home / "serve.log"
    with log.open("wb") as output:
        started = time.perf_counter()
        own = os.environ | ({"TMPDIR": str(temporary)} if temporary else {})
        process = subprocess.Popen([*command, *options], stdout=output, stderr=output, env=own)
        try:
            url = f"http://127.0.0.1:{port}"
            _until_answered(process, url, started, log)
            yield Server(process, url, started, time.perf_counter() - started)
        finally:
            _stop(process)


def upload(client: httpx.Client, poster: bytes) -> None:
    """What a browser does: post the form, follow to the page."""
    page = client.post("/recommendations", files={"poster": poster}, follow_redirects=True)
    assert page.status_code == 200, page.text
    assert page.url.path.startswith("/r/"), page.url


def ask(client: httpx.Client, poster: bytes) -> None:
    answer = client.post("/api/v1/recommendations", files={"poster": poster})
    assert answer.status_code == 201, answer.text
    assert len(answer.json()["results"]) == 5


def client_of(server: Server) -> httpx.Client:
    return httpx.Client(base_url=server.url, timeout=30, trust_env=False)


def _until_answered(process: subprocess.Popen[bytes], url: str, started: float, log: Path) -> None:
    with httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False) as client:
        while time.perf_counter() - started < PATIENCE and process.poll() is None:
            try:
                if client.get("/").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.005)
    words = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise RuntimeError(f"onesheet serve did not answer at {url}:\n{words}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask first: gunicorn's master then takes its workers along."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(parent: int) -> list[int]:
    """All descendants, by the parent's number that each /proc/N/stat gives."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            stat = (entry / "stat").read_text(encoding="utf-8")
        except OSError:
            continue  # gone since it was listed
        # The name, in brackets, may itself hold spaces and brackets.
        if int(stat.rpartition(")")[2].split()[1]) == parent:
            found += [int(entry.name), *_children(int(entry.name))]
    return found


def _memory(processes: Sequence[int]) -> Memory | None:
    try:
        sizes = [_sizes(pid) for pid in processes]
    except OSError:
        return None
    return Memory(len(sizes), sum(s["Rss"] for s in sizes), sum(s["Pss"] for s in sizes))


def _sizes(pid: int) -> dict[str, float]:
    """Megabytes by name, from /proc/PID/smaps_rollup, which gives lines like `Rss: 123 kB`."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()[1:]
    cells = (line.split() for line in lines)
    return {name.rstrip(":"): int(size) * 1024 / 1e6 for name, size, *_ in cells}


class Asking:
    """CLIENTS that ask for films of the catalogue until the block ends."""

    def __init__(self, server: Server, films: list[str]) -> None:
        self.answered = self.failed = 0
        self.seen: set[str] = set()
        self.times: list[float] = []
        """Milliseconds of each recommendation."""
        self._server, self._films = server, films
        self._stop, self._lock = threading.Event(), threading.Lock()
        self._threads = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]

    def __enter__(self) -> Asking:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def until_seen(self, index: str, seconds: float = 120) -> None:
        end = time.monotonic() + seconds
        while index not in self.seen and time.monotonic() < end:
            time.sleep(0.05)

    def _ask(self) -> None:
        with client_of(self._server) as client:
            turn = 0
            while not self._stop.is_set():
                film = self._films[turn % len(self._films)]
                turn += 1
                start = time.perf_counter()
                try:
                    answer = client.post("/api/v1/recommendations", json={"imdb": film})
                    took = 1000 * (time.perf_counter() - start)
                    health = client.get("/healthz")
                    well = (answer.status_code, health.status_code) == (201, 200)
                except httpx.HTTPError:
                    well = False
                with self._lock:
                    self.answered += 2
                    self.failed += not well
                    if well:
                        self.times.append(took)
                        self.seen.add(health.json()["index"])
