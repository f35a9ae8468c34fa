"""read: what posters say, for people, for programs and as a table."""

import json
from pathlib import Path

from tests.cli.conftest import Run, one_line


def test_read_tells_genres_score_and_decade(run: Run, poster_file: Path) -> None:
    told = run("read", poster_file).output
    assert "rated 8-10" in told
    assert "four in five from" in told
    assert "looks like the" in told


def test_read_answers_programs_as_the_api_does(run: Run, poster_file: Path) -> None:
    found = json.loads(run("read", poster_file, "--json").stdout)
    assert list(found)[:6] == [
        "genres",
        "predicted",
        "scores",
        "score",
        "score_interval",
        "decades",
    ]
    assert len(found["embedding"]) == 32
    assert "intended" not in found


def test_read_holds_a_poster_against_intended_genres(run: Run, poster_file: Path) -> None:
    arguments = ("read", poster_file, "--intended", "horror", "--intended", "Drama|Western")
    found = json.loads(run(*arguments, "--json").stdout)
    assert list(found["intended"]["promises"]) == ["Horror", "Drama", "Western"]
    told = run(*arguments).output
    assert "strongest rival: " in told
    assert told.count("such as: ") == 5
    assert "Drama" in one_line(run("read", poster_file, "--intended", "Drums", status=2))
