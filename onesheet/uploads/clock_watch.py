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
from pathlib import Path

from onesheet.base.files import write_atomically

log = logging.getLogger("onesheet")

GRACE_DAY = timedelta(days=1)


class ClockWatch:
    """What was seen of the clock, in a small file that all processes of an instance share."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def believed(self, now: datetime, written: Iterable[datetime]) -> bool:
        """Look at the clock, and tell whether it is believed; not where that cannot be noted.

        `written` is when that was which it is about: where nothing was noted yet, the last of it
        tells when the clock was right.
        """
        seen, doubted = self._noted() or (max(written, default=now), None)
        if doubted is None and now - seen > GRACE_DAY:
            log.error(
                "the clock says %s, and said %s when last looked at: no upload expires for a day",
                now.isoformat(timespec="minutes"),
                seen.isoformat(timespec="minutes"),
            )
            doubted = now
        elif doubted is not None and not timedelta() <= now - doubted < GRACE_DAY:
            doubted = None  # it was set back, or its day is over
        moments = {"seen": now.isoformat(), "doubted": doubted and doubted.isoformat()}
        try:
            write_atomically(self._path, json.dumps(moments).encode())
        except OSError as error:
            log.error("the clock is not believed: %s", error)
            return False
        return doubted is None

    def _noted(self) -> tuple[datetime, datetime | None] | None:
        """When the clock was last looked at, and since when it is doubted; None where no file tells
        that."""
        try:
            said = json.loads(self._path.read_bytes())
            seen, doubted = datetime.fromisoformat(said["seen"]), said["doubted"]
            return seen, datetime.fromisoformat(doubted) if doubted else None
        except (OSError, ValueError, TypeError, KeyError):
            return None
