"""Every benchmark runs to its document on a few drawn posters; its figures mean nothing here."""

import importlib
import random
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.instruments.surrounded import surrounded
from embedder.card import load_model
from onesheet.explaining.traits import Trait
from tests.browser.conftest import absent
from tests.postgres import Postgres

ROOT = Path(__file__).resolve().parents[2]


def run(name: str, *arguments: object, status: int = 0) -> str:
    """What a benchmark prints."""
    package = (ROOT / "benchmarks" / name).is_dir()
    module = importlib.import_module(f"benchmarks.{name}" + ".__main__" * package)
    done = CliRunner().invoke(module.main, [*map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == status, done.output
    return done.output


LOOKS, FACES = ("painted", "photographed", ""), ("large", "none")


def graded(path: Path, queries: range) -> None:
    """Every pair of the drawn films that begins with one of `queries`, graded at random."""
    rng = random.Random(queries[0])
    pairs = [(q, c, rng.choice((0, 0, 1, 2))) for q in queries for c in range(1, 91) if c != q]
    lines = [f"tt{q:07d},tt{c:07d},{grade}" for q, c, grade in pairs]
    path.write_text("\n".join(["query,candidate,grade", *lines]))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "document.md"


@pytest.fixture
def _no_umap(monkeypatch: pytest.MonkeyPatch) -> None:
    """UMAP compiles for half a minute; few posters are laid out by principal components."""
    monkeypatch.setattr("index.map._NEIGHBOURS", 1000)


def test_every_benchmark_is_run_here() -> None:
    scripts = [
        *ROOT.glob("benchmarks/*.py"),
        *ROOT.glob("benchmarks/*/__main__.py"),
        ROOT / "benchmarks" / "scale" / "late_feedback.py",
    ]
    names = {path.parent.name if path.stem == "__main__" else path.stem for path in scripts}
    tested = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert names == tested - {"every_benchmark_is_run_here"}


@pytest.mark.slow
def test_attacks(home: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.attacks.hostile_clients.QUIET_AFTER", 0)
    few = (
        "--pictures",
        12,
        "--posted",
        6,
        "--ratings",
        2,
        "--kills",
        1,
        "--clients",
        2,
        "--seconds",
        0.1,
    )
    run("attacks", home, *few, "--out", out)
    said = out.read_text()
    assert "## 2 slow clients beside an ordinary one" in said
    assert re.search(
        r"6 damaged pictures over HTTP \| .* 0 got no answer; .* 0 files are left", said
    )


@pytest.mark.slow
def test_endurance(home: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of so short a run no growth can be promised, so the command is to say that it is not met."""
    monkeypatch.setattr("benchmarks.endurance.__main__.MOST_GROWTH", -1)
    run("endurance", home, "--cuts", 1, "--minutes", 0.02, "--check", "--out", out, status=1)
    said = out.read_text()
    assert re.search(r"losses of power \| 0 of \d+ ack", said) or "no C compiler" in said
    assert re.search(r"minutes of steady load \| 0 of \d+ requests failed", said)


@pytest.mark.slow
@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed")
def test_fuzzing(out: Path) -> None:
    run("fuzzing", "--seconds", 1, "--out", out)
    assert "nothing raised what nobody foresaw" in out.read_text()


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
    assert "## Altered copies of 2 val posters" in out.read_text()


def test_embedder(posters: Path, tiny_model: Path, out: Path) -> None:
    run("embedder", posters, "--model", tiny_model, "--beside", tiny_model, "--out", out)
    assert "## The bar" in out.read_text()


@pytest.mark.slow
def test_growing(posters: Path, filled: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.growing.ADDED", 2)
    monkeypatch.setattr("benchmarks.instruments.watching.WATCHED", 2)
    monkeypatch.setattr("benchmarks.growing.WORKERS", 2)
    run("growing", posters, "--home", filled, "--swaps", 2, "--out", out)
    assert "2 swaps under load" in out.read_text()


@pytest.mark.slow
def test_index(filled: Path, tmp_path: Path, out: Path) -> None:
    parts = [word for name in ("exact", "rebuild", "large") for word in ("--part", name)]
    sizes = ["--vectors", 300, "--queries", 5]
    run("index", filled, *sizes, *parts, "--work", tmp_path / "work", "--out", out)
    assert "## Exact search" in out.read_text()


def test_likeness(filled: Path, tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("measures", "__main__"):
        monkeypatch.setattr(f"benchmarks.likeness.{module}.RESAMPLED", 5)
    for name, queries in (("train", range(1, 21)), ("dev", range(21, 31))):
        graded(tmp_path / f"{name}.csv", queries)
    before = load_model(filled / "model")
    written = ["--write", filled / "model", "--cache", tmp_path / "cache", "--out", out]
    run("likeness", tmp_path, filled, *written)
    assert "## Heeding the predicted genres, dev" in out.read_text()
    after = load_model(filled / "model")
    assert after[1].likeness is not None
    assert after[2] == before[2]
    run("likeness", tmp_path, filled, "--dev-only", *written[2:])
    assert "pairs of dev; model" in out.read_text()


@pytest.mark.slow
@pytest.mark.usefixtures("_no_umap")
def test_main_job(posters: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.main_job.STARTS", 1)
    run("main_job", posters, "--posters", 20, "--queries", 2, "--out", out)
    assert "upload to results page" in out.read_text()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.usefixtures("mapped")
def test_map_frames(home: Path, out: Path) -> None:
    if shutil.which("chromium") is None:
        absent("Chromium (apt-get install chromium)")
    run("map_frames", home, "--frames", 2, "--out", out)
    assert out.exists()


@pytest.mark.slow
@pytest.mark.usefixtures("mapped")
def test_page_equality(home: Path, out: Path) -> None:
    """Only where nothing differs does it exit with 0."""
    told = run("page_equality", ROOT, ROOT, "--home", home, "--no-pictures", "--out", out)
    assert told.startswith("0 differences")


@pytest.mark.slow
def test_papers(
    posters: Path, tiny_model: Path, tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.papers.methods.NEIGHBOURS", 2)
    names = ("prior", "the commonest genre", "label powerset, our embedding", "document")
    stages = [word for name in names for word in ("--stages", name)]
    setting = ["--model", tiny_model, "--cache", tmp_path / "cache"]
    run("papers", posters, *setting, *stages, "--out", out)
    assert "## Not run" in out.read_text()


def test_reading(posters: Path, filled: Path, out: Path) -> None:
    shutil.rmtree(filled / "model")  # the packaged model, which torch knows too
    run("reading", filled, "--posters", 5, "--out", out)
    assert "torch eager" in out.read_text()


def test_reliability(posters: Path, tiny_model: Path, tmp_path: Path, out: Path) -> None:
    run("reliability", posters, "--model", tiny_model, "--cache", tmp_path / "cache", "--out", out)
    assert out.with_suffix(".svg").exists()


def test_restrict(posters: Path, tiny_model: Path, tmp_path: Path, out: Path) -> None:
    run("restrict", posters, "--model", tiny_model, "--cache", tmp_path / "cache", "--out", out)
    assert "Jaccard@5" in out.read_text()


@pytest.mark.slow
@pytest.mark.browser
def test_screens(small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("chromium") is None:
        absent("Chromium (apt-get install chromium)")
    arguments = ["--home", str(small_home), "--only", "about", "--out", str(tmp_path / "screens")]
    monkeypatch.setattr(sys, "argv", ["screens", *arguments])
    monkeypatch.setattr("benchmarks.screens._QUERY", "demo-0003")
    importlib.import_module("benchmarks.screens").main()
    assert [path.name for path in (tmp_path / "screens").iterdir()] == ["about-desktop-light.webp"]


@pytest.mark.slow
def test_serving(posters: Path, filled: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"_WARMING": 2, "LACKING": 2, "SPLIT": 2, "_CLIENTS": 2}.items():
        monkeypatch.setattr(f"benchmarks.serving.{name}", value)
    out.write_text("# Serving, last year\n\n## Before and after\n\nBy hand.\n")
    run("serving", posters, "--home", filled, "--seconds", 1, "--queries", 2, "--out", out)
    text = out.read_text()
    assert "## Where the time of one upload goes" in text
    assert "last year" not in text
    assert text.endswith("## Before and after\n\nBy hand.\n")


def test_taste(filled: Path, tmp_path: Path, out: Path) -> None:
    graded(tmp_path / "dev.csv", range(21, 31))
    few = ("--plays", 3, "--ratings", 100)
    run("taste", tmp_path, filled, "--cache", tmp_path / "cache", *few, "--out", out)
    text = out.read_text()
    assert "10 queries of dev are asked" in text
    assert "| one verdict on the five |" in text
    assert "told after 100" in text


@pytest.mark.slow
def test_sources(posters: Path, out: Path) -> None:
    few = ("--films", 12, "--rows", 300, "--tmdb-films", 90)
    run("sources", posters, *few, "--out", out)
    text = out.read_text()
    assert text.count("12, 0 differ") == 2
    assert "0 of 12" in text
    assert "**not met**" not in text.partition("## `onesheet import imdb`")[0]
    tmdb = text.partition("## `onesheet import tmdb`, 90 films")[2]
    assert "Added 90, updated 0, unchanged 0, skipped 0." in tmdb
    assert "| films other than by the import at once | 0 | 0 | met |" in tmdb
    assert "**not met**" not in tmdb


def test_titles(posters: Path, out: Path) -> None:
    run("titles", posters, "--titles", 20, "--titles", 120, "--out", out)
    text = out.read_text()
    assert text.count("| … 2 letters | 3 first, 3 among five, of 3 | 0 first, 0 among") == 2


@pytest.mark.slow
def test_interruptions(posters: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.interruptions.__main__.KILLED_WITHIN", 0.01)
    run("interruptions", posters, "--films", 12, "--kills", 2, "--out", out)
    text = out.read_text()
    assert "| films after one more import | 12 of 12 |" in text
    assert "**not met**" not in text


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
def test_scale(
    filled: Path, out: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.attacks.votes.RACERS", 1)
    few = ("--rated", 2, "--kills", 1, "--queries", 5)
    run("scale", postgres.url(), "--home", filled, *few, "--out", out)
    assert "manhattan, a decade with" in out.read_text()


@pytest.mark.slow
def test_traits(posters: Path, tmp_path: Path) -> None:
    """A label that the pictures bear out is found again on posters that have none."""
    out, labels, kinds = tmp_path / "probes.npz", tmp_path / "labels.csv", ("above", "below")
    rows = [f"tt{n:07d},{kinds[n % 2]},{LOOKS[n % 3]},{FACES[n % 2]}" for n in range(1, 61)]
    labels.write_text("\n".join(["imdb_id,title,look,face", *rows]))
    told = run("traits", posters, labels, "--others", 30, "--out", out, "--sheets", tmp_path)
    assert {"title_above", "painted"} <= {line.split(":")[0] for line in told.splitlines()}
    with np.load(out) as kept:
        assert kept["weights"].shape[:2] == (5, 6)
    sheets = {path.stem for path in tmp_path.glob("*.png")}
    assert sheets & set(Trait)
