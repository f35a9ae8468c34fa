"""Which network addresses a server may be sent to by what a visitor names: public ones only."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[Address]]

GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that IANA gives out of IPv6; whatever lies outside is special: loopback, link-local, unique
local, multicast, NAT64 and so on."""
SPECIAL_IPV4 = tuple(
    map(
        IPv4Network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
            *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24"),
            *("192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24"),
            *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
            "168.63.129.16/32",  # in no registry: a cloud's own service, from its machines alone
        ),
    )
)
"""IANA's registries of special-purpose and multicast addresses, whole, whatever a version of Python
makes of them."""
SPECIAL_IPV6 = tuple(
    map(
        IPv6Network,
        (*("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),),
    )
)
"""Likewise what is special within `GLOBAL_UNICAST`, with the prefixes behind which a relay would go
on to an IPv4 address: Teredo, 6to4. NAT64's lies outside."""


def is_public(address: Address) -> bool:
    """Whether anybody on the internet can reach the address, so that it hides nothing of ours.

    Refused are private, shared, loopback, link-local (with the clouds' metadata services),
    multicast and reserved addresses, also as IPv4 inside of IPv6.

    >>> is_public(ip_address("93.184.215.14")), is_public(ip_address("::ffff:127.0.0.1"))
    (True, False)
    """
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        special = address not in GLOBAL_UNICAST or any(address in each for each in SPECIAL_IPV6)
    else:
        special = any(address in each for each in SPECIAL_IPV4)
    return not special and address.is_global and not address.is_multicast


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
