"""Every table of an instance, in whichever room it is defined."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import MetaData, Table

import bandit.models
import catalog.models
import onesheet.base.film_thumbs
import onesheet.storage.api_keys
import onesheet.storage.changes

METADATA: tuple[MetaData, ...] = (
    catalog.models.Base.metadata,
    bandit.models.Base.metadata,
    onesheet.storage.changes.Base.metadata,
    onesheet.base.film_thumbs.Base.metadata,
    onesheet.storage.api_keys.Base.metadata,
)


def all_tables() -> Iterator[Table]:
    """Every table, one that another refers to before it."""
    for metadata in METADATA:
        yield from metadata.sorted_tables
