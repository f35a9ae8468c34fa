"""What a finished model sees at each position."""

import numpy as np
import torch
from numpy.typing import NDArray

from embedder.card import PACKAGED, load_model
from embedder.composing.cells import CellReader, cells_of, depths_of, taps_of
from embedder.networks.composed import model_below


def test_cells_are_what_the_network_sees_at_each_position() -> None:
    posters: NDArray[np.uint8] = np.zeros((3, 192, 128, 3), np.uint8)
    weights, finished, _ = load_model(PACKAGED)
    network, card = model_below(weights, finished)
    assert [tap.channels for tap in taps_of(network, card)] == [320, 96, 32]
    (cells, embeddings), *_ = CellReader(network, card).read(posters, np.arange(3))
    assert cells.shape == (3, 24, sum(depth.channels for depth in depths_of(card)))
    assert embeddings.shape == (3, card.dimensions)


def test_a_quarter_of_a_finer_map_stands_at_its_own_position() -> None:
    finer = torch.zeros(1, 2, 12, 8)
    finer[0, 1, 5, 2] = 1.0  # of the third row, second column
    cells = cells_of([finer], torch.zeros(1, 6, 4, 3))
    assert cells.shape == (1, 24, 2 * 4 + 3)
    (found,) = cells[0].sum(1).nonzero().tolist()
    assert found == [2 * 4 + 1]


def test_the_finest_map_is_halved_first() -> None:
    finest = torch.zeros(1, 1, 24, 16)
    finest[0, 0, 0:2, 0:2] = 4.0
    cells = cells_of([finest], torch.zeros(1, 6, 4, 1))
    assert cells[0, 0].tolist() == [4.0, 0.0, 0.0, 0.0, 0.0]
