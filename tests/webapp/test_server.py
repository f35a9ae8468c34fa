"""The server as it runs: a process of its own, spoken to over HTTP."""

import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.webapp.server_process import API, ONESHEET, ROOT, process_serving, serving
from webapp.server import AddressError, ListenAddress, check_address

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="stops the server by a POSIX signal"),
]


@pytest.fixture(scope="module")
def shared(
    small_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, httpx.Client]]:
    home = Path(shutil.copytree(small_home, tmp_path_factory.mktemp("served") / "instance"))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("ONESHEET_METRICS", "on")
        with serving(home, "--workers", "2") as client:
            yield home, client


@pytest.fixture
def client(shared: tuple[Path, httpx.Client]) -> httpx.Client:
    return shared[1]


def test_a_page_and_an_answer_are_served(client: httpx.Client, new_poster: bytes) -> None:
    assert client.get("/").status_code == 200
    answer = client.post(API, files={"poster": ("poster.png", new_poster)})
    assert answer.status_code == 201
    assert client.get(f"/r/{answer.json()['id']}").status_code == 200


def test_figures_are_of_all_workers_together(client: httpx.Client) -> None:
    line = r'onesheet_request_seconds_count\{endpoint="about.about_page",status="200"\} (\S+)'

    def counted() -> float:
        found = re.search(line, client.get("/metrics").text)
        return float(found.group(1)) if found else 0.0

    before = counted()
    for _ in range(12):  # each by a connection of its own, so that both workers get some
        assert httpx.get(client.base_url.join("/about"), timeout=60).status_code == 200
    assert {counted() for _ in range(6)} == {before + 12}


def test_a_200_megabyte_body_is_refused_before_it_is_sent(client: httpx.Client) -> None:
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="poster"; filename="a.png"\r\n\r\n'
        for _ in range(200):
            yield b"\0" * 1_000_000
            sent += 1

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    for stated in ({"Content-Length": "200000000"}, {}):  # the second is sent in chunks
        sent = 0
        response = client.post(API, content=body(), headers=headers | stated)
        assert response.status_code == 413
        assert "20 MB" in response.json()["error"]
        assert sent < 200
    assert client.get("/healthz").status_code == 200


def test_two_workers_serving_many_clients_lose_no_rating(
    client: httpx.Client, new_poster: bytes
) -> None:
    before = client.get("/api/v1/bandit").json()["rated"]
    failures: list[str] = []

    def visit() -> None:
        with httpx.Client(base_url=client.base_url, timeout=60) as mine:
            for _ in range(5):
                answer = mine.post(API, files={"poster": ("poster.png", new_poster)})
                said = answer.json()
                key = {"Authorization": f"Bearer {said['rating_key']}"}
                place = f"{API}/{said['id']}/rating"
                rated = mine.put(place, json={"rating": "okay"}, headers=key)
                if rated.status_code != 200:
                    failures.append(rated.text)

    threads = [threading.Thread(target=visit) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert client.get("/api/v1/bandit").json()["rated"] == before + 30


def long_png() -> bytes:
    """A PNG whose decoder is ended after five seconds of the processor: a pixel wide, 33 million
    high."""
    packer = zlib.compressobj(1)
    rows = b"".join(packer.compress(bytes(4 << 16)) for _ in range(1 << 9)) + packer.flush()

    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", 1, 1 << 25, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def test_what_has_begun_is_answered_before_a_server_ends(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONESHEET_METRICS", "on")
    found: list[int] = []
    with process_serving(home, "--workers", "1") as (client, process):

        def ask() -> None:
            sent = {"poster": ("poster.png", long_png())}
            found.append(httpx.post(client.base_url.join(API), files=sent, timeout=120).status_code)

        asking = threading.Thread(target=ask)
        asking.start()
        under_way = 'onesheet_stage_under_way{stage="decode"} 1.0'
        while under_way not in client.get("/metrics").text:
            assert asking.is_alive()
        where = (client.base_url.host, client.base_url.port or 80)
        with socket.create_connection(where) as slow:
            slow.sendall(b"GET /about HTTP/1.1\r\n")
            os.kill(process, signal.SIGTERM)
            slow.sendall(b"Host: localhost\r\n\r\n")
            assert slow.recv(15) == b"HTTP/1.1 200 OK"
            while connects(where):
                assert asking.is_alive(), "nobody would have answered"
        asking.join()
    assert found == [422]


def connects(where: tuple[str, int]) -> bool:
    try:
        socket.create_connection(where).close()
    except ConnectionRefusedError:
        return False
    return True


def test_an_address_that_is_taken_is_refused_in_one_line(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(AddressError, match=str(port)):
            check_address(ListenAddress("127.0.0.1", port))
        done = subprocess.run(
            [*ONESHEET, "--home", str(home), "serve", "--port", str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert "choose another" in done.stderr
    assert "Traceback" not in done.stderr
