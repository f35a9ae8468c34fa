"""Whether the clock can be believed, before something goes for good because its time is over.

A machine may start, or be set, years ahead. So the moment of each look is written down. A clock
that has gone on by more than a day since the last one is doubted for a day, by its own count:
whoever sets it right within that day has lost nothing.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from catalog.file_store import FileStore, UnreachableError

log = logging.getLogger("onesheet")

GRACE_DAY = timedelta(days=1)
NOTE: Final = "clock"

_LEAPT: Final = "the clock says %s, and said %s when last looked at: no upload expires for a day"
_AHEAD: Final = "the clock says %s, and the last upload is of %s: no upload expires for a day"


class ClockWatch:
    """What was seen of the clock, in a small file that all processes of a site share."""

    def __init__(self, files: FileStore) -> None:
        """`files` is where the file is."""
        self._files = files

    def believed(self, now: datetime, written: Iterable[datetime]) -> bool:
        """Look at the clock, and tell whether it is believed; not where that cannot be noted.

        `written` is when that was which it is about: where nothing was noted yet, the last of it
        tells when the clock was right.
        """
        try:
            doubted = self._looked(now, written)
        except OSError as error:
            log.error("the clock is not believed: %s", error)
            return False
        return doubted is None

    def _looked(self, now: datetime, written: Iterable[datetime]) -> datetime | None:
        """Note a look; since when the clock is doubted."""
        noted = self._noted()
        seen, doubted = noted or (max(written, default=now), None)
        if doubted is None and now - seen > GRACE_DAY:
            log.error(
                _LEAPT if noted else _AHEAD,
                now.isoformat(timespec="minutes"),
                seen.isoformat(timespec="minutes"),
            )
            doubted = now
        elif doubted is not None and not timedelta() <= now - doubted < GRACE_DAY:
            doubted = None  # it was set back, or its day is over
        moments = {"seen": now.isoformat(), "doubted": doubted and doubted.isoformat()}
        self._files.write(NOTE, json.dumps(moments).encode())
        return doubted

    def _noted(self) -> tuple[datetime, datetime | None] | None:
        """When the clock was last looked at, and since when it is doubted; None where no file tells
        that. Raises UnreachableError."""
        try:
            said = json.loads(self._files.read(NOTE))
            seen, doubted = datetime.fromisoformat(said["seen"]), said["doubted"]
            return seen, datetime.fromisoformat(doubted) if doubted else None
        except UnreachableError:
            raise
        except (OSError, ValueError, TypeError, KeyError):
            return None
