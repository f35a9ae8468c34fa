"""Who asks, as far as a server without accounts can tell."""

from __future__ import annotations

import hashlib
import hmac
import time
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import current_app, request

from onesheet.uploads.ownership import Visitor
from webapp.current import current
from webapp.http.uploader_cookie import bearer, visitors_digests

NETWORK = 64
"""Bits of an IPv6 address that a household has in common."""
TELLING = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")
"""Headers by which a proxy tells that it asks for somebody else."""
DAY_SECONDS = 86_400
TRACE = 32
"""Hexadecimal digits."""


def by_cookie() -> Visitor:
    """Whoever sent a page's form."""
    return Visitor(visitors_digests(), trace())


def by_bearer() -> Visitor:
    """A program that sends the key that came with its answer."""
    key = bearer()
    return Visitor(frozenset((key,) if key else ()), trace())


def from_this_machine() -> bool:
    """Whether a program of this machine asks for itself, as far as proxies in front say. Of a proxy
    that nobody told of (ONESHEET_PROXIES) the headers show that it asks for others."""
    if not current().home.settings.proxies and any(name in request.headers for name in TELLING):
        return False
    return is_loopback(request.remote_addr or "")


def is_loopback(address: str) -> bool:
    """Whether an address is this machine's own; an empty one, of a socket file, is."""
    found = _numeric(address)
    return not address if found is None else found.is_loopback


def trace() -> str:
    """A text that is the same for what one address does in a day, and tells nobody the address."""
    return _traced(str(datetime.now(UTC).date()))


def counted_trace() -> str:
    """The same for a day of the machine's own, whatever its clock is set to."""
    return _traced(f"day {time.monotonic() // DAY_SECONDS:.0f}")


def _traced(day: str) -> str:
    secret = current_app.secret_key or b""
    key = secret.encode() if isinstance(secret, str) else secret
    said = f"{day} {household(request.remote_addr or '')}"
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()[:TRACE]


def household(address: str) -> str:
    """An address, or the network of one that a household has to itself."""
    found = _numeric(address)
    if found is None:
        return address
    if isinstance(found, IPv6Address):
        return str(ip_network((found, NETWORK), strict=False))
    return str(found)


def _numeric(address: str) -> IPv4Address | IPv6Address | None:
    """An address, one of IPv4 as such, also where a socket for both kinds writes it in IPv6."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(found, IPv6Address) and found.ipv4_mapped) or found
