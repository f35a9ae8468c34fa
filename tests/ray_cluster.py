"""A real Ray for tests, on this machine: started by the first that asks, once for all."""

import logging
import warnings
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from tests.absence import absent

OBJECTS = 100_000_000
"""Bytes of memory that its processes share."""


@pytest.fixture(scope="session")
def ray_here() -> Iterator[None]:
    """A Ray of two processes, which this process is connected to."""
    if find_spec("ray") is None:
        absent("no Ray here: it is not installed")
    import ray

    import onesheet.cluster.connection  # noqa: F401 - it says what Ray is to keep to itself

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ray.init(
            "local",
            num_cpus=2,
            object_store_memory=OBJECTS,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    yield
    ray.shutdown()
