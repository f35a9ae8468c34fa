"""Every way we know to send a server where only it can go: all are refused, nothing is asked."""

from typing import Any

import pytest

from onesheet.fetching.addresses import Address, known
from onesheet.fetching.errors import FetchError
from onesheet.fetching.fetcher import Fetcher
from tests.internet import _Wires

SCHEMES = (
    *("file:///etc/passwd", "file://127.0.0.1/etc/passwd", "ftp://127.0.0.1/", "sftp://127.0.0.1/"),
    *("gopher://127.0.0.1:6379/_INFO", "dict://127.0.0.1:11211/stat", "ldap://127.0.0.1/"),
    *("tftp://127.0.0.1/a", "jar:http://127.0.0.1!/a", "netdoc:///etc/passwd", "data:image/png,a"),
    *(
        "javascript:alert(1)",
        "ws://127.0.0.1/",
        "php://filter/a",
        "phar://a",
        "view-source:http://a",
    ),
)
PORTS = tuple(
    f"http://posters.example:{port}/"
    for port in (0, 21, 22, 25, 2375, 3306, 5432, 6379, 8000, 8080, 9200, 11211, 27017, 65536)
)
USERS = (
    "http://posters.example@127.0.0.1/",
    "http://posters.example:80@127.0.0.1/",
    "http://user:word@posters.example/",
    "http://127.0.0.1\\@posters.example/",
    "http://posters.example%40127.0.0.1/",
    "http://127.0.0.1#@posters.example/",
)
HOSTS = (
    # This machine, however it is written.
    *("127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "127.127.127.127", "2130706433"),
    *("0x7f000001", "0x7f.1", "0x7f.0x0.0x0.0x1", "0177.0.0.1", "017700000001", "0", "0.0.0.0"),  # noqa: S104
    *("localhost", "LocalHost", "localhost.", "a.localhost", "①②⑦.⓪.⓪.①", "127。0。0。1"),
    *("ｌocalhost", "[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    *("[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[::1%25lo]", "[fe80::1%25eth0]"),
    # Clouds' metadata.
    *("169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518"),
    *("[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[fd00:ec2::254]", "100.100.100.200"),
    *("192.0.0.192", "168.63.129.16", "169.254.170.2", "metadata.example"),
    # Neighbours.
    *("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1"),
    *("[fc00::1]", "[fd12:3456::1]", "[fe80::1]", "[fec0::1]", "inside.example", "both.example"),
    # Gateways and relays that would go on to an IPv4 address.
    *("[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]"),
    *("[2002:a9fe:a9fe::1]", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "192.88.99.1"),
    # Special, reserved, many at once.
    *("192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.31.196.1", "240.0.0.1"),
    *("255.255.255.255", "224.0.0.1", "[ff02::1]", "[2001:db8::1]", "[3fff::1]", "[100::1]"),
)
NAMES = {
    "metadata.example": ["169.254.169.254"],
    "inside.example": ["192.168.0.7"],
    "both.example": ["93.184.215.14", "10.0.0.1"],
}
VECTORS = (*SCHEMES, *PORTS, *USERS, *(f"http://{host}/" for host in HOSTS))
FIRST = "http://posters.example/first"


def test_nothing_leads_inside(internet: Any) -> None:
    """As it is named, and as what a public site leads to."""

    def resolve(host: str, port: int) -> list[Address]:
        return known(host) or internet.resolve(host, port)

    assert len(VECTORS) >= 90
    assert len(set(VECTORS)) == len(VECTORS)
    internet.names = {name: [addresses] for name, addresses in NAMES.items()}
    fetcher = Fetcher(resolve=resolve, network=_Wires(internet))
    picture = (200, {"Content-Type": "image/png"}, b"a secret")
    internet.pages = {f"{host}/": picture for host in (*NAMES, "posters.example")}
    for vector in VECTORS:
        with pytest.raises(FetchError):
            pytest.fail(f"{vector} gave {fetcher.image(vector)!r}")
    assert internet.connected == []
    for vector in VECTORS:
        there = vector.encode().decode("latin-1")  # as a site that is out for mischief sends it
        internet.pages["posters.example/first"] = (302, {"Location": there}, b"")
        with pytest.raises(FetchError):
            pytest.fail(f"a redirect to {vector} gave {fetcher.image(FIRST)!r}")
    assert {host for host, _ in internet.connected} == {"93.184.215.14"}
    assert len(internet.connected) == len(VECTORS), "none was followed by a second connection"
