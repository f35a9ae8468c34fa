import numpy as np
import pytest
import torch

from embedder.networks.poster_network import Outputs
from embedder.training.data import Labels
from embedder.training.report.findings import run_findings


def test_genres_and_scores_are_counted_on_the_rows_given() -> None:
    labels = Labels(
        ("Drama", "War", "Unseen"),
        ("1990",),
        np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [1, 1, 1]], np.float32),
        np.zeros((4, 1), np.float32),
        np.array([1.0, 10.0, np.nan, 5.0], np.float32),
    )
    outputs = Outputs(
        promise=torch.zeros(3, 2),
        look=torch.zeros(3, 2),
        genres=torch.tensor([[2.0, -1.0, 0.0], [1.0, 3.0, 0.0], [-1.0, -2.0, 0.0]]),
        decades=torch.zeros(3, 1),
        scores=torch.eye(5)[[0, 3, 1]],
    )
    found = run_findings(outputs, labels, np.array([0, 1, 2]))
    assert [genre.name for genre in found.genres] == ["Drama", "War"]  # Unseen has no film here
    drama, war = found.genres
    assert (drama.average_precision, drama.best_f1) == (1.0, 1.0)
    assert war.average_precision == (1 + 2 / 3) / 2
    assert war.share == pytest.approx(2 / 3)
    assert found.confusion[0, 0] == 1
    assert found.confusion[4, 3] == 1
    assert found.confusion.sum() == 2  # the third is not rated


def test_a_film_whose_genres_nobody_knows_is_not_counted_as_one_of_none() -> None:
    labels = Labels(
        ("Drama", "War"),
        ("1990",),
        np.array([[1, 0], [0, 0], [1, 1]], np.float32),
        np.zeros((3, 1), np.float32),
        np.array([np.nan, 5.0, np.nan], np.float32),
    )
    outputs = Outputs(
        promise=torch.zeros(3, 2),
        look=torch.zeros(3, 2),
        genres=torch.tensor([[1.0, -1.0], [2.0, 2.0], [1.0, 1.0]]),
        decades=torch.zeros(3, 1),
        scores=torch.eye(5)[[0, 2, 1]],
    )
    found = run_findings(outputs, labels, np.array([0, 1, 2]))
    assert [(each.share, each.average_precision) for each in found.genres] == [(1, 1), (0.5, 1)]
    assert found.confusion[2, 2] == found.confusion.sum() == 1
