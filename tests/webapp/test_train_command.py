import re
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from embedder import Embedder
from embedder.nca import NcaConfig
from webapp.cli import main

SMALL = (
    *("--backbone", "custom", "--weights", "none", "--frozen", "0", "--device", "cpu"),
    *("--height", "96", "--width", "64", "--promise", "8", "--look", "8"),
    *("--epochs", "1", "--early-epochs", "0", "--batch", "8"),
)


@pytest.fixture
def split_home(home: Path) -> Path:
    """The small instance with every fifth film in val; all are in train otherwise."""
    connection = sqlite3.connect(home / "onesheet.db")
    connection.execute("UPDATE movie SET split = 'val' WHERE id % 5 = 0")
    connection.commit()
    connection.close()
    return home


@pytest.mark.slow
def test_train_makes_the_model_that_is_served_and_a_report(split_home: Path) -> None:
    arguments = ["--home", str(split_home), "train", *SMALL, "--name", "Mine", "--int8"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    model = Embedder.load(split_home / "model")
    assert model.card.name == "Mine"
    assert model.dimensions == 16 + NcaConfig().dimensions + len(model.card.genres)
    assert f"The model {model.fingerprint[:12]} is in" in result.output
    assert re.search(r"int8 loses -?\d+\.\d\d points of mAP", result.output)
    assert ("int8" in model.card.training) == ("kept." in result.output)
    assert re.search(r"Epoch 1/1: 100%.*poster/s", result.output)
    run = split_home / "runs" / "latest"
    assert {"report.html", "history.csv", "augmentation.png"} <= {p.name for p in run.iterdir()}


def test_settings_that_cannot_be_exit_2_with_one_line(split_home: Path) -> None:
    result = CliRunner().invoke(
        main, ["--home", str(split_home), "train", *SMALL, "--batch", "5000"]
    )
    assert result.exit_code == 2
    assert "do not fill a step of 5000" in result.stderr
    assert "Traceback" not in result.output
