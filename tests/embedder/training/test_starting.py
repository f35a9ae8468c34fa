import dataclasses
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch

from embedder.card import PACKAGED, load_model, save_model
from embedder.model import Embedder
from embedder.networks.composed import model_below
from embedder.networks.poster_network import PosterNetwork, Shapes
from embedder.training.config import TrainingConfig
from embedder.training.data import Example
from embedder.training.loop import train
from embedder.training.starting import begin, start_proxies, weights_identity


@pytest.fixture(scope="module")
def posters() -> np.ndarray:
    """Blocks of colour, coarse and fine."""
    rng = np.random.default_rng(3)
    made = [rng.integers(0, 256, (192 // n, 128 // n, 3), np.uint8) for n in (8, 16, 32, 64) * 4]
    return np.stack([each.repeat(192 // len(each), 0).repeat(192 // len(each), 1) for each in made])


def test_a_network_begun_from_the_packaged_model_says_what_it_says(posters: np.ndarray) -> None:
    embedder = Embedder.load()
    card = embedder.card
    network = PosterNetwork("mobilenet_v2", Shapes(128, 160, len(card.genres), len(card.decades)))
    begin(network, "mobilenet_v2", "packaged", posters, card.genres)
    with torch.inference_mode():
        outputs = network.eval()(torch.from_numpy(posters).permute(0, 3, 1, 2))
    read = embedder.read_arrays(posters)
    weights, finished, _ = load_model(PACKAGED)
    model = model_below(weights, finished)[0].SerializeToString()
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (embeddings,) = session.run(["embeddings"], {"posters": posters})
    promise, look = outputs.promise.numpy(), outputs.look.numpy()
    assert np.allclose(promise, embeddings[:, :128], atol=1e-4)
    assert np.allclose(look, embeddings[:, -160:], atol=1e-4)
    genres = outputs.genres.sigmoid().numpy()
    assert np.allclose(genres.mean(0), read.genres.mean(0), atol=0.03)
    assert np.corrcoef(genres.ravel(), read.genres.ravel())[0, 1] > 0.95
    assert np.allclose(outputs.scores.softmax(1).numpy(), read.scores, atol=1e-4)


def test_batch_normalisation_has_the_statistics_of_the_posters(posters: np.ndarray) -> None:
    network = PosterNetwork("mobilenet_v2", Shapes(128, 160, 18, 10))
    begin(network, "mobilenet_v2", "packaged", posters, ())
    features: Any = network.features
    convolution, norm = features[0][0], features[0][1]
    images = torch.from_numpy(posters).permute(0, 3, 1, 2)
    with torch.inference_mode():
        x = convolution((images.float() - network.mean) / network.std)
    assert torch.allclose(norm.running_mean, x.mean((0, 2, 3)), atol=1e-4)
    assert torch.allclose(norm.running_var, x.var((0, 2, 3), correction=0), rtol=1e-3, atol=1e-5)


def started_from(folder: Path, trained: SimpleNamespace, genres: tuple[str, ...]) -> PosterNetwork:
    torch.manual_seed(0)
    network = PosterNetwork("custom", Shapes(8, 8, len(genres), 10))
    begin(network, "custom", str(folder), np.load(trained.run / "posters.npy"), genres)
    return network


def test_genres_in_another_order_keep_what_each_was_taught(
    folder: Path, trained: SimpleNamespace
) -> None:
    genres = Embedder.load(folder).card.genres
    plain, turned = (started_from(folder, trained, each).genres for each in (genres, genres[::-1]))
    torch.testing.assert_close(turned.weight, plain.weight.flip(0), rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(turned.bias, plain.bias.flip(0), rtol=1e-3, atol=1e-4)


def test_as_many_other_genres_keep_their_random_start(
    folder: Path, trained: SimpleNamespace
) -> None:
    others = ("Opera", *Embedder.load(folder).card.genres[1:])
    torch.manual_seed(0)
    start = PosterNetwork("custom", Shapes(8, 8, len(others), 10)).genres
    assert torch.equal(started_from(folder, trained, others).genres.weight, start.weight)


def test_training_goes_on_from_a_finished_model(
    tiny: TrainingConfig,
    folder: Path,
    trained: SimpleNamespace,
    examples: list[Example],
    tmp_path: Path,
) -> None:
    config = dataclasses.replace(tiny, weights=str(folder), epochs=1, lr=0.0, head_lr=0.0)
    best = train(examples, tmp_path, config)
    filters = "module.features.0.0.weight"
    begun = torch.load(best, weights_only=True)["average"][filters]
    gone = torch.load(trained.best, weights_only=True)["average"][filters]
    ratio = begun / gone  # the export scaled every filter by its normalisation
    assert torch.allclose(ratio, ratio[:, :1, :1, :1].expand_as(ratio), rtol=1e-2)


def test_proxies_point_where_the_model_left_those_of_their_name(folder: Path) -> None:
    card = Embedder.load(folder).card
    kept = torch.tensor(card.proxies)
    proxies = torch.nn.Parameter(torch.randn(kept.shape) * 3)
    length = proxies.data.norm(dim=1).mean()
    start_proxies(proxies, str(folder), card.genres[::-1])
    count = len(card.genres)
    wanted = torch.cat([kept[:count].flip(0), kept[count:]])
    assert torch.allclose(proxies.data, wanted * length, atol=1e-2)


def test_proxies_of_another_size_or_other_genres_keep_their_random_start(folder: Path) -> None:
    card = Embedder.load(folder).card
    fitting = (len(card.proxies), len(card.proxies[0]))
    for shape, genres in ((3, 4), card.genres), (fitting, ("Opera", *card.genres[1:])):
        proxies = torch.nn.Parameter(torch.ones(shape))
        start_proxies(proxies, str(folder), genres)
        assert torch.equal(proxies.data, torch.ones(shape))


def test_weights_written_anew_under_their_name_are_others(folder: Path, tmp_path: Path) -> None:
    model, file = Path(shutil.copytree(folder, tmp_path / "mine")), tmp_path / "weights.pt"
    file.write_bytes(b"old")
    before = [weights_identity(str(each)) for each in (model, file)]
    assert before == [weights_identity(str(each)) for each in (model, file)]
    content, card, _ = load_model(model)
    save_model(model, content, dataclasses.replace(card, name="new"))
    file.write_bytes(b"new")
    after = [weights_identity(str(each)) for each in (model, file)]
    assert not {*before} & {*after}
    assert weights_identity("imagenet") == "imagenet"


def test_a_model_of_another_backbone_is_refused(posters: np.ndarray) -> None:
    network = PosterNetwork("resnet18", Shapes(128, 160, 18, 10))
    with pytest.raises(ValueError, match="another backbone"):
        begin(network, "resnet18", "packaged", posters, ())


def test_a_backbone_without_batch_normalisation_cannot_go_on(posters: np.ndarray) -> None:
    network = PosterNetwork("convnext_tiny", Shapes(128, 160, 18, 10))
    with pytest.raises(ValueError, match="batch normalisation"):
        begin(network, "convnext_tiny", "packaged", posters, ())
