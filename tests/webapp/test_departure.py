"""A client's socket, which no thread waits for."""

import socket

import pytest

from webapp.departure import PIECE_BYTES, PatientSocket


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
