"""Progress bars with a rate and an estimate of what remains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from tqdm import tqdm


def bar(label: str, total: int | None = None) -> tqdm[None]:
    """A bar on standard error, so that standard output stays for results."""
    return tqdm(total=total, desc=label, unit="poster", dynamic_ncols=True, mininterval=0.2)


@contextmanager
def progress_of(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar behind the progress(done, total) that imports call; none before the first call."""
    with ExitStack() as stack:
        shown: list[tqdm[None]] = []

        def progress(done: int, total: int) -> None:
            if not shown:
                shown.append(stack.enter_context(bar(label, total)))
            shown[0].total = total
            shown[0].update(done - shown[0].n)

        yield progress
