"""Web machines of one site, each a real `onesheet serve` with a folder of its own, and what shares
requests out among them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from benchmarks.instruments.live_server import PATIENCE, free_port
from onesheet.storage import schema

SOURCE = Path(__file__).resolve().parents[2]
ROOMS = ("bandit", "catalog", "cli", "demo", "embedder", "genres", "index", "onesheet", "webapp")
MIGRATION = '''"""A column that this version has and the one before does not."""

import sqlalchemy as sa
from alembic import op

revision = "{next}"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recommendations", sa.Column("added_by_benchmark", sa.Text()))
'''


class WebMachine:
    """One machine: an empty folder, and a port that stays the same whatever serves there."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, source: Path = SOURCE) -> None:
        """Serve with the program in a source folder; returns once `/readyz` says so.

        Raises RuntimeError with the server's own words where it ends or does not get ready."""
        log = self.home.with_suffix(".log")
        options = ["serve", "--port", str(self.port), "--workers", "1"]
        command = [sys.executable, "-m", "cli", "--home", str(self.home), *options]
        own = os.environ | {"PYTHONPATH": str(source)}
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command, stdout=output, stderr=output, cwd=source, env=own, start_new_session=True
            )
        end = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < end:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/readyz", trust_env=False).is_success:
                    return
            time.sleep(0.02)
        raise RuntimeError(f"{self.home.name} did not get ready: {log.read_text()[-2000:]}")

    def kill(self) -> None:
        """SIGKILL to all its processes at once."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def stop(self) -> None:
        """SIGTERM, as systemd and containers send it."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(PATIENCE)


class Balancer:
    """Gives each request a machine in turn, of those that are in service."""

    def __init__(self, machines: Sequence[WebMachine]) -> None:
        self._machines = list(machines)
        self._busy = {machine.port: 0 for machine in machines}
        self._changed = threading.Condition()
        self._turns = 0

    @contextmanager
    def turn(self) -> Iterator[WebMachine]:
        """The next machine in service, which stays that until the request is over."""
        with self._changed:
            self._turns += 1
            machine = self._machines[self._turns % len(self._machines)]
            self._busy[machine.port] += 1
        try:
            yield machine
        finally:
            with self._changed:
                self._busy[machine.port] -= 1
                self._changed.notify_all()

    @contextmanager
    def without(self, machine: WebMachine) -> Iterator[None]:
        """Take a machine out of service, wait until it has answered, and put it back at the end."""
        with self._changed:
            self._machines.remove(machine)
            self._changed.wait_for(lambda: not self._busy[machine.port])
        yield
        with self._changed:
            self._machines.append(machine)


def next_version(folder: Path) -> str:
    """Copy this program into a folder, with one more migration, which adds a column; the migration.

    Stands for the version that comes after this one."""
    for room in (*ROOMS, "static", "templates"):
        shutil.copytree(SOURCE / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    newest = f"{int(schema.HEAD) + 1:04d}"
    versions = folder / "onesheet/storage/migrations/versions"
    (versions / f"{newest}_a_column.py").write_text(
        MIGRATION.format(head=schema.HEAD, next=newest), encoding="utf-8"
    )
    path = folder / "onesheet/storage/schema.py"
    text = re.sub(r'^HEAD = ".*"', f'HEAD = "{newest}"', path.read_text("utf-8"), flags=re.M)
    path.write_text(text, encoding="utf-8")
    return newest
