"""Makes this machine's copy of PostgreSQL's vectors: a process of its own, started by a server.

python -m onesheet.indexing.copy_process HOME
"""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from catalog.database import connect
from index import copies_of
from onesheet.base import child_process
from onesheet.base.home import Home
from onesheet.indexing.stores import index_store

log = logging.getLogger("onesheet")

OOM_SCORE: Final = Path("/proc/self/oom_score_adj")
_AFTER_ANSWERS: Final = 10
_FIRST_TO_END: Final = "1000"


def main() -> None:
    """Copy the index that is current, unless there is a copy of it, after whatever else the machine
    has to do."""
    try:
        child_process.end_with_parent()
        _give_way()
        _copy(Home.at(Path(sys.argv[1])))
    except (OSError, ValueError, RuntimeError, MemoryError, SQLAlchemyError) as error:
        log.error("the index is not copied: %s", str(error) or type(error).__name__)
        sys.exit(1)
    except KeyboardInterrupt:  # the server ends
        sys.exit(1)


def _give_way() -> None:
    """Work after others, and be the first that a system without memory ends."""
    if sys.platform != "win32":
        os.nice(_AFTER_ANSWERS)
    with suppress(OSError):  # Linux alone has it
        OOM_SCORE.write_text(_FIRST_TO_END, encoding="ascii")


def _copy(home: Home) -> None:
    engine = connect(home.database_url)
    try:
        store = index_store(home, engine)
        store.load()
        copies = copies_of(store)
        if copies is not None and copies.wanted() is not None:
            copies.make()
    finally:
        engine.dispose()


if __name__ == "__main__":
    main()
