"""Pillow's warnings, which tell a person at a keyboard what decoding anyone's bytes must not."""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final


class _Silence:
    """Pillow's warnings, switched off while any thread decodes.

    `warnings.catch_warnings` restores what it found on entering, so two overlapping threads may
    leave the wrong filters behind; here the first one in sets them and the last one out restores.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._saved = warnings.catch_warnings()

    def enter(self) -> None:
        with self._lock:
            if not self._inside:
                self._saved = warnings.catch_warnings()
                self._saved.__enter__()
                warnings.simplefilter("ignore")
            self._inside += 1

    def leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._saved.__exit__(None, None, None)


_PILLOW: Final = _Silence()


@contextmanager
def silence() -> Iterator[None]:
    """Within, Pillow warns of nothing, in whatever thread."""
    _PILLOW.enter()
    try:
        yield
    finally:
        _PILLOW.leave()
