"""A real Ray for tests, on this machine: started by the first that asks, once for all."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec

import pytest

from tests.absence import absent

TRIES = 3
"""Of starting it: Ray gives its own processes half a minute, which a busy machine may not have."""
WORKERS = 2


@pytest.fixture(scope="session")
def ray_here() -> Iterator[None]:
    """A Ray of two processes, which this process is connected to."""
    if find_spec("ray") is None:
        absent("no Ray here: it is not installed")
    from onesheet.cluster.connection import OWN_RAY, ClusterError, connected

    with ExitStack() as stack:
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        environment.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))  # else Ray leaves one in ~/.ray
        environment.setenv("RAY_gcs_server_port_wait_time_s", "120")
        for left in reversed(range(TRIES)):
            try:
                stack.enter_context(connected(OWN_RAY, WORKERS))
                break
            except ClusterError:
                if not left:
                    raise
        yield
