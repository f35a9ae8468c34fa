"""Keeping an index up with its catalogue, whatever changed it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from catalog.catalog import Catalog
from catalog.records import CatalogError
from index import TurnLostError
from onesheet.indexing.builder import IndexBuilder
from onesheet.indexing.live import Live
from onesheet.indexing.lock import BusyError, building
from onesheet.indexing.missing_posters import CatchUp, even_out
from onesheet.indexing.poster_reader import PosterReader
from onesheet.storage.changes import ChangeLog

REBUILD_SHARE = 0.2
"""Once so many posters came or went, as a share of the folder's, a new folder is written."""
INTERVAL = 2.0
"""Seconds between two looks of `watch`."""
RETRY_PAUSE = 10
"""Such intervals pass after a failure: a full disk is not written to every two seconds."""


class IndexUpkeep:
    """Brings the index of one catalogue up to it."""

    def __init__(
        self,
        catalog: Catalog,
        changes: ChangeLog,
        posters: PosterReader,
        live: Live,
        builder: IndexBuilder,
    ) -> None:
        self._catalog = catalog
        self._changes = changes
        self._posters = posters
        self._live = live
        self._builder = builder

    def catch_up(self) -> CatchUp:
        """Bring the index to exactly the catalogue's posters.

        Posters that were imported past the index are read and those that left it are taken out; a
        new folder is written where it is due. Raises what `Live.opened` and `IndexBuilder.build`
        raise.
        """
        with building(self._live.store):
            opened = self._live.opened()
            indexed = opened.index.poster_ids.tolist()
            done = even_out(self._catalog, self._changes, self._posters, opened.embedder, indexed)
        self.rebuild_if_due()
        return done

    def rebuild_if_due(self, share: float | None = None) -> bool:
        """Write a new index folder where a `share`, REBUILD_SHARE unless given, has changed since
        the last one, with its model, and a map where it had one; whether it was: not where somebody
        else was quicker."""
        opened = self._live.opened()
        due = opened.index.changed_share >= (REBUILD_SHARE if share is None else share)
        return due and self._builder.rebuild(opened)

    def watch(self, interval: float = INTERVAL) -> Iterator[str]:
        """Catch up whenever posters came or went; yield what was done.

        A poster whose file is missing or damaged is told of and left out, and tried again once
        something has changed. While another process is building, it waits. A disk, an object store
        or a database that fails is told of once, and tried again after RETRY_PAUSE. `interval`:
        seconds between two looks.
        """
        last: object = None
        trouble = ""
        while True:
            pause = interval
            try:
                index = self._live.opened().index.manifest.fingerprint
                state = self._catalog.state(), self._changes.last(), index
                if state != last:
                    yield from self._caught_up()
                last, trouble = state, ""
            except BusyError:
                pass
            except (OSError, SQLAlchemyError, TurnLostError) as error:
                pause *= RETRY_PAUSE
                if (said := _failure(error)) != trouble:
                    yield said
                trouble = said
            time.sleep(pause)

    def _caught_up(self) -> Iterator[str]:
        """Catch up, and yield what was done."""
        try:
            done = self.catch_up()
        except CatalogError as error:
            yield str(error)
        else:
            yield from done.unreadable
            if done.changed:
                posters = len(self._live.opened().index)
                yield f"Took up {done.changed} changed posters; {posters} in all."


def _failure(error: OSError | SQLAlchemyError | TurnLostError) -> str:
    """What keeps the index from being caught up for now; of a database its own words, no SQL."""
    why = error.orig if isinstance(error, DBAPIError) else error
    return f"The index is caught up later, since something failed: {why}"
