import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import cli
from cli.main import main
from embedder import Embedder
from embedder.finishing.nca import NcaConfig
from embedder.networks.backbones import BACKBONES
from tests.cli.conftest import one_line

ROOT = Path(cli.__file__).parents[1]
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
    arguments = ["--home", str(split_home), "train", *SMALL, "--name", "Mine"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    model = Embedder.load(split_home / "model")
    assert model.card.name == "Mine"
    assert model.dimensions == 16 + NcaConfig().dimensions + len(model.card.genres)
    assert f"The model {model.fingerprint[:12]} is in" in result.output
    assert re.search(r"Epoch 1/1: 100%.*poster/s", result.output)
    run = split_home / "runs" / "latest"
    assert {"report.html", "history.csv", "augmentation.png"} <= {p.name for p in run.iterdir()}


@pytest.mark.slow
def test_two_processes_that_torchrun_starts_train_one_model(split_home: Path) -> None:
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "cli"]
    home = ["--home", str(split_home)]
    done = run([sys.executable, *launch, *home, "train", *SMALL, "--batch", "9"])
    assert done.returncode == 0, done.stderr
    assert re.search(r"Epoch 1/1: 100%.* 18/18 ", done.stderr), "one step of both, of 32 posters"
    model = Embedder.load(split_home / "model")
    assert done.stdout.count("The model ") == 1, "the first process alone finishes it"
    assert f"The model {model.fingerprint[:12]} is in" in done.stdout
    assert len((split_home / "runs" / "latest" / "history.csv").read_text().splitlines()) == 2


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_model_trains_twice_and_goes_on_where_it_was_interrupted(tmp_path: Path) -> None:
    posters, model = tmp_path / "posters", tmp_path / "model"
    write_posters(posters, 40)
    small = [each for each in SMALL if each not in ("--weights", "none")]
    command = [
        *("make", "--old-file", ".venv/.everything", "model", f"BIN={Path(sys.executable).parent}"),
        *(f"POSTERS={posters}", f"MODEL={model}", f"TRAINING={tmp_path / 'work'}"),
        *("WEIGHTS=none", f"SETTINGS={' '.join(small)}"),
    ]
    first = run(command)
    assert first.returncode == 0, first.stderr
    card = Embedder.load(model).card
    assert card.training["soup"] == 0.6
    assert card.training["config"]["lr"] == 0.0003
    (model / "model.onnx").unlink()
    again = run(command)
    assert again.returncode == 0, again.stderr
    assert "Epoch" not in again.stderr
    assert Embedder.load(model).card == card


