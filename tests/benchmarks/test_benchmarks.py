"""Every benchmark runs to its document on a few drawn posters; its figures mean nothing here."""

import random
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.instruments.reporting import ANOTHER_MODEL
from benchmarks.instruments.surrounded import surrounded
from benchmarks.likeness.graded import CHOSEN_ON_DEV
from benchmarks.traits.__main__ import PRINT_SIZE, SHEET_GRID
from embedder.card import load_model
from tests.benchmarks.script import ROOT, run
from tests.conftest import drawn

LOOKS, FACES = ("painted", "photographed", ""), ("large", "none")


def graded(path: Path, queries: range) -> None:
    """Every pair of the drawn films that begins with one of `queries`, graded at random."""
    rng = random.Random(queries[0])
    pairs = [(q, c, rng.choice((0, 0, 1, 2))) for q in queries for c in range(1, 91) if c != q]
    lines = [f"tt{q:07d},tt{c:07d},{grade}" for q, c, grade in pairs]
    path.write_text("\n".join(["query,candidate,grade", *lines]))


def banded(folder: Path, numbers: range) -> None:
    """Drawn posters with a white band above (even numbers) or below."""
    folder.mkdir()
    for number in numbers:
        image = drawn(number)
        image.paste("white", (0, 230, 200, 300) if number % 2 else (0, 0, 200, 70))
        image.save(folder / f"tt{number:07d}.webp")


def test_every_benchmark_is_run_here() -> None:
    scripts = [
        *ROOT.glob("benchmarks/*.py"),
        *ROOT.glob("benchmarks/*/__main__.py"),
        ROOT / "benchmarks" / "scale" / "late_feedback.py",
        ROOT / "benchmarks" / "scale" / "many_films.py",
        ROOT / "benchmarks" / "scale" / "many_vectors.py",
        ROOT / "benchmarks" / "scale" / "several_machines.py",
        ROOT / "benchmarks" / "scale" / "spread_searches.py",
    ]
    names = {path.parent.name if path.stem == "__main__" else path.stem for path in scripts}
    tests = "\n".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    tested = set(re.findall(r"^def test_(\w+)", tests, re.M))
    assert names == tested - {"every_benchmark_is_run_here"}
    beside_ray = ROOT / "tests" / "onesheet" / "cluster" / "test_picture_actor.py"
    assert "def test_ray_build(" in beside_ray.read_text(), "where Ray is started once for all"


def test_bandit(out: Path) -> None:
    run("bandit", "--seeds", 2, "--ratings", 100, "--out", out)
    assert out.read_text().startswith("# What each way of choosing loses")


def test_late_feedback(out: Path) -> None:
    run("scale.late_feedback", "--seeds", 2, "--ratings", 40, "--out", out)
    assert "| each region counts its own alone |" in out.read_text()


