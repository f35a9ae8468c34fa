"""A server in a process of its own."""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
API = "/api/v1/recommendations"
STARTING_SECONDS = 120
ONESHEET = (sys.executable, "-c", "from cli.main import main; main()")


@contextmanager
def serving(home: Path, *options: str) -> Iterator[httpx.Client]:
    """A server on a free port, stopped at the end; it may never have failed unforeseen."""
    with process_serving(home, *options) as (client, _):
        yield client


@contextmanager
def process_serving(home: Path, *options: str) -> Iterator[tuple[httpx.Client, int]]:
    """The same, and its process's number."""
    process = subprocess.Popen(
        [*ONESHEET, "--home", str(home), "serve", "--port", "0", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        alarm = threading.Timer(STARTING_SECONDS, process.kill)  # ends the line as well
        alarm.start()
        line = process.stdout.readline()
        alarm.cancel()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found, line + (process.stderr.read() if process.stderr else "")
        with httpx.Client(base_url=found.group(), timeout=60) as client:
            yield client, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in errors
    assert "SIG" not in errors, "a worker crashed as it ended: " + errors
