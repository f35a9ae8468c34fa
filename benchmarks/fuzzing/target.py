"""What the fuzzer calls, in a process of its own: the one decode path.

python -m benchmarks.fuzzing.target, and libFuzzer's own options
"""

from __future__ import annotations

import sys
from contextlib import suppress

import atheris

with atheris.instrument_imports(include=["catalog.images"]):
    from catalog.images.decoding import decode
    from catalog.images.errors import ImageError


def decode_once(data: bytes) -> None:
    """Whatever else it raises ends the process, and libFuzzer keeps the bytes."""
    with suppress(ImageError):
        decode(data, at_least=(500, 500), at_most=6_000_000, heic=True)


if __name__ == "__main__":
    atheris.Setup(sys.argv, decode_once)
    atheris.Fuzz()
