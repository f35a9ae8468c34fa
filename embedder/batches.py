"""Reading many posters on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

BATCH = 8
"""Posters that a thread decodes and reads at once: enough to fill a run of the network."""


def in_batches(read: Callable[[Sequence[T]], R], posters: Sequence[T]) -> Iterator[R]:
    """What `read` gives of each BATCH of posters, in their order.

    A run of the network keeps to one thread, and as many threads as there are cores decode and run
    at once: decoding then never waits for the network, nor the network for decoding. What `read`
    raises is raised here, and batches that have not begun are given up.

    >>> list(in_batches(len, range(20)))
    [8, 8, 4]
    """
    batches = [posters[start : start + BATCH] for start in range(0, len(posters), BATCH)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(read, batches)
