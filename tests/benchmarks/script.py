"""A benchmark's script, run in this process."""

import importlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from click.testing import CliRunner

ROOT = Path(__file__).resolve().parents[2]


def run(name: str, *arguments: object, status: int = 0) -> str:
    """What a benchmark prints."""
    package = (ROOT / "benchmarks" / name).is_dir()
    module = importlib.import_module(f"benchmarks.{name}" + ".__main__" * package)
    done = CliRunner().invoke(module.main, [*map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == status, done.output
    return done.output


def in_own_thread(call: Callable[[], object]) -> None:
    """Let a script open a browser of its own.

    Playwright refuses a second one in a thread, and the browser tests keep theirs for the session.
    """
    with ThreadPoolExecutor(1) as thread:
        thread.submit(call).result()
