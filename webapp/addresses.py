"""Which network addresses a server may be sent to by what a visitor names: public ones only."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[Address]]

GLOBAL_UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
"""The well-known prefix of RFC 6052: a gateway sends it on to the IPv4 address in its end."""
CARRYING = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))
"""Teredo and 6to4: a relay would send on to the IPv4 address inside; no posters live there."""


def is_public(address: Address) -> bool:
    """Whether anybody on the internet can reach the address, so that it hides nothing of ours.

    Refused are private, shared, loopback, link-local (with the clouds' metadata services),
    multicast and reserved addresses, also as IPv4 inside of IPv6.

    >>> is_public(ip_address("93.184.215.14")), is_public(ip_address("::ffff:127.0.0.1"))
    (True, False)
    """
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or (
            IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None
        )
        if inner is not None:
            return is_public(inner)
        if address not in GLOBAL_UNICAST or any(address in network for network in CARRYING):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def known(host: str) -> list[Address]:
    """The address that a host is written as, or this machine's for its own name; else none.

    As connecting does it, also 127.1 and 0x7f000001 are read. No name server is asked.
    """
    name = host.removesuffix(".").casefold()
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761
        return [IPv4Address("127.0.0.1")]
    try:
        found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except (OSError, ValueError):  # UnicodeError is one
        return []
    return [ip_address(str(each[4][0]).partition("%")[0]) for each in found]


def resolved(host: str, port: int) -> list[Address]:
    """The addresses of a host, as the system finds them. Raises OSError where it finds none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # A link-local address may carry its interface behind a %.
    return list(dict.fromkeys(ip_address(str(each[4][0]).partition("%")[0]) for each in found))
