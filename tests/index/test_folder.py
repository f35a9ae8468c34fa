import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import IndexFolderError, Manifest, Metric, Options, PosterIndex
from index import folder as folders

MEND = "run `onesheet index`"


@pytest.fixture
def root(tmp_path: Path, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> Path:
    PosterIndex.build(tmp_path, poster_ids, vectors, model="m", with_map=False)
    return tmp_path


def folder_of(root: Path) -> Path:
    return root / (root / "current").read_text().strip()


def flip(path: Path, position: int) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)


def test_one_flipped_bit_in_any_file_is_refused(root: Path) -> None:
    files = [root / "current", *folder_of(root).iterdir()]
    assert len(files) == 10
    for path in files:
        size = path.stat().st_size
        for position in {0, size // 3, size - 2, size - 1}:
            flip(path, position)
            with pytest.raises(IndexFolderError, match=MEND):
                PosterIndex.load(root)
            flip(path, position)
    PosterIndex.load(root)


def test_a_truncated_file_is_refused(root: Path) -> None:
    for path in [root / "current", *folder_of(root).iterdir()]:
        whole = path.read_bytes()
        for size in (0, len(whole) - 1):
            path.write_bytes(whole[:size])
            with pytest.raises(IndexFolderError, match=MEND):
                PosterIndex.load(root)
        path.write_bytes(whole)


def test_a_missing_file_is_refused(root: Path) -> None:
    for path in [root / "current", *folder_of(root).iterdir()]:
        whole = path.read_bytes()
        path.unlink()
        with pytest.raises(IndexFolderError, match=MEND):
            PosterIndex.load(root)
        path.write_bytes(whole)


def test_a_missing_folder_or_root_is_refused(root: Path) -> None:
    shutil.rmtree(folder_of(root))
    with pytest.raises(IndexFolderError, match=MEND):
        PosterIndex.load(root)
    with pytest.raises(IndexFolderError, match="there is no index in"):
        PosterIndex.load(root / "elsewhere")


@pytest.mark.parametrize("name", ["../outside", "/etc", "f" * 63, "", "F" * 64])
def test_a_pointer_that_names_no_fingerprint_is_refused(root: Path, name: str) -> None:
    (root / "current").write_text(name + "\n")
    with pytest.raises(IndexFolderError, match="does not name an index folder"):
        PosterIndex.load(root)


def test_an_index_of_another_model_is_refused_where_the_model_is_named(root: Path) -> None:
    assert PosterIndex.load(root, model="m").manifest.model == "m"
    with pytest.raises(IndexFolderError, match="another model"):
        PosterIndex.load(root, model="n")


def test_a_build_that_fails_leaves_the_current_index_and_nothing_else(root: Path) -> None:
    before = sorted(p.name for p in root.iterdir())

    def full_disk(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space left"):
        folders.write(root, {"vectors.npy": full_disk}, Manifest)
    assert sorted(p.name for p in root.iterdir()) == before
    PosterIndex.load(root)


KILLED = """
import os, sys, pathlib
from index import Manifest
from index import folder
folder.write(pathlib.Path(sys.argv[1]), {"vectors.npy": lambda path: os._exit(9)}, Manifest)
"""


def test_a_build_that_is_killed_leaves_the_current_index_and_is_swept_up_later(
    root: Path, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(root)], check=False)
    assert killed.returncode == 9
    left = [p for p in root.iterdir() if p.name.startswith(".unfinished-")]
    assert len(left) == 1
    assert PosterIndex.load(root).search(vectors[0], Metric.COSINE, 1)

    PosterIndex.build(root, poster_ids, vectors, model="next")
    assert left[0].exists(), "it might have been a build still running"
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(left[0], (two_days_ago, two_days_ago))
    PosterIndex.build(root, poster_ids, vectors, model="next")
    assert not left[0].exists()


def test_building_again_keeps_the_folder_that_stands(
    root: Path, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    manifest = folder_of(root) / "manifest.json"
    before = manifest.stat().st_ino
    PosterIndex.build(root, poster_ids, vectors, model="m")
    assert manifest.stat().st_ino == before


def test_building_again_mends_a_damaged_folder(
    root: Path, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    flip(folder_of(root) / "cosine.faiss", 100)
    PosterIndex.build(root, poster_ids, vectors, model="m")
    PosterIndex.load(root)
    assert len(list(root.iterdir())) == 2


def test_an_open_index_answers_while_a_new_one_takes_its_place(
    root: Path, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    old = PosterIndex.load(root)
    expected = old.search(vectors[0], Metric.MANHATTAN, 5)
    PosterIndex.build(root, poster_ids, vectors * np.float32(2), model="next")
    assert old.search(vectors[0], Metric.MANHATTAN, 5) == expected
    assert PosterIndex.load(root).manifest.model == "next"


@pytest.mark.parametrize("exact_up_to", [1_000, 0])
def test_an_index_that_is_replaced_while_it_is_opened_gives_way_to_the_new_one(
    tmp_path: Path,
    poster_ids: NDArray[np.int64],
    vectors: NDArray[np.float32],
    monkeypatch: pytest.MonkeyPatch,
    exact_up_to: int,
) -> None:
    options = Options(exact_up_to=exact_up_to)
    old = PosterIndex.build(tmp_path, poster_ids, vectors, model="m", options=options)
    verified = folders.verified

    def overtaken(folder: Path) -> Manifest:
        manifest = verified(folder)
        if manifest.fingerprint == old.manifest.fingerprint:
            PosterIndex.build(tmp_path, poster_ids, 2 * vectors, model="m", options=options)
            folders.prune(tmp_path)
        return manifest

    monkeypatch.setattr(folders, "verified", overtaken)
    found = PosterIndex.load(tmp_path)
    np.testing.assert_array_equal(found.embeddings(poster_ids), 2 * vectors)
