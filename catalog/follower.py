"""Who keeps something of their own for each poster, and must never be a transaction behind."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from sqlalchemy.orm import Session

AddRows = Callable[[Session, Mapping[int, str]], None]
"""Called in the transaction that adds posters, with their content hashes by id."""


class Follower(Protocol):
    """Writes rows of its own in the very transactions in which posters come and go.

    The catalogue does not know what the rows hold; a search index keeps its embeddings so.
    """

    def prepare(self, content_hashes: Sequence[str]) -> AddRows:
        """Do before the transaction whatever takes long for posters whose files are in place."""
        ...

    def removed(self, session: Session, poster_ids: Sequence[int]) -> None:
        """Called in the transaction that removes posters."""
        ...
