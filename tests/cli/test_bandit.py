"""bandit: what it learned, and how one learns."""

import json
from pathlib import Path

from click.testing import CliRunner

from cli.main import main
from onesheet.base.home import Home
from onesheet.instance import Instance
from onesheet.queries.query import from_sample
from onesheet.storage import schema
from tests.cli.conftest import Run


def test_bandit_show_tells_every_arm(run: Run, poster_file: Path) -> None:
    run("similar", poster_file)
    state = json.loads(run("bandit", "show", "--json").stdout)
    assert sum(arm["shown"] for arm in state["arms"]) == 1
    assert "epsilon 1.000 after 0 ratings" in run("bandit", "show").output


def test_bandit_simulate_is_the_same_for_the_same_seed() -> None:
    def simulate(*options: str) -> str:
        return CliRunner().invoke(main, ["bandit", "simulate", "--steps", "50", *options]).output

    assert simulate("--seed", "3") == simulate("--seed", "3") != simulate("--seed", "4")
    steps = [json.loads(line) for line in simulate("--json").splitlines()]
    assert [step["number"] for step in steps] == list(range(1, 51))


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
