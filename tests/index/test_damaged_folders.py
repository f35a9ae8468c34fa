"""An index folder with a bit flipped, an end lost or something added is never opened."""

import random
import shutil
from pathlib import Path

import pytest

from index import IndexFolderError, PosterIndex, current_folder
from tests.damage import TRIES, Damage, cut, flipped, trailed


@pytest.mark.parametrize("damage", [flipped, cut, trailed])
def test_no_damaged_folder_is_opened(small_home: Path, tmp_path: Path, damage: Damage) -> None:
    root = Path(shutil.copytree(small_home / "index", tmp_path / "index"))
    folder = current_folder(root)
    files, rng = sorted(path for path in folder.iterdir() if path.is_file()), random.Random(5)
    PosterIndex.load(root)
    for number in range(TRIES):
        path = files[number % len(files)]
        data = path.read_bytes()
        path.write_bytes(damage(data, rng))
        with pytest.raises(IndexFolderError, match="onesheet index"):
            PosterIndex.load(root)
        path.write_bytes(data)
    PosterIndex.load(root)