def test_duplicates(filled: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = surrounded()[:2]
    monkeypatch.setattr("benchmarks.duplicates.surrounded", lambda: few)
    run("duplicates", filled, "--films", 2, "--out", out)
    assert f"{ANOTHER_MODEL}\n\n## Altered copies of 2 val posters" in out.read_text()


def test_embedder(posters: Path, tiny_model: Path, out: Path) -> None:
    run("embedder", posters, "--model", tiny_model, "--beside", tiny_model, "--out", out)
    assert f"{ANOTHER_MODEL}\n\n## The bar" in out.read_text()


def test_likeness(filled: Path, tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("measures", "__main__"):
        monkeypatch.setattr(f"benchmarks.likeness.{module}.RESAMPLED", 5)
    for name, queries in (("train", range(1, 21)), ("dev", range(21, 31))):
        graded(tmp_path / f"{name}.csv", queries)
    before = load_model(filled / "model")
    written = ["--write", filled / "model", "--cache", tmp_path / "cache", "--out", out]
    run("likeness", tmp_path, filled, *written)
    text = out.read_text()
    assert "## Heeding the predicted genres, dev" in text
    assert CHOSEN_ON_DEV in text
    assert ANOTHER_MODEL in text
    after = load_model(filled / "model")
    assert after[1].likeness is not None
    assert after[2] == before[2]
    run("likeness", tmp_path, filled, "--dev-only", *written[2:])
    assert "pairs of dev; model" in out.read_text()


@pytest.mark.slow
def test_papers(
    posters: Path, tiny_model: Path, tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.papers.methods.NEIGHBOURS", 2)
    names = ("prior", "the commonest genre", "label powerset, our embedding", "document")
    stages = [word for name in names for word in ("--stages", name)]
    setting = ["--model", tiny_model, "--cache", tmp_path / "cache"]
    run("papers", posters, *setting, *stages, "--out", out)
    assert f"{ANOTHER_MODEL}\n\n## Not run" in out.read_text()


def test_reliability(posters: Path, tiny_model: Path, tmp_path: Path, out: Path) -> None:
    run("reliability", posters, "--model", tiny_model, "--cache", tmp_path / "cache", "--out", out)
    assert out.with_suffix(".svg").exists()
    assert ANOTHER_MODEL in out.read_text()


def test_restrict(posters: Path, tiny_model: Path, tmp_path: Path, out: Path) -> None:
    run("restrict", posters, "--model", tiny_model, "--cache", tmp_path / "cache", "--out", out)
    text = out.read_text()
    assert "Jaccard@5" in text
    assert ANOTHER_MODEL in text


def test_taste(filled: Path, tmp_path: Path, out: Path) -> None:
    graded(tmp_path / "dev.csv", range(21, 31))
    few = ("--plays", 3, "--ratings", 100)
    run("taste", tmp_path, filled, "--cache", tmp_path / "cache", *few, "--out", out)
    text = out.read_text()
    assert "10 queries of dev are asked" in text
    assert "| one verdict on the five |" in text
    assert "told after 100" in text
    assert CHOSEN_ON_DEV in text
    assert ANOTHER_MODEL in text


def test_titles(posters: Path, out: Path) -> None:
    run("titles", posters, "--titles", 20, "--titles", 120, "--out", out)
    text = out.read_text()
    assert text.count("| … 2 letters | 3 first, 3 among five, of 3 | 0 first, 0 among") == 2


@pytest.mark.slow
def test_thumbs(filled: Path, tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.thumbs.THUMBS_GIVEN", (20,))
    for name, queries in (("train", range(1, 21)), ("dev", range(21, 31))):
        graded(tmp_path / f"{name}.csv", queries)
    few = ("--queries", 8, "--draws", 2)
    run("thumbs", tmp_path, filled, "--cache", tmp_path / "cache", *few, "--out", out)
    assert "| 20 | 4 |" in out.read_text()


def test_training_curves(out: Path) -> None:
    runs = ROOT / "docs" / "benchmarks" / "training" / "efficientnet-lite0.csv"
    run("training_curves", "val_map", f"lite={runs}", "--out", out.with_suffix(".svg"))
    assert out.with_suffix(".svg").read_text().startswith("<svg")


@pytest.mark.slow
def test_traits(tmp_path: Path) -> None:
    """A label that the pictures bear out is found again on posters that have none."""
    out, labels, kinds = tmp_path / "probes.npz", tmp_path / "labels.csv", ("above", "below")
    banded(tmp_path / "images", range(1, 91))
    rows = [f"tt{n:07d},{kinds[n % 2]},{LOOKS[n % 3]},{FACES[n % 2]}" for n in range(1, 61)]
    labels.write_text("\n".join(["imdb_id,title,look,face", *rows]))
    told = run("traits", tmp_path, labels, "--others", 30, "--out", out, "--sheets", tmp_path)
    assert "title_above: 100% of 10 right, 30 are so" in told.splitlines()
    with np.load(out) as kept:
        assert kept["weights"].shape[:2] == (5, 6)
    with Image.open(tmp_path / "title_above.png") as sheet:
        first = np.asarray(sheet.convert("L"))[:20].reshape(20, SHEET_GRID[0], PRINT_SIZE[0])
    tops = first.mean(axis=(0, 2))
    assert (tops > 250).any()
    assert (tops[tops > 0] > 250).all(), "black is where no poster is"
