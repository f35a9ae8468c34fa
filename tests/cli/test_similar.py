"""similar: films for people, and for programs as the API answers."""

import io
import json
import shutil
from pathlib import Path

import pytest

from catalog.images import decode
from onesheet.base.home import Home
from onesheet.instance import Instance
from tests.cli.conftest import Run, one_line


def test_similar_lists_films_for_people(run: Run, poster_file: Path) -> None:
    lines = run("similar", poster_file, "--metric", "cosine").output.splitlines()
    assert len(lines) == 6
    assert "cosine" in lines[-1]


def test_similar_answers_programs_as_the_api_does(run: Run, poster_file: Path) -> None:
    body = json.loads(run("similar", poster_file, "--k", 7, "--json").stdout)
    assert len(body["results"]) == 7
    instance = Instance(Home(run.home))
    answer = instance.permalinks.answer(body["id"])
    instance.close()
    assert answer is not None
    assert [each.card.imdb_id for each in answer.results] == [
        each["imdb_id"] for each in body["results"]
    ]


def test_similar_names_the_film_whose_poster_it_is(run: Run) -> None:
    instance = Instance(Home(run.home))
    path = instance.catalog.poster_path(instance.catalog.by_imdb("demo-0001")[0].content_hash)
    instance.close()
    assert "Film No. 1 (demo-0001)" in run("similar", path).output


def test_similar_without_an_index_names_the_command_that_mends_it(
    run: Run, poster_file: Path
) -> None:
    shutil.rmtree(run.home / "index")
    assert "onesheet index" in one_line(run("similar", poster_file, status=2))


def test_an_upload_from_the_command_has_a_permalink(run: Run, poster_file: Path) -> None:
    body = json.loads(run("similar", poster_file, "--json").stdout)
    kept = (run.home / "uploads" / f"{body['id']}.jpg").read_bytes()
    assert decode(kept).size == decode(io.BytesIO(poster_file.read_bytes()).getvalue()).size


def test_where_none_is_kept_the_posters_answer_has_no_page_and_no_key_to_delete_it(
    run: Run, poster_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONESHEET_KEEP_DAYS", "0")
    body = json.loads(run("similar", poster_file, "--json").stdout)
    assert "rating_key" in body
    assert "delete_key" not in body
    assert "seen at /r/" not in run("similar", poster_file).output
    assert not [path for path in (run.home / "uploads").rglob("*") if path.is_file()]
    run("bandit", "rate", body["id"], "good")
