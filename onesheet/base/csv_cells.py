"""Cells of tables that a spreadsheet will open."""

from __future__ import annotations

BYTE_ORDER_MARK = "\ufeff"
"""Without which spreadsheets take UTF-8 for something older."""
BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: object) -> object:
    """A text that a spreadsheet takes for a text: one that would begin a formula gets an apostrophe
    before it. Numbers stay as they are.

    >>> harmless("=HYPERLINK(1)"), harmless("Alien"), harmless(-1)
    ("'=HYPERLINK(1)", 'Alien', -1)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(BEGINS_FORMULA) else cell
