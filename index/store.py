"""Where the indexes of one catalogue are kept, and which of them is current."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from index.copies import IndexCopies
from index.manifest import Manifest
from index.poster_index import PosterIndex
from index.search.kinds import Options, Storage


class IndexStore(Protocol):
    """Indexes by their fingerprints, each written whole or not at all; one of them is current."""

    def current(self, *, anew: bool = False) -> str:
        """The fingerprint of the current index, with `anew` as it is now, however seldom it is
        asked otherwise; IndexFolderError where there is none."""

    def described(self, fingerprint: str) -> Manifest:
        """An index's manifest, nothing else looked at; IndexFolderError where it is damaged."""

    def load(self, *, model: str | None = None) -> PosterIndex:
        """Open the current index; see `PosterIndex.load`."""

    def build(
        self,
        poster_ids: NDArray[np.int64],
        embeddings: NDArray[np.float32],
        *,
        model: str,
        with_map: bool,
        duplicates: NDArray[np.int64] | None,
        options: Options,
        noted: Callable[[str], None] | None = None,
    ) -> PosterIndex:
        """Write an index, make it the current one and open it; see `PosterIndex.build`. What was
        current serves those who have it open. `noted` is told the fingerprint, maybe more than one,
        before it is current."""

    def options(self, storage: Storage | None) -> Options:
        """How posters are to be searched, unless somebody says otherwise; `storage` None is
        float32."""

    def prune(self) -> None:
        """Remove the indexes that are not current, once nobody needs them."""

    def alone(self) -> AbstractContextManager[bool]:
        """Gives whether nobody else is within it, whichever machine they are on. If so, `current`
        is what it is now, however seldom it is asked otherwise."""


@runtime_checkable
class CopiedStore(Protocol):
    """An `IndexStore` of which a machine may have copies.

    copies: this machine's, of what was opened; None where it is searched where it is.
    """

    copies: IndexCopies | None


def copies_of(store: IndexStore) -> IndexCopies | None:
    """This machine's copies of what a store opened; None where it has none."""
    return store.copies if isinstance(store, CopiedStore) else None
