"""Serving: gunicorn with threads where there is fork, waitress on Windows."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from logging.config import dictConfig
from pathlib import Path
from typing import Any

from flask import Flask

from onesheet.base.settings import Settings
from webapp import process_watch
from webapp.app import create_app
from webapp.http.security import LOCAL_NAMES
from webapp.monitoring.log_lines import configuration
from webapp.monitoring.shared_metrics import count_out, shared_metrics
from webapp.process_duties import begin_serving

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
    except (OSError, UnicodeError) as error:  # the latter of a name with an empty label
        why = error.strerror if isinstance(error, OSError) else error
        raise AddressError(
            f"cannot listen on {address.host} port {address.port} ({why}); "
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


def _gunicorn(
    home: Path, address: ListenAddress, workers: int, threads: int, announce: Callable[[str], None]
) -> None:
    from gunicorn.app.base import BaseApplication

    def when_ready(arbiter: Any) -> None:
        for listener in arbiter.LISTENERS:
            announce(url(*listener.sock.getsockname()[:2]))

    def begin(worker: Any) -> None:
        only = workers == 1
        begin_serving(
            worker.wsgi, process_watch.end_only_worker if only else process_watch.end_worker
        )
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
    begin_serving(app)
    server = create_server(app, host=address.host, port=address.port, threads=threads)
    announce(url(address.host, server.effective_port))
    sys.stdout.flush()
    server.run()
