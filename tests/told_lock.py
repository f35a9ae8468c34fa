"""A lock that tells of who asks for it."""

import threading


class ToldLock:
    """A lock; `asked` is released once for each attempt to take it, before the attempt."""

    def __init__(self) -> None:
        self._own = threading.Lock()
        self.asked = threading.Semaphore(0)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        self.asked.release()
        return self._own.acquire(blocking, timeout)

    def release(self) -> None:
        self._own.release()

    def locked(self) -> bool:
        return self._own.locked()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()
