"""Where a server may be sent by what a visitor names."""

from ipaddress import ip_address

import pytest

from onesheet.fetching.addresses import is_public, resolved


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8"],
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1"),  # noqa: S104
        *("172.16.0.1", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1"),
        *("64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1"),
        *("192.0.0.1", "192.0.0.9", "192.0.0.192", "192.88.99.1", "192.31.196.1", "203.0.113.9"),
        *("192.52.193.1", "192.175.48.1", "168.63.129.16", "100.100.100.200", "239.255.255.250"),
        *("3fff::1", "3fff:fff::1", "64:ff9b::5db8:d70e", "64:ff9b::", "64:ff9b:1:ffff::1"),
        *("100::1", "100:0:0:1::1", "5f00::1", "fec0::1", "2001::1", "2001:2::1", "2001:20::1"),
        *("2620:4f:8000::1", "4000::1", "::ffff:192.0.0.192", "::ffff:192.88.99.1"),
        *("2002:7f00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
    ],
)
def test_addresses_that_only_the_server_may_reach_are_not(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f000001", "2130706433", "127.1"])
def test_every_spelling_of_this_machine_resolves_to_what_is_refused(host: str) -> None:
    assert not any(is_public(address) for address in resolved(host, 80))
