"""Posters as a network reads them: some at a time, channels first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

AT_ONCE: Final = 64
"""Posters a batch."""


def image_batches(
    posters: NDArray[np.uint8], rows: NDArray[np.int64] | None = None, at_once: int = AT_ONCE
) -> Iterator[Tensor]:
    """The posters of some rows, in their order.

    Args:
        posters: uint8 [N, H, W, 3], in memory or mapped.
        rows: int64 [M]; all of them unless given.

    Yields:
        uint8 [B, 3, H, W], at most `at_once` a batch.
    """
    count = len(posters) if rows is None else len(rows)
    for start in range(0, count, at_once):
        part = slice(start, start + at_once)
        chosen = posters[part].copy() if rows is None else posters[rows[part]]
        yield torch.from_numpy(chosen).permute(0, 3, 1, 2)
