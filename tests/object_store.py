"""A real object store over HTTP for tests, started by the first that asks.

S3, of the package moto. ONESHEET_TEST_FILES=gs or az takes an emulator of Google Cloud Storage
(gcp-storage-emulator) or of Azure (azurite, of npm) instead: `make test-files` runs with both.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count

import httpx
import pytest

from tests.absence import absent

TRIES = 3
"""Of starting one: another program may take the port that was free a moment before."""
KIND = os.environ.get("ONESHEET_TEST_FILES", "s3")
"""The protocol of the store: s3, gs or az."""

# Each ends with the tests, however those end: then nobody holds the other end of its input.
S3 = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print("port", server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
"""
GOOGLE = """
import os, socket, sys, threading
from gcp_storage_emulator.server import create_server
threading.excepthook = lambda _: os._exit(1)  # the one that serves finds the port taken
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
server = create_server("127.0.0.1", port, in_memory=True)
server.start()
print("port", port, flush=True)
sys.stdin.read()
server.stop()
"""
AZURE = """
import re, subprocess, sys
program = [sys.argv[1], "--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck"]
with subprocess.Popen([*program, "--blobPort", "0"], stdout=subprocess.PIPE, text=True) as server:
    for line in server.stdout:
        if found := re.search(r"success.+:(\\d+)", line):
            print("port", found[1], flush=True)
            break
    sys.stdin.read()
    server.terminate()
"""
AZURE_ACCOUNT = "devstoreaccount1"
AZURE_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)
"""Published by Microsoft for everybody's emulators; it opens nothing else."""


@dataclass(frozen=True)
class ObjectStore:
    """One server. Each test gets a bucket of its own."""

    endpoint: str
    environment: dict[str, str]
    """What tells a program where it is, and lets it in."""
    make_bucket: Callable[[str], object]
    _numbers: Iterator[int] = field(default_factory=count)

    def address(self) -> str:
        """The address of an empty place."""
        bucket = f"test-{next(self._numbers)}"
        self.make_bucket(bucket)
        return f"{KIND}://{bucket}/site"


def s3(endpoint: str) -> ObjectStore:
    environment = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    return ObjectStore(
        endpoint,
        environment,
        lambda bucket: httpx.put(f"{endpoint}/{bucket}").raise_for_status(),
    )


def google(endpoint: str) -> ObjectStore:
    # Else gcsfs asks Google itself which kind of bucket it is.
    environment = {"STORAGE_EMULATOR_HOST": endpoint, "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false"}
    return ObjectStore(
        endpoint,
        environment,
        lambda bucket: httpx.post(
            f"{endpoint}/storage/v1/b", params={"project": "test"}, json={"name": bucket}
        ).raise_for_status(),
    )


def azure(endpoint: str) -> ObjectStore:
    from azure.storage.blob import BlobServiceClient

    connection = (
        f"DefaultEndpointsProtocol=http;AccountName={AZURE_ACCOUNT};AccountKey={AZURE_KEY};"
        f"BlobEndpoint={endpoint}/{AZURE_ACCOUNT};"
    )
    return ObjectStore(
        endpoint,
        {"AZURE_STORAGE_CONNECTION_STRING": connection},
        BlobServiceClient.from_connection_string(connection).create_container,
    )


def missing() -> str | None:
    """What is not installed here, of what the tests need."""
    modules = {
        "s3": ("moto", "s3fs"),
        "gs": ("gcp_storage_emulator", "gcsfs"),
        "az": ("adlfs",),
    }[KIND]
    lacking = [name for name in modules if find_spec(name) is None]
    if KIND == "az" and shutil.which("azurite-blob") is None:
        lacking.append("azurite-blob")
    return ", ".join(lacking) or None


@pytest.fixture(scope="session")
def object_server() -> Iterator[ObjectStore]:
    if lacking := missing():
        absent(f"no object store here: {lacking} is not installed")
    program, made = {"s3": (S3, s3), "gs": (GOOGLE, google), "az": (AZURE, azure)}[KIND]
    command = [sys.executable, "-c", program, shutil.which("azurite-blob") or ""]
    for _ in range(TRIES):
        server = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            if found := re.search(rb"port (\d+)", server.stdout.readline()):
                yield made(f"http://127.0.0.1:{int(found[1])}")
                return
        finally:
            server.stdin.close()
            server.wait()
            server.stdout.close()
    pytest.fail("the object store does not start")


@pytest.fixture
def object_store(object_server: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    """The server, which this process finds in its environment."""
    for name, value in object_server.environment.items():
        monkeypatch.setenv(name, value)
    return object_server
