import dataclasses
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from embedder import Embedder, card, finishing, int8
from embedder.data import labels
from embedder.int8 import Comparison
from embedder.nca import NcaConfig
from embedder.reader import ReaderConfig


@pytest.fixture(scope="module")
def model(trained: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    posters = np.load(trained.run / "posters.npy")
    # Two epochs leave all but the proxies' space nearly constant: scaled to its share of the
    # embedding it would magnify the rounding of int8 far beyond what a trained model's does.
    finishing.finish(
        trained.best,
        trained.examples,
        posters,
        folder,
        name="tiny",
        balance=0.5,
        thresholds=lambda truth, probabilities: [0.5] * truth.shape[1],
        shares=finishing.PromiseShares(1.0, 0.0, 0.0),
        nca=NcaConfig(dimensions=6, epochs=1),
        reader=ReaderConfig(hidden=16, epochs=2),
    )
    return folder


@pytest.mark.parametrize(
    ("lost", "milliseconds", "worth_it"),
    [(0.4, 2.0, True), (-1.0, 2.0, True), (0.6, 2.0, False), (0.0, 4.5, False)],
)
def test_int8_is_worth_it_when_faster_at_half_a_point(
    lost: float, milliseconds: float, worth_it: bool
) -> None:
    measured = Comparison(0.4, 0.4 - lost / 100, 4.0, milliseconds)
    assert measured.points_lost == pytest.approx(lost)
    assert measured.worth_it == worth_it


def test_an_int8_build_is_smaller_and_reads_much_the_same(
    model: Path, trained: SimpleNamespace, tmp_path: Path
) -> None:
    posters = np.load(trained.run / "posters.npy")
    onnx, facts, _ = card.load(model)
    small = int8.quantise(onnx, posters[:16])
    assert len(small) < 0.4 * len(onnx)
    card.save(tmp_path, small, facts)
    before = Embedder.load(model).read_arrays(posters, positions=True)
    after = Embedder.load(tmp_path).read_arrays(posters, positions=True)
    own, other = before.embeddings, after.embeddings
    cosine = (own * other).sum(1) / np.linalg.norm(own, axis=1) / np.linalg.norm(other, axis=1)
    assert cosine.min() > 0.85  # two epochs on 30 posters leave the odd one nearly empty
    assert np.median(cosine) > 0.99
    assert after.positions is not None
    np.testing.assert_allclose(after.positions.mean((1, 2)), after.embeddings, atol=1e-5)


def test_a_model_folder_takes_the_int8_build_only_where_it_is_worth_it(
    model: Path, trained: SimpleNamespace, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(model, tmp_path / "copy"))
    before = Embedder.load(folder)
    posters = np.load(trained.run / "posters.npy")
    val = np.flatnonzero([e.split == "val" for e in trained.examples])
    truth = labels(trained.examples, before.card.genres).genres[val]
    measured, digest = int8.adopt(folder, posters[:16], posters[val], truth)
    after = Embedder.load(folder)
    assert after.fingerprint == digest
    assert (digest != before.fingerprint) == measured.worth_it
    assert after.card.training.get("int8") == (
        {name: round(value, 4) for name, value in dataclasses.asdict(measured).items()}
        if measured.worth_it
        else None
    )


def test_quantising_without_posters_is_refused(model: Path) -> None:
    with pytest.raises(ValueError, match="calibrate"):
        int8.quantise((model / "model.onnx").read_bytes(), np.zeros((0, 48, 32, 3), np.uint8))
