"""Whose turn it is to have a recommendation worked out, and by how many threads.

More at a time than there are cores would share them, and all come later (docs/decisions/0013).
Whoever is alone may have a second thread do a part of it: the network and searches leave Python's
lock to others. Where somebody else is answered or waits too, all cores are at work, and a part that
is handed over only comes later.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Turns:
    """Turns of one process, at most so many at a time."""

    def __init__(self, most: int) -> None:
        self._free = threading.Semaphore(most)
        self._lock = threading.Lock()
        self.present = 0
        """Those who have a turn, and those who wait for one."""
        self._beside = ThreadPoolExecutor(most, "beside")
        self._here = _Here()

    @contextmanager
    def taken(self) -> Iterator[Executor]:
        """A turn, once one is free, and who does what is handed over: a thread for somebody alone,
        else the caller itself."""
        with self._counted(), self._free:
            yield self._beside if self.present == 1 else self._here

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            self.present += 1
        try:
            yield
        finally:
            with self._lock:
                self.present -= 1


class _Here(Executor):
    """Does what is submitted before it returns."""

    def submit(self, work: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        done: Future[_T] = Future()
        try:
            done.set_result(work(*args, **kwargs))
        except BaseException as error:
            done.set_exception(error)
        return done
