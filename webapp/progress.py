"""Progress bars with a rate and an estimate of what remains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm


def bar(label: str, total: int | None = None) -> tqdm[None]:
    """A bar on standard error, so that standard output stays for results."""
    return tqdm(total=total, desc=label, unit="poster", dynamic_ncols=True, mininterval=0.2)


@contextmanager
def progress_of(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar behind the progress(done, total) that imports call."""
    with bar(label) as shown:

        def progress(done: int, total: int) -> None:
            shown.total = total
            shown.update(done - shown.n)

        yield progress
