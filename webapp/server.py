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
from ipaddress import ip_address
from logging.config import dictConfig
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from catalog.images.guarded_decoding import DECODERS
from onesheet.base.settings import Settings
from webapp import process_watch
from webapp.app import create_app
from webapp.http.security import LOCAL_NAMES
from webapp.monitoring.log_lines import configuration
from webapp.monitoring.shared_metrics import count_out, shared_metrics

log = logging.getLogger("webapp")

PRUNE_SECONDS = 3600
FORGET_SECONDS = 30
FOLLOW_SECONDS = 1.0
TIMEOUT = 60
"""Seconds after which a worker that no longer answers is replaced."""


@dataclass(frozen=True)
class ListenAddress:
    """Where to listen; port 0 takes any free one."""

    host: str = "127.0.0.1"
    port: int = 8000


class AddressError(ValueError):
    """An address nobody can listen on."""


def check_address(address: ListenAddress) -> None:
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


def run_server(
    home: Path, address: ListenAddress, workers: int, threads: int, announce: Callable[[str], None]
) -> None:
    """Answer requests until stopped; `announce` gets the address once it is open.

    The database must be migrated before. Each worker opens its own connections, model and index
    after the fork.
    """
    check_address(address)
    dictConfig(configuration(Settings.from_environment(os.environ).log_format == "json"))
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
    except (OSError, ValueError, SQLAlchemyError) as error:  # which would end the whole server
        log.error("not ready: %s", error)


def _begin(app: Flask, end: Callable[[], None] | None = None) -> None:
    """What a process does before its first request. `end` ends one that has grown."""
    process_watch.share_arenas()
    look_after(app)
    warm(app)
    DECODERS.limit(app.extensions["onesheet"].answers_at_once)
    DECODERS.warm()
    _collect_seldom()
    follow(app)
    if end is not None:
        process_watch.stay_small(end)


def _collect_seldom() -> None:
    """What is open now stays open, and a page makes thousands of objects that are gone with it:
    looking for cycles among them every 700 takes two hundredths of its time. A page itself is such
    a cycle, with the macros that it imports, and may wait for the next look at what is older, which
    comes every hundred pages or so."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 5, 5)


def look_after(app: Flask) -> None:
    """Remove expired uploads now and every hour, as long as this process serves."""
    instance = app.extensions["onesheet"]
    store, bursts = instance.upload_store, instance.bursts

    def prune() -> None:
        try:
            store.prune()
            bursts.forget()
        except (OSError, ValueError, SQLAlchemyError) as error:
            log.error("expired uploads are still there: %s", error)

    def forget_copies() -> None:
        with suppress(OSError):  # tried again
            store.forget_copies()

    _keep_on(prune, PRUNE_SECONDS)
    if instance.home.settings.files is not None:  # a folder has no copies
        _keep_on(forget_copies, FORGET_SECONDS)


def follow(app: Flask) -> None:
    """Take up new indexes and changes while nobody asks, so that whoever asks next need not wait,
    and a second index does not come before the first one was seen; and keep this machine's copy."""
    from index import copies_of

    instance = app.extensions["onesheet"]
    live = instance.live()

    def look() -> None:
        with suppress(OSError, ValueError, SQLAlchemyError):  # a request tells of it
            live.opened()

    _keep_on(look, FOLLOW_SECONDS)
    if (copies := copies_of(live.store)) is not None:
        from onesheet.indexing.copy_upkeep import CopyUpkeep

        _keep_on(CopyUpkeep(instance.home, copies).follow, FOLLOW_SECONDS)


def _keep_on(work: Callable[[], None], pause: float) -> None:
    """Do it now and again after every pause, in seconds, as long as this process lives."""

    def run() -> None:
        while True:
            work()
            time.sleep(pause)

    threading.Thread(target=run, name=work.__name__, daemon=True).start()


def _gunicorn(
    home: Path, address: ListenAddress, workers: int, threads: int, announce: Callable[[str], None]
) -> None:
    from gunicorn.app.base import BaseApplication

    def when_ready(arbiter: Any) -> None:
        for listener in arbiter.LISTENERS:
            announce(url(*listener.sock.getsockname()[:2]))

    def begin(worker: Any) -> None:
        only = workers == 1
        _begin(worker.wsgi, process_watch.end_only_worker if only else process_watch.end_worker)
        if only:
            process_watch.stand_in(worker.ppid)

    _raise_file_limit()
    own = Settings.from_environment(os.environ)
    settings = {
        "bind": url(address.host, address.port).removeprefix("http://"),
        "workers": workers,
        "threads": threads,
        "worker_class": "webapp.gathering_worker.GatheringWorker",
        "sendfile": False,  # it would wait for the client
        "timeout": TIMEOUT,
        "loglevel": "warning",
        "logconfig_dict": configuration(own.log_format == "json"),
        "control_socket_disable": True,
        "when_ready": when_ready,
        "post_worker_init": begin,
        "child_exit": lambda arbiter, worker: count_out(worker.pid),
    }

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in settings.items():
                if name in self.cfg.settings:  # older gunicorns know fewer
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            app = create_app(home, **names_answered(address))
            instance = app.extensions["onesheet"]
            instance.answers_at_once = max(1, instance.answers_at_once // workers)
            return app

    with shared_metrics(own.metrics):
        Server().run()


def _raise_file_limit() -> None:
    """As many connections as the system lets this process have."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # then it stays as it is
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def names_answered(address: ListenAddress) -> dict[str, Any]:
    """To which names a server on this address answers, unless ONESHEET_TRUSTED_HOSTS says so."""
    hosts = Settings.from_environment(os.environ).trusted_hosts
    with suppress(OSError):
        found = socket.getaddrinfo(address.host, None)
        numbers = {str(each[4][0]) for each in found}
        if hosts is None and all(ip_address(each).is_loopback for each in numbers):
            return {LOCAL_NAMES: frozenset({"localhost", address.host.casefold(), *numbers})}
    return {}


def _waitress(
    home: Path, address: ListenAddress, threads: int, announce: Callable[[str], None]
) -> None:  # pragma: no cover - Windows
    from waitress import create_server

    app = create_app(home, **names_answered(address))
    _begin(app)
    server = create_server(app, host=address.host, port=address.port, threads=threads)
    announce(url(address.host, server.effective_port))
    sys.stdout.flush()
    server.run()
