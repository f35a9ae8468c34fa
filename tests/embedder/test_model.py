import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embedder import Embedder, ModelError


def test_readings_have_the_stated_shapes(folder: Path, images: list[Image.Image]) -> None:
    embedder = Embedder.load(folder)
    read = embedder.read(images[:20])
    assert read.embeddings.shape == (20, embedder.dimensions) == (20, 26)
    assert read.genres.shape == (20, len(embedder.card.genres))
    assert read.embeddings.dtype == read.genres.dtype == read.scores.dtype == np.float32
    assert ((read.genres >= 0) & (read.genres <= 1)).all()
    np.testing.assert_allclose(read.scores.sum(1), 1, atol=1e-5)
    np.testing.assert_allclose(read.decades.sum(1), 1, atol=1e-5)
    assert read.positions is None


def test_positions_average_to_the_embedding(folder: Path, images: list[Image.Image]) -> None:
    read = Embedder.load(folder).read(images[:3], positions=True)
    assert read.positions is not None
    np.testing.assert_allclose(read.positions.mean((1, 2)), read.embeddings, atol=1e-5)


def test_a_poster_reads_the_same_alone_and_in_a_batch(
    folder: Path, images: list[Image.Image]
) -> None:
    embedder = Embedder.load(folder)
    together = embedder.read(images[:18]).embeddings
    alone = np.concatenate([embedder.read([image]).embeddings for image in images[:18]])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_images_that_are_not_rgb_and_empty_batches_are_refused(folder: Path) -> None:
    embedder = Embedder.load(folder)
    with pytest.raises(ValueError, match="RGB"):
        embedder.read([Image.new("L", (32, 48))])
    with pytest.raises(ValueError, match="at least one"):
        embedder.read([])
    with pytest.raises(ValueError, match="uint8"):
        embedder.read_arrays(np.zeros((1, 32, 48, 3), np.uint8))
    with pytest.raises(ValueError, match="threads"):
        Embedder.load(folder, threads=0)


@pytest.mark.parametrize("name", ["model.onnx", "model.json"])
def test_a_missing_file_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    (copy / name).unlink()
    with pytest.raises(ModelError, match=f"{name} is missing"):
        Embedder.load(copy)


def test_a_flipped_bit_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    onnx = bytearray((copy / "model.onnx").read_bytes())
    onnx[len(onnx) // 2] ^= 1
    (copy / "model.onnx").write_bytes(onnx)
    with pytest.raises(ModelError, match="fingerprint"):
        Embedder.load(copy)
