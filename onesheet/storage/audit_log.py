"""The operator's file of what was changed, a line of JSON each."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

log = logging.getLogger("onesheet")


def add_line(path: Path | str, **facts: object) -> None:
    """Add a line, with its moment; a file that takes none stops nothing, and the log says so."""
    line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds")} | facts
    try:
        with Path(path).open("a", encoding="utf-8") as file:  # a line at once, whoever writes
            file.write(json.dumps(line) + "\n")
    except OSError as error:
        log.error("nothing is written down: %s", error)
