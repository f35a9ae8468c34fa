"""Benchmarks of an instance that runs: its speed, its load, and what would break it."""

import importlib
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.instruments import browsers
from benchmarks.instruments.reporting import ANOTHER_MODEL
from tests.absence import absent
from tests.benchmarks.script import ROOT, in_own_thread, run
from tests.object_store import ObjectStore
from tests.postgres import Postgres


@pytest.fixture
def _no_umap(monkeypatch: pytest.MonkeyPatch) -> None:
    """UMAP compiles for half a minute; few posters are laid out by principal components."""
    monkeypatch.setattr("index.map._NEIGHBOURS", 1000)


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
@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris has no wheel here")
def test_fuzzing(out: Path) -> None:
    run("fuzzing", "--seconds", 1, "--out", out)
    assert "nothing raised what nobody foresaw" in out.read_text()


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
    said = out.read_text()
    assert "## Exact search" in said
    assert said.count(f" dimensions. {ANOTHER_MODEL}\n") == 3


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
    if browsers.found() is None:
        absent(browsers.MISSING)
    in_own_thread(lambda: run("map_frames", home, "--frames", 2, "--out", out))
    assert out.exists()


@pytest.mark.slow
@pytest.mark.usefixtures("mapped")
def test_page_equality(home: Path, out: Path) -> None:
    """Only where nothing differs does it exit with 0."""
    told = run("page_equality", ROOT, ROOT, "--home", home, "--no-pictures", "--out", out)
    assert told.startswith("0 differences")


def test_reading(posters: Path, filled: Path, out: Path) -> None:
    shutil.rmtree(filled / "model")  # the packaged model, which torch knows too
    run("reading", filled, "--posters", 5, "--out", out)
    assert "torch eager" in out.read_text()


@pytest.mark.slow
@pytest.mark.browser
def test_screens(small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if browsers.found() is None:
        absent(browsers.MISSING)
    arguments = ["--home", str(small_home), "--only", "about", "--out", str(tmp_path / "screens")]
    monkeypatch.setattr(sys, "argv", ["screens", *arguments])
    monkeypatch.setattr("benchmarks.screens._QUERY", "demo-0003")
    in_own_thread(importlib.import_module("benchmarks.screens").main)
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


@pytest.mark.slow
def test_interruptions(posters: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.interruptions.__main__.KILLED_WITHIN", 0.01)
    run("interruptions", posters, "--films", 12, "--kills", 2, "--out", out)
    text = out.read_text()
    assert "in place, unless it had ended before." in text
    assert "| films after one more import | 12 of 12 |" in text
    assert "**not met**" not in text


@pytest.mark.slow
def test_scale(
    filled: Path, out: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.attacks.votes.RACERS", 1)
    few = ("--rated", 2, "--kills", 1, "--queries", 5)
    run("scale", postgres.url(), "--home", filled, *few, "--out", out)
    assert "manhattan, a decade with" in out.read_text()
    assert "float16: the copy made" in out.read_text()


@pytest.mark.slow
def test_many_vectors(filled: Path, out: Path, postgres: Postgres) -> None:
    few = ("--vectors", 200, "--queries", 20, "--work", out.parent / "work")
    run("scale.many_vectors", postgres.url(), "--home", filled, *few, "--out", out)
    said = out.read_text()
    assert said.count("| recall@5 >= 0.99, p95 <= 25 ms |") == 12
    recalls = [float(each) for each in re.findall(r"FAISS: recall@5 ([\d.]+)", said)]
    assert len(recalls) == 12
    assert min(recalls) > 0.9


@pytest.mark.slow
def test_many_films(filled: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.scale.many_films.REQUESTS_A_KIND", 1)
    few = ("--films", 300, "--ratings", 200, "--work", out.parent / "work")
    run("scale.many_films", "--home", filled, *few, "--out", out)
    said = out.read_text()
    assert said.startswith("# 300 films and 200 ratings")
    assert re.search(r"`/learning/ratings.csv` \| .* \| \d+ ratings a second", said)
    assert "| `onesheet import folder added` |" in said


@pytest.mark.slow
def test_spread_searches(
    filled: Path, out: Path, postgres: Postgres, second_postgres: Postgres
) -> None:
    servers = ("--server", postgres.url(), "--server", second_postgres.url())
    run(
        "scale.spread_searches",
        postgres.url(),
        *servers,
        "--home",
        filled,
        "--queries",
        3,
        "--out",
        out,
    )
    assert "| manhattan, all | one: recall 1.000" in out.read_text()


@pytest.mark.slow
def test_several_machines(
    filled: Path, out: Path, postgres: Postgres, object_store: ObjectStore
) -> None:
    few = ("--rated", 3, "--kills", 1, "--added", 1)
    site = postgres.url(), object_store.address()
    run("scale.several_machines", *site, "--home", filled, *few, "--out", out)
    said = out.read_text()
    assert "| 3, 3, 3; the arms' values are the same |" in said
    assert said.count("| none lost | met |") == 1
    assert "| none failed, none lost | met |" in said
