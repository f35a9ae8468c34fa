"""The other side of `guarded_decoding`: a process that decodes what it is sent until its input
ends, and that is ended where one picture takes too much time or memory.

A job is `JOB` (bytes, the two numbers of `at_least` and `at_most`, or zeros) and the bytes; the
answer is `REPLY` (kind, then width, height and frame, or a length and zeros) and RGB pixels, or an
error as JSON.
"""

import faulthandler
import json
import os
import signal
import struct
import sys
from typing import IO, Final

from catalog.images.decoding import decode
from catalog.images.errors import ImageError

JOB: Final = struct.Struct("<IIII")
REPLY: Final = struct.Struct("<cIII")
PICTURE, REFUSED = b"p", b"r"
PROCESSOR_SECONDS: Final = 5
CLOCK_SECONDS: Final = 30.0
"""For one picture, on a machine with other work."""
MEMORY: Final = 500 * 1024 * 1024
"""Bytes that one picture may take beside the process itself."""
GROWN: Final = 200 * 1024 * 1024
"""Bytes in use after a picture at which the process makes room for a fresh one."""


def main(jobs: IO[bytes], replies: IO[bytes]) -> None:
    """Answer jobs until there are no more, or the process has grown."""
    limit_memory()
    while header := jobs.read(JOB.size):
        faulthandler.dump_traceback_later(CLOCK_SECONDS, exit=True)
        length, width, height, at_most = JOB.unpack(header)
        data = jobs.read(length)
        limit_processor()
        at_least = (width, height) if width and height else None
        for part in answer(data, at_least, at_most or None):
            replies.write(part)
        replies.flush()
        faulthandler.cancel_dump_traceback_later()
        del data, part  # which would count as grown after every large picture
        if _in_use(1) > GROWN:
            return


def answer(
    data: bytes, at_least: tuple[int, int] | None, at_most: int | None
) -> tuple[bytes, bytes]:
    """What is sent back for one picture."""
    try:
        image = decode(data, at_least=at_least, at_most=at_most, heic=True)
        pixels = image.tobytes()
    except ImageError as error:
        said = json.dumps([error.text, error.values]).encode()
        return REPLY.pack(REFUSED, len(said), 0, 0), said
    return REPLY.pack(PICTURE, *image.size, image.info.get("frame", 1)), pixels


def limit_memory() -> None:
    """Let an allocation fail that goes beyond `MEMORY`; and let no file be written."""
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_in_use(0) + MEMORY, most))
    for what in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(what, (0, 0))


def limit_processor() -> None:
    """Have the system end this process after so much more processor time."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    until = int(used.ru_utime + used.ru_stime) + PROCESSOR_SECONDS + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, most))


def _in_use(field: int) -> int:
    """Bytes of addresses (0) or of memory (1); 0 where the system does not say."""
    try:
        with open("/proc/self/statm") as file:  # noqa: PTH123 - somebody waits
            return int(file.read().split()[field]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends us
    main(sys.stdin.buffer, sys.stdout.buffer)
