"""Connections to public addresses only, each looked up once and given up in time."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpcore

from onesheet.base.texts import marked
from onesheet.fetching.addresses import Address, Resolve, is_public
from onesheet.fetching.errors import PassingError, UnfetchedSiteError

SitePort = tuple[str, int]
"""A host and a port."""
ADDRESS_SECONDS = 2.0
"""For which an address is waited for while others of the host are left to try."""


class GuardedNetwork(httpcore.NetworkBackend):
    """Looks a name up at the very connection and connects to what it just checked.

    So a name that answers differently the second time (DNS rebinding) is not asked a second time.
    A name with any address that is not public is refused. After `deadline` (time.monotonic)
    nothing is waited for, however slowly the other side goes on. `trusted` alone may have private
    addresses.
    """

    def __init__(
        self,
        inner: httpcore.NetworkBackend,
        resolve: Resolve,
        deadline: float,
        trusted: SitePort | None = None,
    ) -> None:
        self._trusted = trusted
        self._inner = inner
        self._resolve = resolve
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._checked(host, port)
        for place, address in enumerate(addresses, start=1):
            last, wait = place == len(addresses), left(self._deadline)
            try:
                stream = self._inner.connect_tcp(
                    str(address),
                    port,
                    wait if last else min(wait, ADDRESS_SECONDS),
                    local_address,
                    socket_options,
                )
                return _TimedStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if last:
                    raise
        raise AssertionError("a checked host has an address")

    def _checked(self, host: str, port: int) -> list[Address]:
        pool = ThreadPoolExecutor(1)  # the system's resolver knows no time limit
        try:
            addresses = pool.submit(self._resolve, host, port).result(left(self._deadline))
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        except (OSError, ValueError):  # UnicodeError is one
            addresses = []
        finally:
            pool.shutdown(wait=False)
        if not addresses:
            raise PassingError(  # a name server may be away for a moment
                marked("%(site)s could not be reached from here; check the address."), site=host
            )
        if (host, port) != self._trusted:
            check_public(host, addresses)
        return addresses


def check_public(host: str, addresses: list[Address]) -> None:
    """Raises FetchError where any of a host's addresses is not public."""
    if not all(is_public(address) for address in addresses):
        raise UnfetchedSiteError(
            marked(
                "%(site)s is not a public site, so it is not fetched; save the image and upload it."
            ),
            site=host,
        )


class _TimedStream(httpcore.NetworkStream):
    """A connection on which no single wait passes the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, left(self._deadline))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, left(self._deadline))
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def left(deadline: float) -> float:
    """Seconds until the deadline. Raises httpcore.ReadTimeout after it."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise httpcore.ReadTimeout("the deadline has passed")
    return seconds
