"""What the decoding process answers, asked without a process; its limits are those of
test_guarded_decoding."""

import json
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from catalog.images import decode, decoder_process
from catalog.images.decoder_process import JOB, PICTURE, REFUSED, REPLY, answer, main


def test_a_picture_is_answered_with_its_size_and_pixels(poster: Callable[..., bytes]) -> None:
    data = poster(1)
    header, pixels = answer(data, None, None)
    kind, width, height, _ = REPLY.unpack(header)
    assert kind == PICTURE
    assert pixels == decode(data).tobytes()
    assert Image.frombytes("RGB", (width, height), pixels).size == decode(data).size


def test_what_is_no_picture_is_answered_with_its_sentence_and_values() -> None:
    header, said = answer(b"Dear Sir or Madam", None, None)
    kind, length, *_ = REPLY.unpack(header)
    assert kind == REFUSED
    assert length == len(said)
    text, values = json.loads(said)
    assert text
    assert isinstance(values, dict)


def test_jobs_are_answered_in_turn_until_there_are_no_more(
    poster: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("limit_memory", "limit_processor"):  # they would bind the test's own process
        monkeypatch.setattr(decoder_process, limit, lambda: None)
    monkeypatch.setattr(decoder_process, "GROWN", 1 << 60)
    first, second = poster(1), poster(2)
    jobs = b"".join(JOB.pack(len(data), 0, 0, 0) + data for data in (first, second))
    replies = BytesIO()
    main(BytesIO(jobs), replies)
    assert replies.getvalue() == b"".join(
        part for data in (first, second) for part in answer(data, None, None)
    )


def test_a_process_that_has_grown_answers_once_and_ends(
    poster: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("limit_memory", "limit_processor"):
        monkeypatch.setattr(decoder_process, limit, lambda: None)
    monkeypatch.setattr(decoder_process, "GROWN", -1)
    data = poster(1)
    replies = BytesIO()
    main(BytesIO(2 * (JOB.pack(len(data), 0, 0, 0) + data)), replies)
    assert replies.getvalue() == b"".join(answer(data, None, None))


def test_a_picture_that_was_answered_does_not_count_as_grown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = list[int]()

    class Held(bytes):
        def __init__(self, *_: object) -> None:
            held.append(len(self))

        def __del__(self) -> None:
            held.remove(len(self))

    class Jobs(BytesIO):
        def read(self, length: int | None = -1) -> bytes:
            return Held(super().read(length))

    for limit in ("limit_memory", "limit_processor"):
        monkeypatch.setattr(decoder_process, limit, lambda: None)
    monkeypatch.setattr(decoder_process, "answer", lambda *_: (Held(b"size"), Held(b"pixels")))
    measured = list[list[int]]()

    def in_use(_: int) -> int:
        measured.append(held[:])
        return 1 << 60

    monkeypatch.setattr(decoder_process, "_in_use", in_use)
    main(Jobs(JOB.pack(7, 0, 0, 0) + b"picture"), BytesIO())
    assert measured == [[JOB.size]], "the job's header alone"
