"""A worker whose threads wait for no client but for some that take a long export.

gunicorn's threads read requests and send answers themselves, so that as many clients as there are
threads, each with half a header or an answer that it does not take, stop a server. Here the loop
that accepts connections gathers what they send, however slowly, gives a thread the whole request,
sends what the system did not take of the answer, and closes those that take too long.
"""

from __future__ import annotations

import errno
import math
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import PollableMethodQueue, TConn, ThreadWorker

from webapp.arrival import MOST_HEADER, Arrival
from webapp.departure import LINGER_SECONDS, SEND_SECONDS, PatientSocket

SWEEP_SECONDS = 1.0
SILENT_SECONDS = 1.0
"""For which a worker that stops waits for a request from who is connected and has sent nothing."""
MOST_HELD = 256 * 1024 * 1024
"""Bytes of requests that are not whole, and as many of answers not taken, beyond which the largest
is given up; and as many of whole requests, beyond which uploads are refused."""
PART_BYTES = 256 * 1024
MOST_LEFT = 1024 * 1024
"""Bytes that are read away after an answer's end."""
OUT_OF_FILES = (errno.EMFILE, errno.ENFILE)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
NOTHING_MORE = b"Content-Length: 0\r\nConnection: close\r\n\r\n"
TOO_LARGE = b"HTTP/1.1 431 Too Large\r\n" + NOTHING_MORE
OVERLOADED = b"HTTP/1.1 503 Overloaded\r\nRetry-After: 10\r\n" + NOTHING_MORE


class LastingQueue(PollableMethodQueue):  # type: ignore[misc]
    """gunicorn's queue, by which threads wake the loop, as long as there are threads."""

    def close(self) -> None:
        """Leave its pipe to the process's end: a thread that outlasts the loop writes to it, and
        its number would be that of the next file that is opened, a database for example."""


class GatheringWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker of threads, fed with whole requests."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.method_queue = LastingQueue()
        self.arriving: dict[TConn, Arrival] = {}
        self.leaving: dict[TConn, float] = {}
        """Until when (time.monotonic) a client may take the rest of its answer, or close."""
        self.gathered = 0
        self.asked = 0
        """Bytes of whole requests that threads have not answered yet, one a connection at most."""
        self.waiting = threading.Semaphore(self.cfg.threads // 2)  # for clients, at once
        self.swept = time.monotonic()
        self.stopped = math.inf
        """When it took its last connections (time.monotonic)."""

    def set_accept_enabled(self, enabled: bool) -> None:
        """gunicorn's, which a worker that stops calls too: it takes all that have connected, since
        they may have asked already, and lets nobody else connect, whom nobody would answer."""
        super().set_accept_enabled(enabled)
        if enabled or self.alive or self.stopped < math.inf:
            return
        self.stopped = time.monotonic()
        for listener in self.sockets:
            for _ in range(self.cfg.backlog + 1):  # no more can have connected by now
                if not self.accept(listener):
                    break
            listener.close()

    def accept(self, listener: Any) -> bool:
        """Take a connection, and wait for its request without a thread; whether there may be
        another one to take."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in OUT_OF_FILES:  # those that are open end; then there are files again
                self.log.error("no file is left for another connection: %s", error)
                time.sleep(0.05)
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return bool(error.errno == errno.ECONNABORTED)
        self.nr_conns += 1
        patient = PatientSocket(client, MOST_HELD // self.cfg.threads, self.waiting)
        self.expect(TConn(self.cfg, patient, address, listener.getsockname()))
        return True

    def expect(self, connection: TConn, begun: bytes = b"") -> None:
        """Gather a connection's next request, of which some may be there."""
        connection.sock.setblocking(False)
        self.arriving[connection] = arrival = Arrival(connection, time.monotonic())
        self.watch(connection, selectors.EVENT_READ, partial(self.on_part, arrival))
        if begun:
            self.take(arrival, begun)

    def on_client_socket_readable(self, conn: TConn, client: Any) -> None:
        """A connection that was kept alive has another request."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self.expect(conn)

    def on_part(self, arrival: Arrival, client: Any) -> None:
        """Some of a request has come."""
        if self.arriving.get(arrival.connection) is not arrival:  # given up in this very turn
            return
        part = client.arrived(PART_BYTES)
        if part:
            self.take(arrival, part)
        elif part is not None:
            self.give_up(arrival.connection)

    def take(self, arrival: Arrival, part: bytes) -> None:
        """Add a part to a request, and let a thread answer what is whole."""
        begun = arrival.add(part)
        self.gathered += len(part)
        if arrival.endless:
            self.refuse(arrival.connection, TOO_LARGE)
        elif arrival.whole:
            self.hand_over(arrival)
        elif begun and arrival.wants_word():
            with suppress(OSError):
                arrival.connection.sock.sendall(CONTINUE)
        if self.gathered > MOST_HELD:
            self.give_up(max(self.arriving, key=lambda each: len(self.arriving[each].data)))

    def refuse(self, connection: TConn, answer: bytes) -> None:
        """Answer a request without a thread."""
        self.forget(connection)
        with suppress(OSError):
            connection.sock.sendall(answer)
        self.linger(connection)

    def hand_over(self, arrival: Arrival) -> None:
        """Let a thread answer."""
        connection = arrival.connection
        if len(arrival.data) > MOST_HEADER and self.asked + len(arrival.data) > MOST_HELD:
            told = "too many uploads wait for a thread; one of %d bytes is refused"
            self.log.warning(told, len(arrival.data))
            self.refuse(connection, OVERLOADED)
            return
        self.forget(connection)
        connection.asked, connection.data_ready = len(arrival.data), True
        self.asked += connection.asked
        connection.sock.give(arrival.data)
        self.enqueue_req(connection)

    def finish_request(self, conn: TConn, fs: Any) -> None:
        """A thread has answered; what the client has not taken yet is sent from here."""
        self.asked -= conn.asked
        conn.lasts = not fs.cancelled() and not fs.exception() and fs.result()
        more = conn.parser.unreader.take_buffered() + conn.sock.take_back() if conn.lasts else b""
        conn.sock.give(more)
        if not conn.sock.kept or conn.sock.fileno() < 0:
            self.finish(conn, fs)
            return
        self.leaving[conn] = time.monotonic() + SEND_SECONDS
        self.watch(conn, selectors.EVENT_WRITE, partial(self.on_room, conn, fs))
        if sum(each.sock.held for each in self.leaving) > MOST_HELD:
            self.give_up(max(self.leaving, key=lambda each: each.sock.held))

    def on_room(self, conn: TConn, fs: Any, _: Any) -> None:
        """A client takes more of its answer."""
        if conn not in self.leaving:
            return
        try:
            conn.sock.send_kept()
        except OSError:
            self.give_up(conn)
            return
        if not conn.sock.kept:
            self.forget(conn)
            self.finish(conn, fs)

    def finish(self, conn: TConn, fs: Any) -> None:
        """An answer is sent: keep the connection for the next request, or close it."""
        if conn.sock.cut:
            self.close(conn)
        elif not conn.lasts:
            self.linger(conn)
        elif begun := conn.sock.take_back():
            self.expect(conn, begun)
        else:
            super().finish_request(conn, fs)

    def linger(self, conn: TConn) -> None:
        """Close once the client has, so that it gets the answer's end; it has two seconds."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.close(conn)
            return
        self.leaving[conn], conn.left = time.monotonic() + LINGER_SECONDS, 0
        self.watch(conn, selectors.EVENT_READ, partial(self.on_leftover, conn))

    def on_leftover(self, conn: TConn, client: Any) -> None:
        """A client sends after its answer's end, or closes."""
        if conn not in self.leaving or (left := client.arrived(PART_BYTES)) is None:
            return
        conn.left += len(left)
        if not left or conn.left > MOST_LEFT:
            self.give_up(conn)

    def watch(self, conn: TConn, events: int, callback: Callable[[Any], None]) -> None:
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, events, callback)

    def give_up(self, conn: TConn) -> None:
        """Close a connection that the loop waits for."""
        self.forget(conn)
        self.close(conn)

    def forget(self, conn: TConn) -> None:
        self.poller.unregister(conn.sock)
        self.leaving.pop(conn, None)
        if arrival := self.arriving.pop(conn, None):
            self.gathered -= len(arrival.data)

    def close(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """gunicorn's hook for connections to give up, called at every turn of the loop."""
        super().murder_pending()
        now = time.monotonic()
        if self.nr_conns >= self.worker_connections and self.alive:
            # The larger crowd; within it, those that have waited longest come first.
            crowd = max(list(self.arriving), list(self.leaving), key=len)
            for conn in crowd[: max(1, len(crowd) // 10)]:
                self.give_up(conn)
        if now - self.swept < SWEEP_SECONDS and self.alive:
            return
        self.swept = now
        late = [each for each, arrival in self.arriving.items() if arrival.until < now]
        late += [each for each, until in self.leaving.items() if until < now]
        for conn, arrival in self.arriving.items():
            if not arrival.data and max(arrival.since, self.stopped) <= now - SILENT_SECONDS:
                late.append(conn)
        for conn in dict.fromkeys(late):
            self.give_up(conn)
