from pathlib import Path

from index import FolderStore, copies_of
from index.copies import IndexCopies


class Copying(FolderStore):
    """A store as one in a database is, whose copies are to be had."""

    copies: IndexCopies | None = None


def test_a_store_has_copies_or_is_searched_where_it_is(tmp_path: Path) -> None:
    store = Copying(tmp_path)
    assert copies_of(FolderStore(tmp_path)) is copies_of(store) is None
    store.copies = IndexCopies(tmp_path)
    assert copies_of(store) is store.copies
