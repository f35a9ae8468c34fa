import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx
import pytest
import torch
from PIL import Image

from embedder import Embedder, ModelError
from embedder.averaging import measure_statistics
from embedder.data import labels
from embedder.finishing import averaged_network, finish, platt
from embedder.preprocess import to_array
from genres.thresholds import best_thresholds


@pytest.fixture(scope="session")
def images(trained: SimpleNamespace) -> list[Image.Image]:
    return [Image.open(e.path).convert("RGB") for e in trained.examples]


def test_onnx_agrees_with_torch(
    folder: Path, trained: SimpleNamespace, images: list[Image.Image]
) -> None:
    embedder = Embedder.load(folder)
    read = embedder.read(images)
    network = averaged_network(torch.load(trained.best, weights_only=True))
    train = [row for row, e in enumerate(trained.examples) if e.split == "train"]
    measure_statistics(network, np.load(trained.run / "posters.npy")[train])
    stacked = np.stack([to_array(image, 48, 32) for image in images])
    with torch.no_grad():
        outputs = network(torch.from_numpy(stacked).permute(0, 3, 1, 2))
    for part, wanted in ((slice(0, 8), outputs.promise), (slice(18, 26), outputs.look)):
        own, other = read.embeddings[:, part], wanted.numpy()
        cosine = (own * other).sum(1) / np.linalg.norm(own, axis=1) / np.linalg.norm(other, axis=1)
        assert cosine.min() >= 0.9999
    np.testing.assert_allclose(read.scores, outputs.scores.softmax(1), atol=1e-4)
    np.testing.assert_allclose(read.decades, outputs.decades.softmax(1), atol=1e-4)


def test_the_exported_file_names_no_source_file(folder: Path) -> None:
    nodes = onnx.load(folder / "model.onnx").graph.node
    assert nodes
    assert not any(node.metadata_props or node.doc_string for node in nodes)


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


def test_the_balance_is_the_looks_share_of_the_squared_length(
    folder: Path, trained: SimpleNamespace, images: list[Image.Image]
) -> None:
    val = [image for image, e in zip(images, trained.examples, strict=True) if e.split == "val"]
    read = Embedder.load(folder).read(val).embeddings
    squares = (read**2).sum(0)
    assert squares[18:].sum() / squares.sum() == pytest.approx(0.4, abs=0.02)


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


def test_a_changed_card_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    card = json.loads((copy / "model.json").read_text())
    card["thresholds"][0] += 0.1
    (copy / "model.json").write_text(json.dumps(card))
    with pytest.raises(ModelError, match="fingerprint"):
        Embedder.load(copy)


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 99}', '{"format": 1, "name": "x"}'])
def test_a_card_that_is_none_is_refused(folder: Path, tmp_path: Path, content: str) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    (copy / "model.json").write_text(content)
    with pytest.raises(ModelError):
        Embedder.load(copy)


def test_a_balance_out_of_range_is_refused(trained: SimpleNamespace, tmp_path: Path) -> None:
    posters = np.load(trained.run / "posters.npy", mmap_mode="r")
    with pytest.raises(ValueError, match="balance"):
        finish(
            trained.best,
            trained.examples,
            posters,
            tmp_path,
            name="x",
            balance=1.0,
            thresholds=best_thresholds,
        )


def test_platt_scaling_recovers_a_known_calibration() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (20_000, 1))
    truth = (rng.random((20_000, 1)) < 1 / (1 + np.exp(-(0.5 * logits - 1)))).astype(np.float32)
    slope, offset = platt(logits, truth)
    assert slope[0] == pytest.approx(0.5, abs=0.03)
    assert offset[0] == pytest.approx(-1, abs=0.06)


def test_genres_are_named_by_the_training_split(trained: SimpleNamespace) -> None:
    assert labels(trained.examples).genre_names == tuple(
        torch.load(trained.best, weights_only=True)["genres"]
    )