def test_help_names_every_backbone() -> None:
    said = CliRunner().invoke(main, ["train", "--help"], terminal_width=10_000).output
    (line,) = [each for each in said.splitlines() if each.strip().startswith("--backbone")]
    assert not {*BACKBONES} - {*re.findall(r"\w+", line)}


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_model_asks_for_posters() -> None:
    refused = run(["make", "--old-file", ".venv/.everything", "model"])
    assert refused.returncode == 2
    assert "make model POSTERS=FOLDER" in refused.stderr


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """A command's outcome, in the repository's root."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def write_posters(folder: Path, count: int) -> None:
    """A folder as `onesheet import folder` takes it, every fourth film in val."""
    (folder / "images").mkdir(parents=True)
    rng = np.random.default_rng(3)
    lines = ["imdb_id,title,year,rating,genres,split"]
    for number in range(1, count + 1):
        pixels = rng.integers(0, 255, (6, 4, 3)).astype(np.uint8)
        picture = Image.fromarray(pixels).resize((120, 180), Image.Resampling.BICUBIC)
        picture.save(folder / "images" / f"tt{number:07}.png")
        genres, split = ("Comedy", "Drama|Horror")[number % 2], "train" if number % 4 else "val"
        lines.append(f"tt{number:07},Film {number},{1950 + number},{number % 10},{genres},{split}")
    (folder / "movies.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_settings_that_cannot_be_exit_2_with_one_line(split_home: Path) -> None:
    result = CliRunner().invoke(
        main, ["--home", str(split_home), "train", *SMALL, "--batch", "5000"]
    )
    assert result.exit_code == 2
    assert "do not fill a step of 5000" in one_line(result)


def test_more_dimensions_than_a_model_may_have_are_refused_before_training(
    split_home: Path,
) -> None:
    wide = ("--promise", "180", "--look", "150")
    result = CliRunner().invoke(main, ["--home", str(split_home), "train", *SMALL, *wide])
    assert result.exit_code == 2
    assert re.search(r"at most 384 .* lower --promise 180 or --look 150", result.stderr)
    assert not (split_home / "runs").exists()


def test_a_teacher_asks_for_grades(home: Path, tmp_path: Path) -> None:
    weights = tmp_path / "lite.pth"
    weights.write_bytes(b"")
    options = ["--home", str(home), "compose", "--teacher", str(weights)]
    result = CliRunner().invoke(main, options)
    assert result.exit_code == 2
    assert "name a file with --judged" in result.stderr


def test_training_the_network_asks_for_a_teacher(home: Path) -> None:
    result = CliRunner().invoke(main, ["--home", str(home), "compose", "--train-network"])
    assert result.exit_code == 2
    assert "name its weights with --teacher" in result.stderr


@pytest.fixture
def packaged_home(home: Path) -> Path:
    """The small instance, served by the packaged model."""
    shutil.rmtree(home / "model")
    return home


def write_grades(path: Path, lines: str) -> list[str]:
    path.write_text(f"query,candidate,grade\n{lines}")
    return ["--judged", str(path)]


TEACHING = "tt0000002,tt0000004,2\ntt0000002,tt0000006,1\ntt0000002,tt0000008,0\n"
"""Three grades of one poster, which are enough to learn from."""


def test_fewer_grades_than_the_part_was_learned_from_are_refused_unless_asked_for(
    packaged_home: Path, tmp_path: Path
) -> None:
    unknown = "".join(f"gone-{number},tt0000004,2\n" for number in range(3000))
    judged = write_grades(tmp_path / "thumbs.csv", TEACHING + unknown)
    options = ["--home", str(packaged_home), "compose", *judged]
    refused = CliRunner().invoke(main, options)
    assert refused.exit_code == 2
    assert "was learned from 2,057 graded posters, and here are 1:" in refused.stderr
    taken = CliRunner().invoke(main, [*options, "--anew"])
    assert "as many posters of the split train; here are 40" in taken.stderr


def test_grades_of_which_nothing_can_be_learned_are_refused(
    packaged_home: Path, tmp_path: Path
) -> None:
    judged = write_grades(tmp_path / "thumbs.csv", "tt0000002,tt0000004,2\n")
    options = ["--home", str(packaged_home), "compose", *judged, "--anew"]
    result = CliRunner().invoke(main, options)
    assert result.exit_code == 2
    assert "thumbs.csv teaches nothing" in result.stderr


def test_what_is_composed_says_how_many_grades_it_learned_from(
    packaged_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caches: dict[Path, str] = {}
    name = "embedder.composing.compose.compose_model"
    monkeypatch.setattr(name, lambda *of, **_: caches.setdefault(Path(of[2].filename), "0" * 64))
    monkeypatch.setattr("embedder.composing.compose.graded_before", lambda _: 0)
    judged = write_grades(tmp_path / "thumbs.csv", TEACHING + "gone,tt0000004,2\n")
    out = ["--out", str(tmp_path / "out")]
    result = CliRunner().invoke(main, ["--home", str(packaged_home), "compose", *judged, *out])
    assert "learned from 1 of 2 graded posters" in result.stdout, result.output
    assert f"`onesheet index --model {tmp_path / 'out'}`" in result.stdout
    CliRunner().invoke(main, ["--home", str(packaged_home), "compose", *judged, *out])
    assert {cache.parent.parent for cache in caches} == {packaged_home / "runs"}, "not in /tmp"
    assert len(caches) == 2, "two at once have each their own"
    assert not any(cache.parent.exists() for cache in caches)


def test_composition_is_not_learned_on_posters_that_stand_in_other_splits(
    packaged_home: Path,
) -> None:
    connection = sqlite3.connect(packaged_home / "onesheet.db")
    connection.execute("UPDATE movie SET split = 'test' WHERE imdb_id = 'tt0000002'")
    connection.execute("UPDATE poster SET perceptual_hash = 0")
    connection.commit()
    connection.close()
    result = CliRunner().invoke(main, ["--home", str(packaged_home), "compose", "--anew"])
    assert "no poster of the split train" in result.stderr
