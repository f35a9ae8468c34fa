"""Indexes and workers of a running server are replaced without a lost request."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from index import PosterIndex, current_folder, prune
from tests.webapp.server_process import API, process_serving, serving
from webapp.process_watch import end_only_worker

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="stops the server by a POSIX signal"),
]


def test_indexes_are_swapped_under_load_without_a_failed_request(
    home: Path, new_poster: bytes
) -> None:
    ids, vectors = held(home)
    stop, failures, seen, swapped = threading.Event(), [], set(), set()
    swaps = [(vectors * np.float32(1 + i / 50)).astype(np.float32) for i in range(1, 13)]

    def visit(url: httpx.URL) -> None:
        with httpx.Client(base_url=url, timeout=60) as mine:
            while not stop.is_set():
                answer = mine.post(API, files={"poster": ("poster.png", new_poster)})
                health = mine.get("/healthz")
                if (answer.status_code, health.status_code) != (201, 200):
                    failures.append(answer.text + health.text)
                seen.add(health.json()["index"])

    with serving(home, "--workers", "2") as client:
        model = client.get("/healthz").json()["model"]
        threads = [threading.Thread(target=visit, args=(client.base_url,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for embeddings in swaps:
            PosterIndex.build(home / "index", ids, embeddings, model=model)
            prune(home / "index")
            current = current_folder(home / "index").name
            swapped.add(current)
            end = time.monotonic() + 120
            while current not in seen and time.monotonic() < end:
                time.sleep(0.02)
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert len(swapped) == len(swaps)
    assert swapped <= seen, "every index was taken up"


def held(home: Path) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """What an instance's index holds."""
    index = PosterIndex.load(home / "index")
    return index.poster_ids, index.embeddings(index.poster_ids)


def test_a_restarted_server_goes_on_where_it_was(home: Path, new_poster: bytes) -> None:
    with serving(home) as client:
        answer = client.post(API, files={"poster": ("poster.png", new_poster)}).json()
        del answer["delete_key"]  # told once, to who uploaded
        key = {"Authorization": f"Bearer {answer.pop('rating_key')}"}
        client.put(f"{API}/{answer['id']}/rating", json={"rating": "good"}, headers=key)
        state = client.get("/api/v1/bandit").json()
    with serving(home) as client:
        assert client.get("/api/v1/bandit").json() == state
        assert client.get(f"{API}/{answer['id']}").json() == answer | {"rating": "good"}


def workers(process: int) -> set[str]:
    """The numbers of the processes that one has started."""
    return set(Path(f"/proc/{process}/task/{process}/children").read_text().split())


@pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux's processes")
def test_the_only_worker_ends_once_another_answers(home: Path) -> None:
    with process_serving(home, "--workers", "1") as (client, process):
        there = str(client.base_url.host), client.base_url.port or 80
        client.get("/healthz")
        (before,) = workers(process)
        with socket.create_connection(there) as slow:
            slow.sendall(b"POST /compare HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx")
            assert httpx.get(client.base_url.join("/healthz"), timeout=60).status_code == 200
            end_only_worker(process)
            until(lambda: not sockets(before) & sockets(process))  # it takes no connection any more
            assert httpx.get(client.base_url.join("/healthz"), timeout=60).status_code == 200
            assert before in workers(process), "it still waits for the slow request's end"
        until(lambda: before not in workers(process))
        assert len(workers(process)) == 1


def sockets(process: int | str) -> set[str]:
    """What of a process's files are sockets, a listener's among them; none of one that is gone."""
    found = set[str]()
    with suppress(FileNotFoundError):
        for each in Path(f"/proc/{process}/fd").iterdir():
            with suppress(FileNotFoundError):
                found.add(str(each.readlink()))
    return {each for each in found if each.startswith("socket:")}


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def answered(url: httpx.URL, poster: bytes, *, patient: bool = True) -> object:
    """An answer's status; whom a worker that ends has not begun to answer asks again."""
    sent = {"poster": ("poster.png", poster)}
    try:
        return httpx.post(url.join(API), files=sent, timeout=60).status_code
    except (httpx.ReadError, httpx.RemoteProtocolError) as error:
        return answered(url, poster, patient=False) if patient else repr(error)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux's processes")
def test_workers_are_replaced_under_requests_without_a_lost_one(
    home: Path, new_poster: bytes
) -> None:
    stop, found = threading.Event(), set[object]()

    def visit(url: httpx.URL) -> None:
        while not stop.is_set():
            found.add(answered(url, new_poster))

    with process_serving(home, "--workers", "2") as (client, process):
        there = str(client.base_url.host), client.base_url.port or 80
        client.get("/healthz")
        before = set[str]()
        while len(before) < 2:  # the second may be still to come
            before = workers(process)
        held = {each: sockets(each) for each in before}
        threads = [threading.Thread(target=visit, args=(client.base_url,)) for _ in range(3)]
        with socket.create_connection(there, timeout=60) as slow:
            slow.sendall(b"POST /compare HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx")
            until(lambda: any(sockets(each) - held[each] for each in before))
            for thread in threads:
                thread.start()
            os.kill(process, signal.SIGHUP)
            until(lambda: not any(sockets(each) & sockets(process) for each in before))
            slow.sendall(bytes(8))
            found.add(slow.recv(12))
        end = time.monotonic() + 120
        while (workers(process) & before or len(workers(process)) < 2) and time.monotonic() < end:
            time.sleep(0.05)
        after = workers(process)
        stop.set()
        for thread in threads:
            thread.join()
    assert len(before) == len(after) == 2
    assert not before & after
    assert found == {201, b"HTTP/1.1 400"}
