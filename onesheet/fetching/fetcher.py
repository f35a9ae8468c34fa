"""The one client by which anything is fetched that a visitor, or an answer from elsewhere, names.

A server that fetches addresses for others can be sent to places which only it can reach: itself,
its neighbours, a cloud's metadata service. So each address, that of every redirect too, is
connected to by `GuardedNetwork`, and what comes back is capped in size, time and kind.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpcore
import httpx

from onesheet.base.texts import marked
from onesheet.fetching.addresses import Resolve, known, resolved
from onesheet.fetching.errors import (
    FetchError,
    OtherAnswerError,
    PassingError,
    StatusError,
    UnfetchedSiteError,
)
from onesheet.fetching.guarded_network import GuardedNetwork, SitePort, check_public

PORTS = {"http": 80, "https": 443}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
HEADERS = {
    "User-Agent": "Onesheet (fetches a poster that its visitor named)",
    "Accept-Encoding": "identity",  # what is packed cannot be capped before it is unpacked
    "Connection": "close",
}
LONGEST_URL = 2000


@dataclass(frozen=True)
class Limits:
    """What one fetch may take, all its redirects together, and how many run at once."""

    bytes: int = 20 * 1024 * 1024
    seconds: float = 10.0
    redirects: int = 5
    at_once: int = 4


@dataclass(frozen=True)
class _Wanted:
    """A kind of answer: content types by their beginning, and how to refuse others and a status
    that is not 200."""

    types: tuple[str, ...]
    other: str
    status: str


IMAGE = _Wanted(
    ("image/", "application/octet-stream", "binary/octet-stream"),
    marked(
        "That address does not lead to an image; open the picture by itself and copy its address."
    ),
    marked("That address does not lead to an image: it answers with %(status)s."),
)
JSON = _Wanted(
    ("application/json",),
    marked("That service did not answer as it should; try again later."),
    marked("That service did not answer as it should: it answers with %(status)s."),
)


class Fetcher:
    """GETs public addresses within limits. Safe to share between threads.

    `trusted` is an address that the operator named: its site may be private and have any port, but
    where it leads to is guarded as ever. `resolve` and `network` are where tests put a local server
    in the internet's place.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        resolve: Resolve = resolved,
        network: httpcore.NetworkBackend | None = None,
        trusted: str | None = None,
    ) -> None:
        """Raises FetchError where `trusted` is no plain web address."""
        self._trusted = None if trusted is None else _origin(_parsed(trusted))
        self.limits = limits or Limits()
        self._resolve = resolve
        self._network = network or httpcore.SyncBackend()
        self._tls = httpx.create_ssl_context(trust_env=False)
        self._places = threading.BoundedSemaphore(self.limits.at_once)

    def image(self, url: str, headers: Mapping[str, str] | None = None) -> bytes:
        """The bytes an image's address gives; that they are one is for catalog.images to find out.

        Raises FetchError, whose sentence tells what to do instead.
        """
        return self._get(url, IMAGE, headers or {})

    def json(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        """What an API answers. Raises FetchError."""
        body = self._get(url, JSON, headers or {})
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise OtherAnswerError(JSON.other) from error

    def _get(self, url: str, wanted: _Wanted, headers: Mapping[str, str]) -> bytes:
        if not self._places.acquire(timeout=1.0):
            raise FetchError("Too many pictures are being fetched just now; try again in a moment.")
        try:
            deadline = time.monotonic() + self.limits.seconds
            network = GuardedNetwork(self._network, self._resolve, deadline, self._trusted)
            with httpcore.ConnectionPool(self._tls, network_backend=network) as pool:
                return self._follow(pool, self._allowed(url), wanted, headers)
        finally:
            self._places.release()

    def _follow(
        self, pool: httpcore.ConnectionPool, url: httpx.URL, wanted: _Wanted, own: Mapping[str, str]
    ) -> bytes:
        for _hop in range(self.limits.redirects + 1):
            with _asked(pool, url, {**HEADERS, **own}) as answer:
                there = _header(answer, b"location")
                if answer.status not in REDIRECTS or there is None:
                    return self._body(answer, wanted)
            try:
                url, own = (
                    self._allowed(url.join(there)),
                    {},
                )  # a key is for the first address alone
            except httpx.InvalidURL as error:
                raise OtherAnswerError(wanted.other) from error
        raise FetchError("That address leads on and on without end; try another one.")

    def _allowed(self, url: str | httpx.URL) -> httpx.URL:
        parsed = _parsed(url)
        return parsed if _origin(parsed) == self._trusted else _on_ordinary_port(parsed)

    def _body(self, answer: httpcore.Response, wanted: _Wanted) -> bytes:
        if answer.status != 200:
            raise StatusError(wanted.status, answer.status, _retry_after(answer))
        kind = (_header(answer, b"content-type") or "").casefold()
        packing = (_header(answer, b"content-encoding") or "identity").casefold()
        if not kind.startswith(wanted.types) or packing != "identity":
            raise OtherAnswerError(wanted.other)
        body = bytearray()
        for part in answer.iter_stream():
            body += part
            if len(body) > self.limits.bytes:
                raise FetchError(
                    "What is there is larger than %(size)s MB; use a smaller copy of the poster.",
                    size=str(self.limits.bytes >> 20),
                )
        return bytes(body)


@contextmanager
def _asked(
    pool: httpcore.ConnectionPool, url: httpx.URL, headers: Mapping[str, str]
) -> Iterator[httpcore.Response]:
    """The answer of one address, its body not read yet; what fails becomes a FetchError."""
    target = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
    host = url.netloc.decode("ascii")
    try:
        with pool.stream("GET", target, headers=[("Host", host), *headers.items()]) as answer:
            yield answer
    except httpcore.TimeoutException as error:
        raise PassingError(
            marked("%(site)s takes too long; try again, or save the image and upload it."),
            site=url.host,
        ) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise PassingError(
            marked("%(site)s could not be reached; check the address."), site=url.host
        ) from error


def check(url: str) -> None:
    """Raises FetchError for what would be refused before any site or name server is asked."""
    host = _on_ordinary_port(_parsed(url)).host
    check_public(host, known(host))


def _origin(url: httpx.URL) -> SitePort:
    return url.raw_host.decode("ascii"), url.port or PORTS[url.scheme]


def _parsed(url: str | httpx.URL) -> httpx.URL:
    """Raises FetchError for what is no plain web address."""
    if len(str(url)) > LONGEST_URL:
        raise FetchError("That address is too long; save the image and upload it.")
    try:
        parsed = httpx.URL(url)
        host = parsed.host  # what is no name of international letters fails only here
    except (httpx.InvalidURL, UnicodeError) as error:
        raise FetchError("That is no address a browser could open; copy it again.") from error
    odd = not host or "%" in parsed.netloc.decode() or parsed.userinfo
    if parsed.scheme not in PORTS or odd:
        raise FetchError("Only addresses that begin with http:// or https:// are fetched.")
    return parsed


def _on_ordinary_port(url: httpx.URL) -> httpx.URL:
    if url.port not in (None, *PORTS.values()):
        raise UnfetchedSiteError(
            marked("Only the web’s ordinary ports, 80 and 443, are fetched."),
            site=url.netloc.decode("ascii"),
        )
    return url


def _retry_after(answer: httpcore.Response) -> float | None:
    """The seconds that an answer asks to wait, told as such or as a date (RFC 9110, 10.2.3), which
    is held against the answer's own date: its clock may be another than ours."""
    said = _header(answer, b"retry-after") or ""
    if said.isascii() and said.isdigit() and len(said) < 7:
        return float(said)
    told, then = _moment(said), _moment(_header(answer, b"date") or "")
    if told is None:
        return None
    return max(0.0, (told - (then or datetime.now(UTC))).total_seconds())


def _moment(said: str) -> datetime | None:
    """What an HTTP date tells; None for what is none."""
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _header(answer: httpcore.Response, name: bytes) -> str | None:
    return next(
        (value.decode("latin-1") for key, value in answer.headers if key.lower() == name), None
    )
