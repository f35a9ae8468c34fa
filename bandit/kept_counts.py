"""What is counted of the record: of a small one each time, of a large one now and then."""

import threading
import time
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final, Generic, TypeVar

from bandit.policy import ArmStats
from bandit.store import FeedbackStore

T = TypeVar("T")

LARGE_RECORD: Final = 50_000
"""Rows from which what was counted is kept; of fewer, what is told is exact at once."""
TIMES_AS_LONG: Final = 20
"""For so many times as long as counting took it is kept: a process counts for a twentieth of its
time at most."""


class KeptCounts(Generic[T]):
    """Counts that this process keeps. Safe for several threads, of which one counts a large record
    at a time; meanwhile the others are told what was counted before."""

    def __init__(
        self, rows: Callable[[T], int], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`rows` tells from what was counted how many rows that was; `clock` gives seconds."""
        self._rows, self._clock = rows, clock
        self._turn = threading.Lock()
        self._small: set[Hashable] = set()
        self._kept: dict[Hashable, tuple[T, float]] = {}
        """With the moment until which it holds."""

    def get(self, key: Hashable, count: Callable[[], T]) -> T:
        """What `count` gives now, or of a large record gave lately for the same `key`."""
        if key in self._small:
            return self._counted(key, count)
        kept = self._kept.get(key)
        if kept is not None and (self._clock() < kept[1] or self._turn.locked()):
            return kept[0]
        with self._turn:
            kept = self._kept.get(key)  # whoever had the turn before may have counted it
            if kept is not None and self._clock() < kept[1]:
                return kept[0]
            return self._counted(key, count)

    def anew(self, key: Hashable, count: Callable[[], T]) -> T:
        """What `count` gives now, also of a large record; from here on others are told that."""
        with self._turn:
            return self._counted(key, count)

    def _counted(self, key: Hashable, count: Callable[[], T]) -> T:
        began = self._clock()
        found = count()
        if self._rows(found) < LARGE_RECORD:
            self._small.add(key)
            self._kept.pop(key, None)
        else:
            ended = self._clock()
            self._kept[key] = found, ended + TIMES_AS_LONG * (ended - began)
            self._small.discard(key)
        return found


class KeptStats:
    """What `FeedbackStore.stats` tells of these arms, of a large record as it was counted last."""

    def __init__(self, feedback: FeedbackStore[Any], arms: Sequence[str], *, shared: bool) -> None:
        self.shared = shared
        self._feedback, self._arms = feedback, arms
        self._counts: KeptCounts[list[ArmStats]] = KeptCounts(
            lambda stats: sum(each.shown for each in stats)
        )

    def of(self, model: str, *, rated_alone: bool = False, exact: bool = False) -> list[ArmStats]:
        """Under a model; `rated_alone` as there. `exact`: counted now, whatever was before."""
        tell = self._counts.anew if exact else self._counts.get
        return tell(
            (model, rated_alone),
            lambda: self._feedback.stats(
                self._arms, model, shared=self.shared, rated_alone=rated_alone
            ),
        )
