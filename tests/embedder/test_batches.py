"""Many posters read on all cores: in order, once each, and not at all after a failure."""

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from embedder.batches import BATCH, in_batches


def test_batches_come_back_in_order_though_the_first_is_the_slowest() -> None:
    later = threading.Event()

    def read(batch: Sequence[int]) -> list[int]:
        if batch[0] == 0:
            later.wait(60)
        else:
            later.set()
        return list(batch)

    posters = range(3 * BATCH + 1)
    assert [each for batch in in_batches(read, posters) for each in batch] == list(posters)


def test_nothing_to_read_is_read_never() -> None:
    assert list(in_batches(len, [])) == []


def test_what_reading_raises_is_raised_and_the_rest_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[int] = []
    given_up = threading.Event()
    shutdown = ThreadPoolExecutor.shutdown

    def closing(pool: ThreadPoolExecutor, *args: Any, **options: Any) -> None:
        given_up.set()
        shutdown(pool, *args, **options)

    def read(batch: Sequence[int]) -> None:
        begun.append(batch[0])
        if batch[0] == 0:
            raise ValueError("torn")
        given_up.wait(300)  # as long as a batch takes that is read when the first one fails

    monkeypatch.setattr(ThreadPoolExecutor, "shutdown", closing)
    with pytest.raises(ValueError, match="torn"):
        list(in_batches(read, range(100_000)))
    assert len(begun) <= 1 + (os.cpu_count() or 1)
