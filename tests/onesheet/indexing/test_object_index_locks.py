"""Who builds an index of an object store, and who fetches it, alone."""

from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock, Timeout

from catalog.database import driver_connection
from catalog.file_store.object_files import ObjectFiles
from index import TurnLostError
from index.folder import MANIFEST
from tests.onesheet.indexing.conftest import Start
from tests.postgres import END_HOLDERS


def test_one_process_of_a_machine_fetches_an_index_at_a_time(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = start("one"), start("other")
    built = one.builder.build().manifest
    lock, fetch = other.home.cache / "index" / ".fetching.lock", ObjectFiles.path
    fetched: list[str] = []

    def path(self: ObjectFiles, name: str) -> Path:
        if not name.endswith(MANIFEST):
            with pytest.raises(Timeout):
                FileLock(lock, timeout=0).acquire()
            fetched.append(name.rpartition("/")[2])
        return fetch(self, name)

    monkeypatch.setattr(ObjectFiles, "path", path)
    assert other.live().store.load().manifest == built
    assert sorted(fetched) == sorted(built.files)


@pytest.mark.parametrize("lost_within", [False, True])
def test_a_builder_whose_lock_was_lost_makes_no_index_current(
    start: Start, monkeypatch: pytest.MonkeyPatch, lost_within: bool
) -> None:
    one = start("one")
    before = one.builder.build().manifest.fingerprint
    store = one.live().store

    def lose_lock() -> None:
        with driver_connection(one.engine) as connection:
            connection.execute(END_HOLDERS.encode())

    write = ObjectFiles.write

    def lost_once_uploaded(self: ObjectFiles, name: str, content: Path | bytes) -> None:
        write(self, name, content)
        if name.endswith(MANIFEST):
            lose_lock()

    with store.alone() as alone:
        assert alone
        if lost_within:
            monkeypatch.setattr(ObjectFiles, "write", lost_once_uploaded)
        else:
            lose_lock()
        with pytest.raises(TurnLostError, match="was away"):
            store.build(
                np.arange(3),
                np.eye(3, dtype=np.float32),
                model="m",
                with_map=False,
                duplicates=None,
                options=store.options(None),
            )
    assert store.current(anew=True) == before
