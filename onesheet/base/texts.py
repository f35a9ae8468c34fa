"""English texts for people, which whoever shows them says in the reader's language."""

from __future__ import annotations


def marked(text: str) -> str:
    """The text as it is, for translators to find (docs/translating.md)."""
    return text
