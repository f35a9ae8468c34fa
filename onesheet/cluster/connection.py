"""The Ray that works for one command: a cluster's, or one started on this machine."""

from __future__ import annotations

import logging
import os
import re
import socket
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

# Ray reports to its maker how it is used, unless told otherwise before it is imported. Nothing
# leaves this machine unasked.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
# Its C++ parts write to standard error what a person can do nothing about.
os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")

import ray
import ray.data
from ray.data.exceptions import ExecutionTimeoutError
from ray.exceptions import RayError

from onesheet.base.machine_share import usable_cores

ADDRESS = "RAY_ADDRESS"
OWN_RAY = "local"
"""The address that starts a Ray on this machine, whatever is set or runs here."""
RUNNING_HERE = "auto"
"""The address of whichever cluster this machine is one of."""
CLIENT_PORT = 10001
"""Of `ray://` addresses that name none."""
CONNECTION_SECONDS = 5.0
"""Within which a cluster's port takes a connection."""
OBJECTS = 300_000_000
"""Bytes of memory that a Ray started here shares between its processes: the model, and posters on
their way."""

_PORT = re.compile(
    r"(?:(?P<client>ray)://)?(?P<host>[^/:\[\]\s]+|\[[^/\[\]\s]+\])(?::(?P<port>\d{1,5}))?",
    re.ASCII,
)


class ClusterError(ValueError):
    """A cluster that cannot be used, or cannot do what it was given; the message says why."""


@dataclass(frozen=True)
class RayCluster:
    """A Ray that is connected.

    `workers`: how many processes work at once, each on a core. `machines`: how many it has.
    `leave`: disconnects before `connected` would, for who needs it no longer.
    """

    workers: int
    machines: int
    leave: Callable[[], object] = field(default=lambda: None, compare=False)

    def description(self) -> str:
        """For people: 'Ray works with 2 processes on 1 machine'."""
        machines = "1 machine" if self.machines == 1 else f"{self.machines} machines"
        workers = "1 process" if self.workers == 1 else f"{self.workers} processes"
        return f"Ray works with {workers} on {machines}"


@contextmanager
def connected(address: str | None = None, workers: int | None = None) -> Iterator[RayCluster]:
    """Use the cluster at an address within it: `ray://host:10001`, or `host:6379` on one of its own
    machines, or `auto` there; else that of RAY_ADDRESS; without either a Ray of this machine's
    cores is started, and ended afterwards. One that this process uses already is used again, and
    left as it is.

    `workers`: as many as the cluster has cores unless given, and never more; a Ray that is started
    here gets as many. What Ray cannot do, and a cluster that goes away, raise ClusterError with one
    sentence.
    """
    address = address or os.environ.get(ADDRESS) or OWN_RAY
    there = ray.is_initialized()
    try:
        if not there:
            _connect(address, workers or usable_cores())
        known: Any = ray  # parts of it have no types
        cores = int(known.cluster_resources().get("CPU", 0))
        if not cores:  # it would have what it is given wait for ever
            raise ClusterError(f"The Ray at {address} has no core that could work.")
        machines = sum(bool(node["Alive"]) for node in known.nodes())
        leave = (lambda: None) if there else ray.shutdown
        yield RayCluster(min(workers or cores, cores), machines, leave)
    except (RayError, ConnectionError, ExecutionTimeoutError) as error:
        why = _last_line(error)
        if type(error) is ConnectionError:
            raise ClusterError(f"The Ray at {address} went away: {why}") from error
        if isinstance(error, ConnectionError):
            raise  # such as a BrokenPipeError; Ray's client raises the bare class
        raise ClusterError(f"Ray could not do it: {why}") from error
    finally:
        if not there:
            ray.shutdown()


def _connect(address: str, cores: int) -> None:
    """`cores`: of a Ray that is started here. Raises ClusterError."""
    if address not in (OWN_RAY, RUNNING_HERE):
        address = _answering(address)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Ray warns of what is to change in Ray
            quiet()
            if address == OWN_RAY:
                ray.init(
                    address,
                    num_cpus=cores,
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


def _answering(address: str) -> str:
    """The address with its port, which takes a connection: Ray tries for a minute what takes none.
    Raises ClusterError."""
    found = _PORT.fullmatch(address)
    if found is None or not (found["client"] or found["port"]):
        raise ClusterError(
            f"--ray-address and {ADDRESS} must be an address such as ray://host:{CLIENT_PORT} or "
            f"host:6379, {RUNNING_HERE} or {OWN_RAY}, not {address!r}."
        )
    if not found["port"]:
        address = f"{address}:{CLIENT_PORT}"  # Ray itself would take the name for a file
    try:
        place = found["host"].strip("[]"), int(found["port"] or CLIENT_PORT)
        socket.create_connection(place, CONNECTION_SECONDS).close()
    except (OSError, OverflowError, UnicodeError) as error:
        raise ClusterError(f"There is no Ray that answers at {address}: {error}") from error
    return address


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
