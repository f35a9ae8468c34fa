"""Arrays in PostgreSQL's binary form, which NumPy writes at once, however many rows are named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from psycopg.abc import AdaptContext
from psycopg.adapt import Dumper
from psycopg.pq import Format

PLACE: Final = np.dtype([("page", ">u4"), ("line", ">u2")])
"""A row's place in its table (tid), as PostgreSQL sends and takes it."""
_ROW: Final = np.dtype(">i4")
_OID_OF_ROW, _OID_OF_PLACE = 23, 27  # fixed in pg_type
_HEADER: Final = np.dtype(">i4")


@dataclass(frozen=True)
class SentArray:
    """An array of one dimension; a query must tell its type: %(rows)s::integer[]."""

    content: bytes

    @classmethod
    def of_rows(cls, rows: NDArray[np.int64]) -> SentArray:
        """integer[]"""
        return cls._of(rows.astype(_ROW), _OID_OF_ROW)

    @classmethod
    def of_places(cls, places: NDArray[Any]) -> SentArray:
        """tid[], of PLACE[M]."""
        return cls._of(places, _OID_OF_PLACE)

    @classmethod
    def _of(cls, elements: NDArray[Any], oid: int) -> SentArray:
        """Dimensions, no nulls, type, length and first number; each element behind its bytes."""
        header = np.array([1, 0, oid, len(elements), 1], _HEADER)
        sent = np.empty(len(elements), [("bytes", _HEADER), ("element", elements.dtype)])
        sent["bytes"], sent["element"] = elements.dtype.itemsize, elements
        return cls(header.tobytes() + sent.tobytes())


class _SentArrayDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: SentArray) -> bytes:
        return obj.content


def take_arrays(context: AdaptContext) -> None:
    """Have a cursor or a connection send SentArrays."""
    context.adapters.register_dumper(SentArray, _SentArrayDumper)
