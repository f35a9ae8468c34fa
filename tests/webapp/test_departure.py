"""An answer that its client does not take at once."""

import socket

import pytest

from webapp import departure
from webapp.departure import PatientSocket


def test_a_thread_never_waits_for_its_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(departure, "READ_SECONDS", 0.01)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        patient, answer = PatientSocket(ours), bytes(range(256)) * 40_000
        patient.sendall(answer[:1000])
        patient.sendall(answer[1000:])
        assert patient.kept
        with pytest.raises(ConnectionResetError):
            patient.recv(10)
        found = bytearray()
        while len(found) < len(answer):
            found += theirs.recv(1 << 20)
            patient.send_kept()
        assert found == answer
        assert not patient.kept
