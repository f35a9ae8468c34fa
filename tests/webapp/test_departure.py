"""A client's socket, which no thread waits for."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

if os.name != "posix":
    pytest.skip("gunicorn is POSIX's", allow_module_level=True)

from tests.webapp.worker_thread import working
from webapp import departure, gathering_worker
from webapp.departure import PIECE_BYTES, PatientSocket

PIECE = 10_000 * b"x"
MOST = 10 * len(PIECE)


def filled(patient: PatientSocket) -> int:
    """How many pieces were sent until more than may be kept was not taken."""
    sent = 0
    while len(patient.kept) <= MOST:
        patient.sendall(PIECE)
        sent += 1
    return sent


def all_of(client: socket.socket) -> int:
    """How many bytes come until the connection ends; ConnectionResetError where it breaks."""
    return sum(len(part) for part in iter(lambda: client.recv(1 << 16), b""))


def test_an_answer_in_many_pieces_waits_for_room_and_is_never_held_whole() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, ThreadPoolExecutor(1) as client:
        theirs.settimeout(60)
        patient = PatientSocket(ours, MOST, threading.Semaphore(1))
        sent = filled(patient)

        taken = client.submit(all_of, theirs)
        for _ in range(300):
            patient.sendall(PIECE)
            sent += 1
            assert patient.held <= MOST + len(PIECE)
        while patient.kept:
            patient.send_kept()
        ours.shutdown(socket.SHUT_WR)
        assert taken.result(60) == sent * len(PIECE)


@pytest.mark.parametrize(("seconds", "places"), [(0.0, 1), (120.0, 0)])
def test_who_takes_too_little_of_many_pieces_is_let_go_as_where_too_many_wait(
    monkeypatch: pytest.MonkeyPatch, seconds: float, places: int
) -> None:
    monkeypatch.setattr(departure, "SEND_SECONDS", seconds)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        waiting = threading.Semaphore(places)
        patient = PatientSocket(ours, MOST, waiting)
        filled(patient)
        with pytest.raises(ConnectionResetError):
            patient.sendall(PIECE)
        assert patient.held == 0
        assert patient.cut
        assert waiting.acquire(blocking=False) == bool(places), "the next one may wait"


def test_an_answer_in_one_piece_waits_for_nobody_however_large_it_is() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        patient = PatientSocket(ours, MOST, threading.Semaphore(1))
        patient.sendall(100 * PIECE)
        assert patient.held > MOST


def test_a_thread_never_waits_for_who_takes_an_answer() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        patient, answer = PatientSocket(ours), bytes(range(256)) * 40_000
        patient.sendall(answer[:1000])
        patient.sendall(answer[1000:])
        assert patient.kept
        assert patient.held == len(patient.kept)
        found = bytearray()
        while len(found) < len(answer):
            found += theirs.recv(1 << 20)
            patient.send_kept()
        assert found == answer
        assert not patient.kept


def test_a_thread_reads_what_it_was_given_piece_by_piece_and_nothing_else() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        patient, request = PatientSocket(ours), bytearray(b"x" * (PIECE_BYTES + 5))
        theirs.sendall(b"y")
        patient.give(request)
        assert patient.recv(1) == b"x"
        assert len(patient.recv(1 << 20)) == PIECE_BYTES
        assert patient.held == 4
        assert patient.take_back() == b"xxxx"
        with pytest.raises(ConnectionResetError):
            patient.recv(1)
        assert patient.send(b"HTTP/1.1 100 Continue") == 21
        assert patient.arrived(10) == b"y"


def test_what_has_arrived_is_told_from_what_is_to_come_and_from_an_end() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        patient = PatientSocket(ours)
        assert patient.arrived(10) is None
        theirs.sendall(b"y")
        theirs.close()
        assert patient.arrived(10) == b"y"
        assert patient.arrived(10) == b""


def test_an_export_that_its_client_does_not_take_ends_before_it_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gathering_worker, "MOST_HELD", MOST)
    made: list[int] = []
    ended = threading.Event()

    def export(_: dict[str, Any], start: Callable[..., Any]) -> Iterator[bytes]:
        start("200 OK", [("Content-Type", "text/csv")])
        try:
            for number in range(1000):
                made.append(number)
                yield MOST * b"x"
        finally:
            ended.set()

    with working(export) as (_, address), socket.create_connection(address) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert ended.wait(60)
    assert len(made) < 1000


def test_a_cut_answer_without_a_length_does_not_look_whole(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(gathering_worker, "MOST_HELD", MOST)
    ended = threading.Event()

    def export(_: dict[str, Any], start: Callable[..., Any]) -> Iterator[bytes]:
        start("200 OK", [("Content-Type", "text/csv")])
        try:
            for _number in range(1000):
                yield MOST * b"x"
        finally:
            ended.set()

    with working(export) as (_, address), socket.create_connection(address, timeout=60) as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert ended.wait(60)
        with pytest.raises(ConnectionResetError):
            all_of(client)
    assert "cut short" in caplog.text


def test_what_is_not_sent_by_its_deadline_ends_in_a_reset() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        theirs = socket.create_connection(listener.getsockname(), timeout=60)
        ours, _ = listener.accept()
        with theirs:
            patient = PatientSocket(ours)
            patient.sendall(10_000_000 * b"x")
            assert patient.kept
            patient.close()
            with pytest.raises(ConnectionResetError):
                all_of(theirs)
