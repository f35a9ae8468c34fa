from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from embedder import Embedder
from embedder.finishing.export import fold
from embedder.finishing.parts import PromiseShares, look_part, promise_part
from embedder.networks.poster_network import PosterNetwork, Shapes

SHARES = PromiseShares(0.2, 0.5, 0.3)
FREQUENCIES = np.array([0.5, 0.25, 0.1])


@pytest.fixture
def network() -> PosterNetwork:
    torch.manual_seed(1)
    return PosterNetwork("custom", Shapes(6, 5, 3, 2)).eval().requires_grad_(requires_grad=False)


@pytest.fixture
def pooled(network: PosterNetwork) -> Tensor:
    generator = torch.Generator().manual_seed(2)
    return torch.rand(40, network.promise.in_features, generator=generator)


def squared_length(vectors: Tensor) -> float:
    return float(vectors.double().square().sum(1).mean())


def test_every_head_has_its_share_of_the_squared_length(
    network: PosterNetwork, pooled: Tensor
) -> None:
    neighbours = nn.Linear(network.promise.in_features, 4)
    promise = promise_part(network, neighbours, pooled, FREQUENCIES, 0.6, SHARES)
    look = look_part(network, pooled, 0.4)
    found = [squared_length(head(pooled)) for head in (*promise.heads, *look.heads)]
    np.testing.assert_allclose(found, [0.6 * 0.2, 0.6 * 0.5, 0.6 * 0.3, 0.4], rtol=1e-4)
    assert (promise.name, promise.dimensions) == ("promise", 6 + 4 + 3)
    assert (look.name, look.dimensions) == ("look", 5)


def test_genre_logits_are_centred_and_common_genres_weigh_more(
    network: PosterNetwork, pooled: Tensor
) -> None:
    neighbours = nn.Linear(network.promise.in_features, 4)
    part = promise_part(network, neighbours, pooled, FREQUENCIES, 0.6, SHARES)
    logits, served = network.genres(pooled), part.heads[-1](pooled)
    np.testing.assert_allclose(served.mean(0), 0, atol=1e-5)
    ratio = served.std(0) / logits.std(0)
    np.testing.assert_allclose(ratio / ratio[0], np.sqrt(FREQUENCIES / 0.5), rtol=1e-3)


def test_a_folded_part_is_its_heads_side_by_side(network: PosterNetwork, pooled: Tensor) -> None:
    neighbours = nn.Linear(network.promise.in_features, 4)
    part = promise_part(network, neighbours, pooled, FREQUENCIES, 0.6, SHARES)
    wanted = torch.cat([head(pooled) for head in part.heads], 1)
    fold(network, [part])
    assert torch.allclose(network.promise(pooled), wanted, atol=1e-5)


def test_shares_that_do_not_sum_to_one_are_refused() -> None:
    with pytest.raises(ValueError, match="sum to 1"):
        PromiseShares(0.5, 0.5, 0.5)


def test_the_balance_is_the_looks_share_of_the_squared_length(
    folder: Path, trained: SimpleNamespace, images: list[Image.Image]
) -> None:
    val = [image for image, e in zip(images, trained.examples, strict=True) if e.split == "val"]
    read = Embedder.load(folder).read(val).embeddings
    squares = (read**2).sum(0)
    assert squares[18:].sum() / squares.sum() == pytest.approx(0.4, abs=0.02)
