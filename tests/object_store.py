"""A real S3 over HTTP for tests, of the package moto: started by the first that asks."""

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import count

import httpx
import pytest

# Ends with the tests, however those end: then nobody holds the other end of its input.
PROGRAM = """
import sys, threading
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print("port", server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
"""


class ObjectStore:
    """One server. Each test gets a bucket of its own."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._numbers = count()

    @property
    def environment(self) -> dict[str, str]:
        """What tells a program where it is, and lets it in."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "b",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def address(self) -> str:
        """The address of an empty place."""
        bucket = f"test-{next(self._numbers)}"
        httpx.put(f"{self.endpoint}/{bucket}").raise_for_status()
        return f"s3://{bucket}/site"


@pytest.fixture(scope="session")
def s3_server() -> Iterator[ObjectStore]:
    if find_spec("moto") is None or find_spec("s3fs") is None:
        pytest.skip("no object store here: moto or s3fs is not installed")
    command = [sys.executable, "-c", PROGRAM]
    server = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        found = re.search(rb"port (\d+)", server.stdout.readline())
        assert found, "moto's server does not start"
        yield ObjectStore(f"http://127.0.0.1:{int(found[1])}")
    finally:
        server.stdin.close()
        server.wait()
        server.stdout.close()


@pytest.fixture
def object_store(s3_server: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    """The server, which this process finds in its environment."""
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    return s3_server
