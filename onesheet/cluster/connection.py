"""The Ray that works for one command: a cluster's, or one started on this machine."""

from __future__ import annotations

import logging
import os
import re
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

# Ray reports to its maker how it is used, unless told otherwise before it is imported. Nothing
# leaves this machine unasked.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
# Its C++ parts write to standard error what a person can do nothing about.
os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")

import ray
import ray.data
from ray.exceptions import RayError

from onesheet.base.machine_share import usable_cores

ADDRESS = "RAY_ADDRESS"
OWN_RAY = "local"
"""The address that starts a Ray on this machine, whatever is set or runs here."""
CLIENT_PORT = 10001
"""Of `ray://` addresses that name none."""
CONNECTION_SECONDS = 5.0
"""Within which a cluster's port takes a connection."""
OBJECTS = 300_000_000
"""Bytes of memory that a Ray started here shares between its processes: the model, and posters on
their way."""

_PORT = re.compile(r"(?:(?P<client>ray)://)?(?P<host>[^/:\s]+)(?::(?P<port>\d{1,5}))?", re.ASCII)


class ClusterError(ValueError):
    """A cluster that cannot be used, or cannot do what it was given; the message says why."""


@dataclass(frozen=True)
class RayCluster:
    """A Ray that is connected.

    `workers`: how many processes work at once, each on a core. `machines`: how many it has.
    """

    workers: int
    machines: int

    def description(self) -> str:
        """For people.

        >>> RayCluster(workers=2, machines=1).description()
        'Ray works with 2 processes on 1 machine'
        """
        machines = "1 machine" if self.machines == 1 else f"{self.machines} machines"
        workers = "1 process" if self.workers == 1 else f"{self.workers} processes"
        return f"Ray works with {workers} on {machines}"


@contextmanager
def connected(address: str | None = None, workers: int | None = None) -> Iterator[RayCluster]:
    """Use the cluster at an address within it: `ray://host:10001`, or `host:6379` on one of its own
    machines; else that of RAY_ADDRESS; without either a Ray of this machine's cores is started,
    and ended afterwards. One that this process uses already is used again, and left as it is.

    `workers`: as many as the cluster has cores unless given. What Ray cannot do raises ClusterError
    with one sentence.
    """
    address = address or os.environ.get(ADDRESS) or OWN_RAY
    there = ray.is_initialized()
    try:
        if not there:
            _connect(address)
        known: Any = ray  # parts of it have no types
        cores = int(known.cluster_resources().get("CPU", 0))
        machines = sum(bool(node["Alive"]) for node in known.nodes())
        yield RayCluster(workers or max(cores, 1), machines)
    except RayError as error:
        raise ClusterError(f"Ray could not do it: {_last_line(error)}") from error
    finally:
        if not there:
            ray.shutdown()


def _connect(address: str) -> None:
    """Raises ClusterError."""
    if address != OWN_RAY:
        _check_port(address)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Ray warns of what is to change in Ray
            quiet()
            if address == OWN_RAY:
                ray.init(
                    address,
                    num_cpus=usable_cores(),
                    object_store_memory=OBJECTS,
                    include_dashboard=False,
                    log_to_driver=False,
                    logging_level=logging.ERROR,
                )
            else:
                ray.init(address, log_to_driver=False, logging_level=logging.ERROR)
    except Exception as error:  # Ray's share no class of their own
        why = _last_line(error)
        if address == OWN_RAY:
            raise ClusterError(f"Ray does not start on this machine: {why}") from error
        raise ClusterError(
            f"The Ray at {address} does not let this machine in: {why}. Has it the same version, "
            "and where it asks for a token, are RAY_AUTH_MODE=token and RAY_AUTH_TOKEN set?"
        ) from error


def _check_port(address: str) -> None:
    """Ray tries for a minute what takes no connection. Raises ClusterError."""
    found = _PORT.fullmatch(address)
    if found is None or not (found["client"] or found["port"]):
        raise ClusterError(
            f"--ray-address and {ADDRESS} must be an address such as ray://host:{CLIENT_PORT} or "
            f"host:6379, or {OWN_RAY}, not {address!r}."
        )
    try:
        place = found["host"], int(found["port"] or CLIENT_PORT)
        socket.create_connection(place, CONNECTION_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise ClusterError(f"There is no Ray that answers at {address}: {error}") from error


def quiet() -> None:
    """Leave standard error to what the command itself tells."""
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.ERROR)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False


def _last_line(error: BaseException) -> str:
    """The last line of an error that may tell of a traceback elsewhere."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
