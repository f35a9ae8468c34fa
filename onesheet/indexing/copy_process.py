"""Makes this machine's copy of PostgreSQL's vectors: a process of its own, started by a server.

python -m onesheet.indexing.copy_process HOME
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from catalog.database import connect
from onesheet.base import child_process
from onesheet.base.home import Home
from onesheet.indexing.stores import index_store

log = logging.getLogger("onesheet")

_AFTER_ANSWERS = 10


def main() -> None:
    """Copy the index that is current, after whatever else the machine has to do."""
    child_process.end_with_parent()
    if sys.platform != "win32":
        os.nice(_AFTER_ANSWERS)
    home = Home.at(Path(sys.argv[1]))
    engine = connect(home.database_url)
    try:
        store = index_store(home, engine)
        store.load()
        if store.copies is not None:
            store.copies.make()
    except (OSError, ValueError, SQLAlchemyError) as error:
        log.error("the index is not copied: %s", error)
        sys.exit(1)
    finally:
        engine.dispose()


if __name__ == "__main__":
    main()
