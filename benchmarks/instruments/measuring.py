"""A benchmark's figures: each with its target, and how times and memory become one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from benchmarks.instruments.live_server import Memory
from benchmarks.instruments.reporting import met

T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """A figure, its target and whether it was reached; no target, no verdict."""

    what: str
    figure: str
    target: str = ""
    reached: bool | None = None

    def cells(self) -> list[str]:
        return [
            self.what,
            self.figure,
            self.target,
            "" if self.reached is None else met(self.reached),
        ]


def each(work: Callable[[T], object], items: Iterable[T]) -> list[float]:
    """Milliseconds of each call, one after another."""
    times = []
    for item in items:
        with timed() as seconds:
            work(item)
        times.append(1000 * seconds[0])
    return times


@contextmanager
def timed() -> Iterator[list[float]]:
    """Gives a list that holds the seconds once the block is over."""
    seconds: list[float] = []
    start = time.perf_counter()
    yield seconds
    seconds.append(time.perf_counter() - start)


def percentiles(times: Sequence[float]) -> str:
    """p50 and p95 of times in milliseconds."""
    p50, p95 = np.percentile(times, [50, 95])
    return f"p50 {p50:.1f} ms, p95 {p95:.1f} ms"


def timing(what: str, times: Sequence[float], at_most: float) -> Row:
    """p50 and p95 of times in milliseconds; the target is the p95's."""
    return Row(
        f"{what}, {len(times)} posters",
        percentiles(times),
        f"p95 <= {at_most:g} ms",
        bool(np.percentile(times, 95) <= at_most),
    )


def memory(what: str, size: Memory | None, at_most: float | None = 600) -> Row:
    """Resident memory in megabytes; None: nothing is asked of it."""
    target = "" if at_most is None else f"<= {at_most:g} MB"
    if size is None:
        return Row(what, "not measured: no /proc here", target)
    said = f"{size.rss:.0f} MB resident ({size.pss:.0f} MB with shared pages counted once)"
    return Row(what, said, target, None if at_most is None else size.rss <= at_most)
