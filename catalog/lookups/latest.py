"""What was last worked out of a whole catalogue, by one thread at a time."""

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

WAIT: Final = 1.0
"""Seconds that a thread waits for what another one works out, where it can have the former."""
LONG: Final = 1.0
"""Seconds of work after which there is a rest."""
RESTS: Final = 20.0
"""Times as long as the work took: an import changes a catalogue every two seconds."""


class Latest(Generic[Key, Value]):
    """A value and the key, such as the catalogue's state, that it was worked out for.

    It always fits its key where the work is quick. Where it takes longer than `LONG` twice in a
    row, the former value stands for a while: through a rest of `rests` times as long as the quicker
    of the two, since one alone may have met a busy machine; and for a thread that has waited `WAIT`
    for another one to work it out. So what is shown by it is looked up by the ids in
    it, which says what was removed since.
    """

    def __init__(self, rests: float = RESTS) -> None:
        self._rests = rests
        self._lock = threading.Lock()
        self._held: tuple[Key, Value] | None = None
        self._took = 0.0
        self._rests_until = 0.0

    def value(self, key: Key, work_out: Callable[[tuple[Key, Value] | None], Value]) -> Value:
        """Return the value for a key, worked out from the former key and value, if there are."""
        held = self._held
        if held is not None and self._stands(held[0], key):
            return held[1]
        if held is None:
            self._lock.acquire()
        elif not self._lock.acquire(timeout=WAIT):
            return held[1]
        try:
            held = self._held
            if held is None or not self._stands(held[0], key):
                began = time.monotonic()
                held = self._held = key, work_out(held)
                ended = time.monotonic()
                quicker, self._took = min(self._took, ended - began), ended - began
                self._rests_until = ended + (self._rests * quicker if quicker > LONG else 0)
            return held[1]
        finally:
            self._lock.release()

    def _stands(self, held: Key, key: Key) -> bool:
        return held == key or time.monotonic() < self._rests_until
