import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import IndexFolderError, Manifest, PosterIndex


@pytest.fixture
def root(tmp_path: Path, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> Path:
    PosterIndex.build(tmp_path, poster_ids, vectors, model="m", with_map=False)
    return tmp_path


def folder_of(root: Path) -> Path:
    return root / (root / "current").read_text().strip()


def test_every_byte_of_the_manifest_counts(root: Path) -> None:
    data = (folder_of(root) / "manifest.json").read_bytes()
    for position in range(len(data)):
        torn = bytearray(data)
        torn[position] ^= 1
        with pytest.raises(ValueError):
            Manifest.parse(torn.decode())


def test_another_indexs_manifest_is_refused(
    root: Path, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    first = folder_of(root)
    PosterIndex.build(root, poster_ids, vectors, model="another")
    shutil.copy(first / "manifest.json", folder_of(root) / "manifest.json")
    with pytest.raises(IndexFolderError, match="belongs to another index"):
        PosterIndex.load(root)


def test_a_manifest_of_another_version_or_kind_is_refused(root: Path) -> None:
    path = folder_of(root) / "manifest.json"
    facts = json.loads(path.read_text())
    for text, match in (
        (json.dumps({**facts, "format": 99}), "format 99, and this version reads 1"),
        (json.dumps({"format": 1}), "not a manifest"),
        (json.dumps([1, 2]), "not a manifest"),
        (json.dumps({**facts, "graph": {"recall": {}}}), "not a manifest"),
        (json.dumps({**facts, "metrics": 3}), "not a manifest"),
        ("not JSON", "manifest.json cannot be used"),
    ):
        path.write_text(text)
        with pytest.raises(IndexFolderError, match=match):
            PosterIndex.load(root)
