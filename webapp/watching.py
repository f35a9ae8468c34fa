"""Watching the catalogue for posters that its index lacks."""

from __future__ import annotations

import time
from collections.abc import Iterator

from catalog.catalog import CatalogError
from webapp.building import BusyError
from webapp.growth import catch_up
from webapp.instance import Instance

INTERVAL = 2.0
"""Seconds between two looks."""


def watch(instance: Instance, interval: float = INTERVAL) -> Iterator[str]:
    """Bring the index up to the catalogue whenever posters came or went; yield what was done.

    What cannot be done now, since a poster's file is missing or another process is building, is
    told, and tried again once something has changed.
    """
    seen: object = None
    while True:
        state = instance.catalog.counts(), instance.changes.last()
        if state != seen:
            seen = state
            try:
                changed = catch_up(instance)
            except BusyError:
                seen = None
            except CatalogError as error:
                yield str(error)
            else:
                if changed:
                    yield f"Took up {changed} changed posters; {len(instance.index())} in all."
        time.sleep(interval)
