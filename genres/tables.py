"""The tables that go in and come out, and the checks on them."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
T = TypeVar("T")


def features(X: ArrayLike, columns: int | None = None) -> NDArray[np.float32]:
    """X as float32[N, D]; ValueError unless it is a finite table (of `columns` columns)."""
    table = np.asarray(X, dtype=np.float32)
    if table.ndim != 2 or (columns is not None and table.shape[1] != columns):
        raise ValueError(f"expected features [N, {columns or 'D'}], got shape {table.shape}")
    if not np.isfinite(table).all():
        raise ValueError("features must be finite numbers")
    return table


def labels(Y: ArrayLike, rows: int | None = None) -> Bools:
    """Y as bool[N, C]; ValueError unless it is a table of 0 and 1 (with `rows` rows)."""
    table: NDArray[Any] = np.asarray(Y)
    if table.ndim != 2 or 0 in table.shape:
        raise ValueError(f"expected labels [N, C], got shape {table.shape}")
    if rows is not None and len(table) != rows:
        raise ValueError(f"{len(table)} rows of labels do not fit {rows} of features")
    if table.dtype != np.bool_ and not np.isin(table, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
    return table.astype(np.bool_)


def scored(Y: ArrayLike, P: ArrayLike) -> tuple[Bools, Floats]:
    """Y as bool[N, C] and P as float64[N, C]; ValueError unless P is finite and fits Y."""
    truth, scores = labels(Y), np.asarray(P, dtype=np.float64)
    if truth.shape != scores.shape:
        raise ValueError(f"scores {scores.shape} do not fit the truth {truth.shape}")
    if not np.isfinite(scores).all():
        raise ValueError("scores must be finite numbers")
    return truth, scores


def probabilities(P: ArrayLike) -> Floats:
    """P as float64[N, C]; ValueError unless it is a table of numbers from 0 to 1."""
    table = np.asarray(P, dtype=np.float64)
    if table.ndim != 2 or not ((table >= 0) & (table <= 1)).all():
        raise ValueError("expected probabilities [N, C] between 0 and 1")
    return table


def fitted(value: T | None) -> T:
    """The learned value; ValueError where `fit` has not run."""
    if value is None:
        raise ValueError("call fit before predicting")
    return value
