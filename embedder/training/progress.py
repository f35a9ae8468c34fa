"""How training and finishing tell what they are doing."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Told what is going on, how much of it is done, and how much there is."""


def silent(what: str, done: int, total: int) -> None:
    """For nobody who watches."""
