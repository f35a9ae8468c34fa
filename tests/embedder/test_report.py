import re
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from embedder.data import Labels
from embedder.network import Outputs
from embedder.report import Findings, GenreFinding, findings
from embedder.report_page import chart, page

ROW = {"epoch": 1, "seconds": 60.0, "train_loss": 4.0, "val_map": 0.2, "val_p5": 0.4}
HISTORY = [ROW | {"val_rmse": 1.5}, ROW | {"epoch": 2, "val_map": 0.3, "val_rmse": 1.4}]


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
    found = findings(outputs, labels, np.array([0, 1, 2]))
    assert [genre.name for genre in found.genres] == ["Drama", "War"]  # Unseen has no film here
    drama, war = found.genres
    assert (drama.average_precision, drama.best_f1) == (1.0, 1.0)
    assert war.average_precision == (1 + 2 / 3) / 2
    assert war.share == pytest.approx(2 / 3)
    assert found.confusion[0, 0] == 1
    assert found.confusion[4, 3] == 1
    assert found.confusion.sum() == 2  # the third is not rated


def test_the_page_needs_nothing_but_itself() -> None:
    found = Findings((GenreFinding("War & <Peace>", 0.1, 0.5, 0.6),), np.eye(5, dtype=np.int64))
    html = page(HISTORY, found, ())
    assert "War &amp; &lt;Peace&gt;" in html
    assert "Best: epoch 2" in html
    assert not re.search(r"https?:|<script|src=.(?!data:)", html)
    assert "Nearest training posters" not in html


def test_a_chart_survives_one_epoch_and_missing_values() -> None:
    assert chart("Loss", [0.5], 1).count("<circle") == 1
    assert chart("Loss", [0.5, float("nan"), 0.25], 3).count("<circle") == 2
    assert chart("Loss", [float("nan")], 1) == ""


def test_a_finished_run_shows_unseen_posters_and_their_neighbours(
    trained: SimpleNamespace,
) -> None:
    html = (trained.run / "report.html").read_text(encoding="utf-8")
    tests = [e for e in trained.examples if e.split == "test"]
    assert html.count('src="data:image/jpeg;base64,') == len(tests) * 6
    assert all(f"Poster of {e.title}" in html for e in tests)
    assert html.count("<polyline") == 9
