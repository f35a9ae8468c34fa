import math

import numpy as np
import pytest
import torch

from embedder.networks.poster_network import Outputs, PosterNetwork, Shapes
from embedder.training.data import Labels
from embedder.training.place import TrainingPlace
from embedder.training.validation import figures, read_rows

TRUTH = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], np.float32)
CPU = TrainingPlace(torch.device("cpu"), bf16=False)


def labels(ratings: list[float]) -> Labels:
    none = np.zeros((4, 1), np.float32)
    return Labels(("Drama", "War"), ("1950",), TRUTH.copy(), none, np.array(ratings, np.float32))


def outputs(genres: np.ndarray) -> Outputs:
    """Promises point to the poster's own genre; all scores lie in the bin of 5."""
    scores = torch.full((4, 5), -50.0)
    scores[:, 2] = 50.0
    said = torch.from_numpy(genres)
    return Outputs(torch.from_numpy(TRUTH), torch.zeros(4, 2), said, torch.zeros(4, 1), scores)


def test_figures_by_hand() -> None:
    """Each poster's three others hold one of its genre; expected scores err by 0, 2 and 1."""
    found = figures(outputs(TRUTH), labels([5.0, 7.0, 4.0, math.nan]), np.arange(4))
    assert found["val_map"] == 1
    assert found["val_p5"] == pytest.approx(1 / 3)
    assert found["val_rmse"] == pytest.approx(math.sqrt(5 / 3))


def test_without_ratings_there_is_no_error_of_the_score() -> None:
    found = figures(outputs(1 - TRUTH), labels([math.nan] * 4), np.arange(4))
    assert math.isnan(found["val_rmse"])
    assert found["val_map"] < 1


def test_rows_are_read_as_the_network_reads_them() -> None:
    torch.manual_seed(0)
    network = PosterNetwork("custom", Shapes(4, 4, 3, 2))
    posters = np.random.default_rng(0).integers(0, 256, (5, 48, 32, 3), np.uint8)
    read = read_rows(network, posters, np.array([3, 0]), CPU)
    assert not network.training
    with torch.no_grad():
        whole = network(torch.from_numpy(posters[[3, 0]]).permute(0, 3, 1, 2))
    torch.testing.assert_close(read.genres, whole.genres)


def test_posters_whose_genres_nobody_knows_are_neither_read_nor_found() -> None:
    """Without the third poster the second has one of its genre, as the first has, the last none."""
    known = labels([math.nan] * 4)
    known.genres[2] = 0
    found = figures(outputs(TRUTH), known, np.arange(4))
    assert found["val_map"] == 1
    assert found["val_p5"] == pytest.approx((1 / 2 + 1 / 2 + 0) / 3)
    known.genres[:3] = 0
    assert figures(outputs(TRUTH), known, np.arange(4))["val_p5"] == 0
