"""A worker in a thread of this process, around a test's own application."""

import os
import selectors
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gunicorn.config import Config
from gunicorn.workers.gthread import PollableMethodQueue

from webapp.gathering_worker import GatheringWorker

Address = tuple[str, int]


class Recorder:
    """Takes the place of a worker's log or poller."""

    def __init__(self) -> None:
        self.said: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **_: self.said.append((name, *args))


@contextmanager
def idle_worker(
    app: Callable[..., Any], threads: int = 1
) -> Iterator[tuple[GatheringWorker, Address]]:
    """A worker that does not run yet, and where clients reach it."""
    config = Config()
    config.set("threads", threads)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        worker = GatheringWorker(0, os.getppid(), [listener], None, 60, config, Recorder())
        worker.wsgi, worker.tpool = app, worker.get_thread_pool()
        worker.poller = selectors.DefaultSelector()
        worker.method_queue.init()
        try:
            yield worker, listener.getsockname()
        finally:
            worker.tpool.shutdown()
            worker.tmp.close()
            worker.poller.close()
            PollableMethodQueue.close(worker.method_queue)


@contextmanager
def working(app: Callable[..., Any], threads: int = 1) -> Iterator[tuple[GatheringWorker, Address]]:
    """A worker that answers until the end of the block."""
    with idle_worker(app, threads) as (worker, address):
        running = threading.Thread(target=worker.run)
        running.start()
        try:
            yield worker, address
        finally:
            worker.handle_exit(None, None)
            running.join()
    assert [said for said in worker.log.said if said[0] == "exception"] == []


def answers(address: Address, *sent: bytes) -> bytes:
    """What a client gets until the connection is closed."""
    with socket.create_connection(address, timeout=60) as client:
        for each in sent:
            client.sendall(each)
        found = b""
        while part := client.recv(1 << 16):
            found += part
    return found
