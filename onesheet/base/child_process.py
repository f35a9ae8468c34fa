"""A child process that ends when its parent does, however the parent ended."""

from __future__ import annotations

import _thread
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence

GRACE = 10.0
"""Seconds an orphan has to clean up before it is ended outright."""


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command that calls `end_with_parent`; its exit status.

    The child reads from a pipe that this process holds: the system closes it with the process,
    even after a kill that leaves no time to tell anybody, and on every platform.
    """
    with subprocess.Popen(command, env=dict(environment), stdin=subprocess.PIPE) as child:  # noqa: S603
        return child.wait()


def end_with_parent() -> None:
    """Interrupt this process, as Ctrl-C does, once standard input ends."""
    threading.Thread(target=_watch, args=(sys.stdin.fileno(),), daemon=True).start()


def _watch(pipe: int) -> None:
    # os.read, because a buffered reader that waits would hold its lock as the interpreter ends.
    while os.read(pipe, 1):
        pass
    if os.name == "posix":  # a signal to the very thread, so that it wakes from what it waits for
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        _thread.interrupt_main()
    threading.Event().wait(GRACE)
    os._exit(1)
