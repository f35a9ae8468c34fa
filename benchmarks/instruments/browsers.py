"""The browser that pictures, measurements and browser tests are made with."""

import shutil
from pathlib import Path

COMMANDS = (Path(__file__).resolve().parents[2] / ".ci" / "browsers").read_text().split()
"""The commands it may go by, best first; `.ci/run` looks for the same."""
MISSING = "Chromium is missing; install it, for example: apt-get install chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def found() -> str | None:
    """The path of the first that is installed."""
    return next(filter(None, map(shutil.which, COMMANDS)), None)


def program() -> str:
    """The same; exits with a sentence where there is none."""
    path = found()
    if path is None:
        raise SystemExit(MISSING)
    return path
