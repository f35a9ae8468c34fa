"""Serving: gunicorn with threads where there is fork, waitress on Windows."""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from webapp import create_app

log = logging.getLogger("webapp")

PRUNE_SECONDS = 3600
FOLLOW_SECONDS = 1.0
TIMEOUT = 60
"""Seconds after which a worker that no longer answers is replaced."""


@dataclass(frozen=True)
class Address:
    """Where to listen; port 0 takes any free one."""

    host: str = "127.0.0.1"
    port: int = 8000


class AddressError(ValueError):
    """An address nobody can listen on."""


def check(address: Address) -> None:
    """Raises AddressError where the address is taken or is not this machine's."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as error:
        raise AddressError(
            f"cannot listen on {address.host} port {address.port} ({error.strerror}); "
            "choose another with --host and --port"
        ) from error


def serve(
    home: Path, address: Address, workers: int, threads: int, announce: Callable[[str], None]
) -> None:
    """Answer requests until stopped; `announce` gets the address once it is open.

    The database must be migrated before. Each worker opens its own connections, model and index
    after the fork.
    """
    check(address)
    if os.name == "posix":
        _gunicorn(home, address, workers, threads, announce)
    else:
        _waitress(home, address, threads, announce)


def url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def warm(app: Flask) -> None:
    """Open the model and the index now rather than in somebody's first request."""
    instance = app.extensions["onesheet"]
    try:
        instance.index()
    except (OSError, ValueError) as error:  # a worker that ends here would end the whole server
        log.error("not ready: %s", error)


def _begin(app: Flask) -> None:
    """What a process does before its first request."""
    look_after(app)
    warm(app)
    _collect_seldom()
    follow(app)


def _collect_seldom() -> None:
    """What is open now stays open, and a page makes thousands of objects that are gone with it:
    looking for cycles among them every 700 takes two hundredths of its time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def look_after(app: Flask) -> None:
    """Remove expired uploads now and every hour, as long as this process serves."""
    store = app.extensions["onesheet"].upload_store

    def prune() -> None:
        try:
            store.prune()
        except (OSError, SQLAlchemyError) as error:
            log.error("expired uploads are still there: %s", error)

    _keep_on(prune, PRUNE_SECONDS)


def follow(app: Flask) -> None:
    """Take up new indexes and changes while nobody asks, so that whoever asks next need not wait,
    and a second index does not come before the first one was seen."""
    live = app.extensions["onesheet"].live()

    def look() -> None:
        with suppress(OSError, ValueError, SQLAlchemyError):  # a request tells of it
            live.opened()

    _keep_on(look, FOLLOW_SECONDS)


def _keep_on(work: Callable[[], None], pause: float) -> None:
    """Do it now and again after every pause, in seconds, as long as this process lives."""

    def run() -> None:
        while True:
            work()
            time.sleep(pause)

    threading.Thread(target=run, name=work.__name__, daemon=True).start()


def _gunicorn(
    home: Path, address: Address, workers: int, threads: int, announce: Callable[[str], None]
) -> None:
    from gunicorn.app.base import BaseApplication

    def when_ready(arbiter: Any) -> None:
        for listener in arbiter.LISTENERS:
            announce(url(*listener.sock.getsockname()[:2]))

    settings = {
        "bind": url(address.host, address.port).removeprefix("http://"),
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "timeout": TIMEOUT,
        "loglevel": "warning",
        "control_socket_disable": True,
        "when_ready": when_ready,
        "post_worker_init": lambda worker: _begin(worker.wsgi),
    }

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in settings.items():
                if name in self.cfg.settings:  # older gunicorns know fewer
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            app = create_app(home)
            instance = app.extensions["onesheet"]
            instance.asked_at_once = max(1, instance.asked_at_once // workers)
            return app

    Server().run()


def _waitress(
    home: Path, address: Address, threads: int, announce: Callable[[str], None]
) -> None:  # pragma: no cover - Windows
    from waitress import create_server

    app = create_app(home)
    _begin(app)
    server = create_server(app, host=address.host, port=address.port, threads=threads)
    announce(url(address.host, server.effective_port))
    sys.stdout.flush()
    server.run()
