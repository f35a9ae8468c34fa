"""What an interrupted build has read is there for the next one."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog.files import PosterFiles
from embedder.batches import BATCH
from index import current_folder
from onesheet.base.home import DATABASE_VARIABLE
from onesheet.indexing import poster_reader
from onesheet.indexing.unfinished_reading import UnfinishedReading
from onesheet.instance import Instance


@pytest.fixture
def reading(tmp_path: Path) -> UnfinishedReading:
    return UnfinishedReading(tmp_path, "model", 3)


def test_what_is_kept_is_found_by_the_next_process(
    reading: UnfinishedReading, tmp_path: Path
) -> None:
    vectors = np.arange(9, dtype=np.float32).reshape(3, 3)
    reading.keep(["aa", "bb"], vectors[:2])
    reading.keep([], vectors[:0])
    reading.keep(["cc"], vectors[2:])
    found = UnfinishedReading(tmp_path, "model", 3).kept()
    assert list(found) == ["aa", "bb", "cc"]
    np.testing.assert_array_equal(np.stack(list(found.values())), vectors)
    assert UnfinishedReading(tmp_path, "another", 3).kept() == {}
    reading.forget()
    assert UnfinishedReading(tmp_path, "model", 3).kept() == {}


def test_a_torn_or_foreign_file_counts_for_none(reading: UnfinishedReading, tmp_path: Path) -> None:
    reading.keep(["aa"], np.ones((1, 3), np.float32))
    whole = (tmp_path / "model" / "000001.npz").read_bytes()
    (tmp_path / "model" / "000002.npz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "model" / "000003.npz").write_bytes(b"")
    reading.keep(["bb"], np.ones((1, 4), np.float32))
    assert list(reading.kept()) == ["aa"]


def test_an_interrupted_build_goes_on_and_reads_none_twice(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = instance.index()
    numbers = expected.poster_ids
    (instance.home.indexes / "current").unlink()
    monkeypatch.setattr(poster_reader, "CHECKPOINT", 16)
    opened: list[str] = []
    digests = [card.content_hash for card in instance.catalog.all_cards()]
    image, fatal = PosterFiles.image, digests[7 * BATCH]  # batches come back in their order

    def interrupted(files: PosterFiles, digest: str) -> Image.Image:
        opened.append(digest)
        if digest == fatal:
            raise KeyboardInterrupt
        return image(files, digest)

    monkeypatch.setattr(PosterFiles, "image", interrupted)
    first = Instance(instance.home)
    with pytest.raises(KeyboardInterrupt):
        first.builder.build()
    kept = set(_kept(first))
    assert kept == set(digests[: 7 * BATCH])
    opened.clear()
    fatal = ""
    fresh = Instance(instance.home)
    built = fresh.builder.build()
    assert not kept & set(opened[: len(numbers) - len(kept)])
    np.testing.assert_allclose(built.embeddings(numbers), expected.embeddings(numbers), atol=1e-4)
    assert not instance.home.unfinished.exists()
    for each in (first, fresh):
        each.close()


def _kept(instance: Instance) -> Sequence[str]:
    model = instance.embedder()
    return [
        *UnfinishedReading(instance.home.unfinished, model.fingerprint, model.dimensions).kept()
    ]


SIGNALLED = """
import os, sys
from onesheet.base.home import DATABASE_VARIABLE
from onesheet.indexing import poster_reader
from onesheet.indexing.unfinished_reading import UnfinishedReading
poster_reader.CHECKPOINT = 16
keep = UnfinishedReading.keep
def keep_and_die(self, *args):
    keep(self, *args)
    os.kill(os.getpid(), int(sys.argv[2]))
UnfinishedReading.keep = keep_and_die
from onesheet.instance import Instance
Instance.at(sys.argv[1]).builder.build()
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_build_has_kept_what_it_read(instance: Instance, how: signal.Signals) -> None:
    (instance.home.indexes / "current").unlink()
    arguments = [
        sys.executable,
        "-c",
        SIGNALLED,
        str(instance.home.folder),
        str(int(how)),
    ]
    own = os.environ | {DATABASE_VARIABLE: str(instance.home.database_url)}
    killed = subprocess.run(arguments, capture_output=True, timeout=300, check=False, env=own)
    assert killed.returncode == -how
    assert len(_kept(instance)) == 16
    instance.builder.build()
    assert current_folder(instance.home.indexes).is_dir()
