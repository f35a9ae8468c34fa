"""Decoding in a process that may be ended: what comes back, and what does not."""

import io
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from catalog.images import FORMATS, ImageError, decode
from catalog.images.guarded_decoding import COMMAND, DECODERS, Decoders

Paint = Callable[..., Image.Image]
posix = pytest.mark.skipif(os.name != "posix", reason="limits are POSIX's")


@pytest.fixture
def decoders() -> Iterator[Decoders]:
    made = Decoders(2)
    yield made
    made.close()


def saved(image: Image.Image, file_format: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format)
    return buffer.getvalue()


def doing(work: str, **limits: float) -> tuple[str, ...]:
    """A process that does `work` in the place of decoding; `limits` replace those of its own."""
    settings = "".join(f"d.{name} = {value}; " for name, value in limits.items())
    program = (
        f"import sys, catalog.images.decoder_process as d; {settings}\n"
        f"def decode(data, at_least, at_most, heic):\n    {work}\n"
        "d.decode = decode; d.main(sys.stdin.buffer, sys.stdout.buffer)"
    )
    return (sys.executable, "-c", program)


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_picture_is_the_same_to_the_last_bit(
    decoders: Decoders, paint: Paint, file_format: str
) -> None:
    data = saved(paint(1, (300, 450)), file_format)
    for least, most in ((None, None), ((100, 100), None), (None, 20_000), ((100, 100), 5_000)):
        apart = decoders.decode(data, at_least=least, at_most=most)
        assert apart.mode == "RGB"
        assert apart.tobytes() == decode(data, at_least=least, at_most=most).tobytes()


def test_a_refusal_is_the_same_too(decoders: Decoders, paint: Paint) -> None:
    for data in (b"", b"nonsense", saved(paint(1), "JPEG")[:200], b"\0\0\0\x1cftypheic" + bytes(9)):
        with pytest.raises(ImageError) as apart:
            decoders.decode(data)
        assert str(apart.value).endswith(".")
    with pytest.raises(ImageError, match="10000 x 10000") as apart:
        decoders.decode(saved(Image.new("L", (10_000, 10_000)), "PNG"))
    assert apart.value.values["width"] == "10000"


def test_heic_is_read_there_and_only_there(decoders: Decoders, paint: Paint) -> None:
    import pillow_heif

    buffer = io.BytesIO()
    pillow_heif.from_pillow(paint(1, (300, 450))).save(buffer, quality=90)
    assert decoders.decode(buffer.getvalue()).size == (300, 450)
    with pytest.raises(ImageError, match="HEIC"):
        decode(buffer.getvalue())


@posix
@pytest.mark.parametrize(
    "command",
    [
        doing("while True: pass", PROCESSOR_SECONDS=0),
        doing("return bytearray(600 << 20)"),
        doing("raise SystemExit"),
        doing("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"),
        doing("open('left-behind', 'w').write('x')"),
    ],
    ids=["endless", "huge", "ends", "crashes", "writes"],
)
def test_what_takes_too_much_is_refused_and_the_next_is_read(
    command: tuple[str, ...],
    paint: Paint,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    decoders = Decoders(1, command)
    with pytest.raises(ImageError, match="takes too long"):
        decoders.decode(saved(paint(1), "PNG"))
    decoders._command = COMMAND
    assert decoders.decode(saved(paint(1), "PNG")).size == paint(1).size
    decoders.close()
    assert not [path for path in tmp_path.iterdir() if path.stat().st_size]


def test_who_sleeps_for_ever_is_not_waited_for(paint: Paint) -> None:
    decoders = Decoders(1, doing("import time; time.sleep(3600)", CLOCK_SECONDS=0.5))
    with pytest.raises(ImageError, match="takes too long"):
        decoders.decode(saved(paint(1), "PNG"))
    decoders.close()


@posix
def test_a_process_that_has_grown_is_replaced(paint: Paint) -> None:
    work = "d.kept = b'x' * (40 << 20); from PIL import Image; return Image.new('RGB', (9, 9))"
    decoders = Decoders(1, doing(work, GROWN=30 << 20))
    for _ in range(2):
        assert decoders.decode(b"picture").size == (9, 9)
        process = decoders._processes.queue[0]
        assert process.wait(timeout=60) == 0
    decoders.close()


ENDS_UNASKED = """
import sys, catalog.images.decoder_process as d
from PIL import Image
class Jobs:
    headers = 0
    def read(self, length):
        said = sys.stdin.buffer.read(length)
        self.headers += length == d.JOB.size
        return b"" if self.headers == 2 else said
d.decode = lambda data, **sizes: Image.new("RGB", (9, 9))
d.main(Jobs(), sys.stdout.buffer)
"""
"""Answers one job, and has decided to end when the next one comes."""


@posix
def test_a_picture_that_meets_a_process_as_it_ends_is_read_by_another() -> None:
    decoders = Decoders(1, (sys.executable, "-c", ENDS_UNASKED))
    assert [decoders.decode(b"picture").size for _ in range(3)] == [(9, 9)] * 3
    decoders.close()


@posix
def test_a_picture_that_ends_a_process_is_not_tried_on_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work = "data == b'bad' and sys.exit(1); from PIL import Image; return Image.new('RGB', (9, 9))"
    decoders = Decoders(1, doing(work))
    assert decoders.decode(b"picture").size == (9, 9)
    with monkeypatch.context() as patch:
        patch.setattr(decoders, "_started", lambda: pytest.fail("another is started"))
        with pytest.raises(ImageError, match="takes too long"):
            decoders.decode(b"bad")
    assert decoders.decode(b"picture").size == (9, 9)
    decoders.close()


def test_no_more_are_decoded_at_once_than_there_are_places(paint: Paint) -> None:
    decoders, data = Decoders(2), saved(paint(1), "PNG")

    def many() -> None:
        for _ in range(10):
            decoders.decode(data)

    threads = [threading.Thread(target=many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= decoders._processes.qsize() <= 2
    decoders.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_worker_makes_its_own(paint: Paint) -> None:
    data = saved(paint(1), "PNG")
    DECODERS.decode(data)
    parents = {each.pid for each in DECODERS._processes.queue}
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside other threads
        child = os.fork()
    if not child:  # pragma: no cover - another process
        try:
            sent = DECODERS.decode(data).tobytes() == decode(data).tobytes()
            own = {each.pid for each in DECODERS._processes.queue}
            DECODERS.close()
            alone = own and not own & parents and DECODERS._processes.empty()
            os.write(writing, b"y" if sent and alone else b"n")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 1) == b"y"
    os.close(reading)
    os.close(writing)
    assert DECODERS.decode(data).size == paint(1).size
