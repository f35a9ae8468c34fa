"""Progress with a rate and an estimate of what remains: a bar in a terminal, lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Protocol

from tqdm import tqdm

LEAST_LINES = 10
"""Lines that a run writes at least, where nobody watches a bar."""
LONGEST_SILENCE = 60.0
"""Seconds after which a line is written all the same."""


class ProgressLines(tqdm):  # type: ignore[misc]
    """A line at the start, at each tenth of the way, and at the end: a file keeps all that a bar
    draws over."""

    disable: bool
    _step, _written = -1, 0.0

    def display(self, msg: str | None = None, pos: int | None = None) -> bool:
        """Write a line where one is due."""
        step = self.n * LEAST_LINES // self.total if self.total else 0
        now = time.monotonic()
        if step != self._step or now - self._written >= LONGEST_SILENCE:
            self._step, self._written = step, now
            self.fp.write(f"{self}\n")
            self.fp.flush()
        return True

    def close(self) -> None:
        """Write the last line, where it says more than the one before."""
        if not self.disable:
            self.display()
        self.leave = False
        self.disable = True


def bar(label: str, total: int | None = None, unit: str = "poster", *, done: int = 0) -> tqdm[None]:
    """A bar on standard error, so that standard output stays for results; it begins at `done`."""
    kind = tqdm if sys.stderr.isatty() else ProgressLines
    return kind(
        total=total, desc=label, unit=unit, dynamic_ncols=True, mininterval=0.2, initial=done
    )


class CountedProgress(Protocol):
    """What is told how far something is, and what was counted on the way, by its name."""

    def __call__(self, done: int, total: int, **counted: int) -> None: ...


@contextmanager
def progress_of(label: str, unit: str = "poster") -> Iterator[CountedProgress]:
    """A bar behind the progress(done, total) that imports call; none before the first call."""
    with ExitStack() as stack:
        shown: list[tqdm[None]] = []

        def progress(done: int, total: int, **counted: int) -> None:
            if not shown:
                shown.append(stack.enter_context(bar(label, total, unit)))
            shown[0].total = total
            told = (f"{count:,} {name}" for name, count in counted.items())
            shown[0].set_postfix_str(", ".join(told), refresh=False)
            shown[0].update(done - shown[0].n)

        yield progress


class TrainingBars:
    """A bar for each thing that training does in turn; the epochs of a run share one."""

    def __init__(self) -> None:
        self._kind: str | None = None
        self._bar: Any = None

    def __enter__(self) -> TrainingBars:
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, what: str, done: int, total: int) -> None:
        kind = what.partition(" ")[0]
        if kind != self._kind:
            self.__exit__()
            self._kind, self._bar = kind, bar(what.capitalize(), total)
            self._bar.initial = self._bar.n = done  # a resumed run was not this fast
        self._bar.set_description(what.capitalize(), refresh=False)
        self._bar.update(done - self._bar.n)
