"""A benchmark's script, run in this process."""

import importlib
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
