"""Which modules pytest reads for examples in docstrings: those of the rooms that have one."""

from pathlib import Path

ROOT = Path(__file__).parent


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leaves out what has no example, so that a test run imports only what it tests."""
    if collection_path.suffix != ".py" or ROOT / "tests" in collection_path.parents:
        return None
    return True if ">>> " not in collection_path.read_text(encoding="utf-8") else None
