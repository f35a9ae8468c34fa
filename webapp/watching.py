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

    A poster whose file is missing or damaged is told of and left out, and tried again once
    something has changed. While another process is building, it waits.
    """
    seen: object = None
    while True:
        state = instance.catalog.counts(), instance.changes.last()
        if state != seen:
            seen = state
            try:
                done = catch_up(instance)
            except BusyError:
                seen = None
            except CatalogError as error:
                yield str(error)
            else:
                yield from done.unreadable
                if done.changed:
                    yield f"Took up {done.changed} changed posters; {len(instance.index())} in all."
        time.sleep(interval)
