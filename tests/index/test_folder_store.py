from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import FolderStore, PosterIndex, Storage


def test_a_store_and_the_index_share_one_folder(
    tmp_path: Path, poster_ids: NDArray[np.int64], vectors: NDArray[np.float32]
) -> None:
    built = PosterIndex.build(tmp_path, poster_ids, vectors, model="m")
    store = FolderStore(tmp_path)
    assert store.current() == built.manifest.fingerprint
    assert store.load(model="m").manifest == built.manifest


def test_exact_search_is_the_default_up_to_a_hundred_thousand_posters(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    assert store.options(None).exact_up_to == 100_000
    assert store.options(None).storage is Storage.FLOAT32
    assert store.options(Storage.FLOAT16).storage is Storage.FLOAT16
