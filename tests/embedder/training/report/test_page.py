import math
import re

import numpy as np

from embedder.training.report.findings import GenreFinding, RunFindings
from embedder.training.report.page import chart, page

ROW = {"epoch": 1, "seconds": 60.0, "train_loss": 4.0, "val_map": 0.2, "val_p5": 0.4}
HISTORY = [ROW | {"val_rmse": 1.5}, ROW | {"epoch": 2, "val_map": 0.3, "val_rmse": 1.4}]


def test_the_page_needs_nothing_but_itself() -> None:
    found = RunFindings((GenreFinding("War & <Peace>", 0.1, 0.5, 0.6),), np.eye(5, dtype=np.int64))
    html = page(HISTORY, found, ())
    assert "War &amp; &lt;Peace&gt;" in html
    assert "Best: epoch 2" in html
    assert not re.search(r"https?:|<script|src=.(?!data:)", html)
    assert "Nearest training posters" not in html


def test_a_page_of_unrated_films_says_nothing_of_scores() -> None:
    unrated = [row | {"val_rmse": math.nan} for row in HISTORY]
    html = page(unrated, RunFindings((), np.zeros((5, 5), dtype=np.int64)), ())
    assert not re.search(r"RMSE|<h2>Scores", html)


def test_a_chart_survives_one_epoch_and_missing_values() -> None:
    assert chart("Loss", [0.5], 1).count("<circle") == 1
    assert chart("Loss", [0.5, float("nan"), 0.25], 3).count("<circle") == 2
    assert chart("Loss", [float("nan")], 1) == ""
