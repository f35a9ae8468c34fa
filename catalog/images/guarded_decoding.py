"""Decoding bytes that anyone may have sent, in another process that can be ended.

The readers of pictures are C, fed with what strangers made: one may take minutes, gigabytes, or
crash. So a process of its own decodes, and what it may take is limited (`decoder_process`).
"""

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, LifoQueue
from typing import IO, Final

from PIL import Image

from catalog.images.decoder_process import JOB, PICTURE, REPLY
from catalog.images.errors import (
    MAX_BYTES,
    ImageError,
    empty_file,
    too_intricate,
    too_many_bytes,
)

COMMAND: Final = (sys.executable, "-B", "-W", "ignore", "-m", "catalog.images.decoder_process")
_PIPE: Final = 1024 * 1024
_ALLOCATION: Final = {
    # Large blocks go back to the system with their pictures, and few addresses are reserved.
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "262144",
    "MALLOC_TRIM_THRESHOLD_": "1048576",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


class Decoders:
    """A few processes that decode, each made when first needed and used by one thread at a time.

    `places` pictures are decoded at once; others wait for their turn. Safe for several threads,
    and after a fork: a child makes its own.
    """

    def __init__(self, places: int, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._processes: LifoQueue[subprocess.Popen[bytes]] = LifoQueue()
        self._turn = threading.BoundedSemaphore(places)
        self._owner = os.getpid()
        self._places = places
        self._inherited: list[object] = []
        atexit.register(self.close)

    def limit(self, places: int) -> None:
        """Have so many pictures decoded at once from now on."""
        self._places, self._turn = places, threading.BoundedSemaphore(places)

    def decode(
        self,
        data: bytes,
        *,
        at_least: tuple[int, int] | None = None,
        at_most: int | None = None,
    ) -> Image.Image:
        """The image in `data` as `decoding.decode` gives it, HEIC too. Raises `ImageError`."""
        if not data:
            raise empty_file()
        if len(data) > MAX_BYTES:
            raise too_many_bytes()
        job = JOB.pack(len(data), *(at_least or (0, 0)), at_most or 0)
        while True:
            with self._process() as (process, fresh):
                try:
                    return _answered(process, job, data)
                except (OSError, EOFError) as error:
                    _ended(process)  # and gone, so that the next picture gets another
                    # One that had grown may end by itself, for no fault of this picture.
                    if fresh or process.returncode != 0:
                        raise too_intricate() from error

    def warm(self) -> None:
        """Start one process now rather than with somebody's picture."""
        with self._process():
            pass

    def close(self) -> None:
        """End the processes."""
        if self._owner == os.getpid():
            with suppress(Empty):
                while True:
                    _ended(self._processes.get_nowait())

    @contextmanager
    def _process(self) -> Iterator[tuple[subprocess.Popen[bytes], bool]]:
        """A process of this thread's own for a while, and whether it was made for it."""
        if self._owner != os.getpid():  # what was inherited belongs to the parent
            self._inherited.append(self._processes)
            self._owner, self._processes = os.getpid(), LifoQueue()
            self._turn = threading.BoundedSemaphore(self._places)
        with self._turn:
            process, fresh = self._taken()
            try:
                yield process, fresh
            except ImageError:
                raise
            except BaseException:  # in the middle of an answer
                _ended(process)
                raise
            finally:
                self._processes.put(process)

    def _taken(self) -> tuple[subprocess.Popen[bytes], bool]:
        with suppress(Empty):
            process = self._processes.get_nowait()
            if process.poll() is None:
                return process, False
            _ended(process)
        return self._started(), True

    def _started(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603 - our own program
            self._command,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ALLOCATION, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        if sys.platform == "linux":
            import fcntl

            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)  # type: ignore[arg-type]
        return process


def _answered(process: subprocess.Popen[bytes], job: bytes, data: bytes) -> Image.Image:
    """Raises ImageError, EOFError where the process ended, and OSError."""
    jobs, replies = process.stdin, process.stdout
    assert jobs is not None and replies is not None  # noqa: S101, PT018
    _sent(jobs, job)
    _sent(jobs, data)
    kind, first, second, frame = REPLY.unpack(_received(replies, REPLY.size))
    if kind != PICTURE:
        text, values = json.loads(bytes(_received(replies, first)))
        raise ImageError(text, **values)
    image = Image.frombytes("RGB", (first, second), _received(replies, first * second * 3))
    if frame > 1:
        image.info["frame"] = frame
    return image


def _sent(file: IO[bytes], data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]


def _received(file: IO[bytes], length: int) -> bytearray:
    found = bytearray(length)
    left = memoryview(found)
    while left:
        count = file.readinto(left)  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        left = left[count:]
    return found


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.wait()


DECODERS: Final = Decoders(min(4, os.cpu_count() or 1))
"""This process's own; a server with several workers gives each its share by `Decoders.limit`."""
