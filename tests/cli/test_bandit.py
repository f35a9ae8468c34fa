"""bandit: what it learned, and how one learns."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from bandit import Rating
from cli.main import main
from onesheet.base.home import Home
from onesheet.instance import Instance
from onesheet.queries.query import from_sample, from_upload
from onesheet.recommending.answers import BanditState
from onesheet.storage import schema
from tests.cli.conftest import Run, one_line
from tests.conftest import drawn_bytes


def test_bandit_show_tells_every_arm(run: Run, poster_file: Path) -> None:
    run("similar", poster_file)
    state = json.loads(run("bandit", "show", "--json").stdout)
    assert sum(arm["shown"] for arm in state["arms"]) == 1
    assert "epsilon 1.000 after 0 ratings" in run("bandit", "show").output


def test_bandit_show_calls_no_chance_certain_that_is_not(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    chances = {"cosine": 0.9998, "euclidean": 0.0002, "manhattan": 0.0}
    monkeypatch.setattr(BanditState, "best", chances)
    monkeypatch.setattr(BanditState, "chances", chances)
    lines = run("bandit", "show").output.splitlines()
    ends = ["best >99%  next >99%", "best  <1%  next  <1%", "best   0%  next   0%"]
    assert [line[-20:] for line in lines[:3]] == ends


def test_an_answer_whose_id_begins_with_a_dash_is_rated(
    run: Run, poster_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_by = "onesheet.recommending.recommender.secrets.token_urlsafe"
    for number in ("-mXh0hT1bJq0_yQh", "--Xh0hT1bJq0_yQh"):
        monkeypatch.setattr(made_by, {12: number, 24: "a visitor's key"}.get)
        run("similar", poster_file)
        run("bandit", "rate", number, "good")
    state = json.loads(run("bandit", "show", "--json").stdout)
    assert sum(arm["good"] for arm in state["arms"]) == 2
    assert "Rate the answer" in run("bandit", "rate", "--help").stdout


def test_bandit_simulate_is_the_same_for_the_same_seed() -> None:
    def simulate(*options: str) -> str:
        return CliRunner().invoke(main, ["bandit", "simulate", "--steps", "50", *options]).output

    assert simulate("--seed", "3") == simulate("--seed", "3") != simulate("--seed", "4")
    steps = [json.loads(line) for line in simulate("--json").splitlines()]
    assert [step["number"] for step in steps] == list(range(1, 51))


def test_another_sites_ratings_are_merged_without_its_posters(
    run: Run, home: Path, client: FlaskClient, tmp_path: Path
) -> None:
    there = Instance(Home(Path(shutil.copytree(home, tmp_path / "there"))))
    schema.migrate(there.engine)
    answer = there.recommender.ask(from_upload(drawn_bytes(7)))
    there.feedback.rate(answer.id, Rating.GOOD)
    there.close()
    database = there.home.folder / "onesheet.db"
    told = run("bandit", "merge", database).stdout
    assert told == "1 answers came, and 0 ratings were later there.\n"
    assert "0 answers came" in run("bandit", "merge", f"sqlite:///{database}").stdout
    state = json.loads(run("bandit", "show", "--json").stdout)
    assert {arm["arm"]: arm["good"] for arm in state["arms"]}[answer.arm] == 1
    page = client.get(f"/r/{answer.id}")
    assert page.status_code == 410
    assert "by another site that shares its ratings with this one" in page.text
    wrong = run("bandit", "merge", tmp_path / "absent.db", status=2)
    assert one_line(wrong).startswith("Error: There is no database")
    wrong = run("bandit", "merge", f"sqlite:///{tmp_path / 'absent.db'}", status=2)
    assert "There is no database" in one_line(wrong)
    assert not (tmp_path / "absent.db").exists()
    odd = tmp_path / "is it?.db"
    shutil.copy(database, odd)
    assert "0 answers came" in run("bandit", "merge", odd).stdout
    empty = tmp_path / "empty.db"
    empty.touch()
    assert "no database of Onesheet's" in one_line(run("bandit", "merge", empty, status=2))
    mistyped = run("bandit", "merge", "postgresql://films:p@ss:w0rd@host/films", status=2)
    assert "address is none" in one_line(mistyped)
    assert "w0rd" not in mistyped.output


def test_thumbs_are_written_as_grades(home: Path) -> None:
    instance = Instance(Home(home))
    schema.migrate(instance.engine)
    answer = instance.recommender.ask(from_sample("3", instance.catalog))
    instance.thumbs.give(answer.id, 7, True)
    films = instance.catalog.cards([3, 7])
    instance.close()
    result = CliRunner().invoke(main, ["--home", str(home), "thumbs", "export"])
    assert result.exit_code == 0
    assert result.output == (f"query,candidate,grade\n{films[3].imdb_id},{films[7].imdb_id},2\n")
