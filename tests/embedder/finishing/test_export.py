from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx
import torch
from PIL import Image

from embedder import Embedder
from embedder.preprocess import to_array
from embedder.training.averaging import measure_statistics
from embedder.training.checkpoints import averaged_network


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
