import io
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from catalog.images import decode
from webapp.cli import main
from webapp.instance import HOME_VARIABLE, Instance


@pytest.fixture
def run(home: Path) -> "Run":
    return Run(home)


class Run:
    """The command over one instance folder."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: object, status: int = 0) -> Result:
        result = CliRunner().invoke(main, ["--home", str(self.home), *map(str, arguments)])
        assert result.exit_code == status, result.output + repr(result.exception)
        return result


@pytest.fixture
def poster_file(tmp_path: Path, new_poster: bytes) -> Path:
    path = tmp_path / "poster.png"
    path.write_bytes(new_poster)
    return path


def commands(group: click.Group, *parents: str) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*parents, name)
        if isinstance(command, click.Group):
            yield from commands(command, *parents, name)


@pytest.mark.parametrize("command", [(), *commands(main)], ids=" ".join)
def test_every_command_has_help(command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


@pytest.mark.parametrize("command", list(commands(main)), ids=" ".join)
def test_every_command_shows_an_example(command: tuple[str, ...]) -> None:
    found: click.Command = main
    for name in command:
        assert isinstance(found, click.Group)
        inner = found.get_command(click.Context(found), name)
        assert inner is not None
        found = inner
    assert f"onesheet {' '.join(command)}" in (found.epilog or "")
    assert "Example: " in CliRunner().invoke(main, [*command, "--help"]).output


def test_similar_lists_films_for_people(run: Run, poster_file: Path) -> None:
    lines = run("similar", poster_file, "--metric", "cosine").output.splitlines()
    assert len(lines) == 6
    assert "cosine" in lines[-1]


def test_similar_answers_programs_as_the_api_does(run: Run, poster_file: Path) -> None:
    body = json.loads(run("similar", poster_file, "--k", 7, "--json").stdout)
    assert len(body["results"]) == 7
    instance = Instance(run.home)
    answer = instance.recommender.answer(body["id"])
    instance.close()
    assert answer is not None
    assert [each.card.imdb_id for each in answer.results] == [
        each["imdb_id"] for each in body["results"]
    ]


def test_similar_names_the_film_whose_poster_it_is(run: Run) -> None:
    instance = Instance(run.home)
    path = instance.catalog.poster_path(instance.catalog.by_imdb("demo-0001")[0].content_hash)
    instance.close()
    assert "Film No. 1 (demo-0001)" in run("similar", path).output


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


def test_doctor_finds_a_sound_instance_well(run: Run) -> None:
    findings = json.loads(run("doctor", "--json").stdout)
    assert {finding["name"] for finding in findings} == {
        "database",
        "posters",
        "model",
        "index",
        "coverage",
        "duplicates",
        "fonts",
    }
    assert all(finding["well"] for finding in findings)
    assert "80 posters" in run("doctor").output


def ailing(run: Run) -> set[str]:
    findings = json.loads(run("doctor", "--json", status=2).stdout)
    return {finding["name"] for finding in findings if not finding["well"]}


def test_doctor_notices_a_missing_poster_file(run: Run) -> None:
    next((run.home / "posters").glob("*/*.webp")).unlink()
    assert ailing(run) == {"posters"}


def test_doctor_notices_an_empty_poster_file(run: Run) -> None:
    next((run.home / "posters").rglob("*.webp")).write_bytes(b"")
    assert "1 poster files are missing or cut short" in run("doctor", status=2).output


def test_doctor_notices_a_flipped_bit_in_the_index(run: Run) -> None:
    (path,) = (run.home / "index").glob("*/cosine.faiss")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert ailing(run) == {"index"}


def test_doctor_notices_a_torn_model(run: Run) -> None:
    (run.home / "model" / "model.onnx").write_bytes(b"torn")
    assert ailing(run) == {"model", "index"}


def test_doctor_notices_posters_that_are_not_indexed(run: Run, poster_file: Path) -> None:
    imports(run, poster_file)
    run("doctor")
    with sqlite3.connect(run.home / "onesheet.db") as database:
        database.execute("DELETE FROM index_change")
    database.close()
    assert ailing(run) == {"coverage"}
    run("index")
    run("doctor")


def test_an_imported_film_is_found_and_a_removed_one_is_not(run: Run, poster_file: Path) -> None:
    imports(run, poster_file)
    assert "the poster of New" in run("similar", poster_file).stdout
    assert "Removed tt1000000" in run("remove", "tt1000000").stdout
    assert "the poster of" not in run("similar", poster_file).stdout
    run("doctor")
    assert "no film tt1000000" in run("remove", "tt1000000", status=2).stderr


def test_doctor_notices_an_empty_instance(tmp_path: Path, tiny_model: Path) -> None:
    shutil.copytree(tiny_model, tmp_path / "empty" / "model")
    run = Run(tmp_path / "empty")
    assert ailing(run) == {"index"}, "that there is none is said once"
    told = run("doctor", status=2).output
    assert told.count("BAD") == 1
    assert "onesheet import folder DIR" in told, "there is nothing to index yet"


@pytest.mark.parametrize(
    "command",
    ["index", "doctor", "map", "evaluate", "remove tt1000000", "uploads prune", "bandit show"],
)
def test_a_mistyped_home_is_named_and_not_made(tmp_path: Path, command: str) -> None:
    told = Run(tmp_path / "hmoe")(*command.split(), status=2).stderr
    assert "There is no instance in" in told
    assert "hmoe" in told
    assert list(tmp_path.iterdir()) == []


def imports(run: Run, poster: Path) -> Result:
    folder = run.home / "folder"
    (folder / "images").mkdir(parents=True, exist_ok=True)
    shutil.copy(poster, folder / "images" / "tt1000000.png")
    (folder / "movies.csv").write_text(
        "genres,title,imdb_id\nDrama|Comedy,New,tt1000000\nDrama,No poster,tt1000001\n"
    )
    return run("import", "folder", folder)


def test_importing_a_folder_reports_what_it_did_and_skipped(run: Run, poster_file: Path) -> None:
    result = imports(run, poster_file)
    assert "Added 1, updated 0, unchanged 0, skipped 1." in result.stdout
    assert "skipped: line 3" in result.stderr
    assert "unchanged 1" in imports(run, poster_file).stdout


def test_index_tells_its_manifest(run: Run) -> None:
    manifest = json.loads(run("index", "--json").stdout)
    assert (manifest["n"], manifest["d"]) == (80, 32)
    told = run("index", "--storage", "float16").output
    assert "Indexed 80 posters" in told
    assert f"cosine: hubness {manifest['hubness']['cosine']:.1f}" in told
    assert "found" not in told, "so few are compared one by one"


@pytest.mark.slow
def test_the_demo_is_built_once(tmp_path: Path) -> None:
    run = Run(tmp_path / "demo")
    assert "Added 6," in run("demo", "--films", 6, "--no-serve").stdout
    assert run("demo", "--films", 6, "--no-serve").stdout == ""
    assert "Added 2," in run("demo", "--films", 8, "--no-serve").stdout
    run("doctor")


def test_a_demo_with_other_posters_in_the_same_number_is_indexed_anew(run: Run) -> None:
    with sqlite3.connect(run.home / "onesheet.db") as database:
        database.execute("UPDATE poster SET id = 1000 WHERE id = (SELECT max(id) FROM poster)")
    database.close()
    assert "run `onesheet index`" in run("doctor", status=2).output
    run("demo", "--films", 6, "--no-serve")
    run("doctor")


def one_line(result: Result) -> str:
    assert "Traceback" not in result.output
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    return line


def test_a_file_that_is_no_image_exits_2_with_one_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam")
    for command in ("similar", "read"):
        assert "not an image" in one_line(run(command, path, status=2))


@pytest.mark.parametrize(
    "arguments",
    [
        ("similar", "nowhere.png"),
        ("similar", ".", "--metric", "hamming"),
        ("similar", ".", "--k", "0"),
        ("import", "folder", "nowhere"),
        ("serve", "--port", "70000"),
        ("serve", "--workers", "0"),
        ("bandit", "simulate", "--means", "2", "0", "0"),
        ("nonsense",),
    ],
)
def test_a_mistaken_argument_exits_2(run: Run, arguments: tuple[str, ...]) -> None:
    one_line(run(*arguments, status=2))


def test_a_folder_without_images_exits_2_before_any_progress(run: Run, tmp_path: Path) -> None:
    result = run("import", "folder", tmp_path, status=2)
    assert result.stderr.strip() == one_line(result)
    assert "images" in one_line(result)


def test_an_index_that_cannot_be_saved_exits_2_before_reading(run: Run) -> None:
    shutil.rmtree(run.home / "index")
    (run.home / "index").touch()
    result = run("index", status=2)
    assert f"cannot write to {run.home / 'index'}: " in one_line(result)
    assert "Reading" not in result.stderr


def test_a_demo_without_a_model_is_refused_before_drawing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("card", "model"):
        monkeypatch.setattr(f"embedder.{name}.PACKAGED", tmp_path / "absent")
    run = Run(tmp_path / "home")
    assert "install Onesheet again" in one_line(run("demo", "--no-serve", status=2))
    assert not (run.home / "posters").exists()


def test_a_folder_without_a_table_exits_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    assert "movies.csv" in one_line(run("import", "folder", tmp_path, status=2))


def test_an_empty_catalogue_cannot_be_indexed(tmp_path: Path) -> None:
    assert "onesheet demo" in one_line(Run(tmp_path / "empty")("index", status=2))


def test_similar_without_an_index_names_the_command_that_mends_it(
    run: Run, poster_file: Path
) -> None:
    shutil.rmtree(run.home / "index")
    assert "onesheet index" in one_line(run("similar", poster_file, status=2))


def test_a_file_that_is_no_database_exits_2(run: Run) -> None:
    for path in run.home.glob("onesheet.db*"):
        path.unlink()
    (run.home / "onesheet.db").write_bytes(b"not a database" * 100)
    assert "database" in one_line(run("bandit", "show", status=2))


def test_a_database_of_a_newer_program_exits_2(run: Run) -> None:
    with sqlite3.connect(run.home / "onesheet.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    assert "newer" in one_line(run("bandit", "show", status=2))


def test_a_home_that_is_a_file_exits_2(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    one_line(Run(tmp_path / "file" / "instance")("bandit", "show", status=2))


def test_the_home_may_come_from_the_environment_or_after_the_command(
    home: Path, monkeypatch: pytest.MonkeyPatch, poster_file: Path
) -> None:
    arguments = ["similar", str(poster_file), "--json"]
    after = CliRunner().invoke(main, [*arguments, "--home", str(home)])
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    environment = CliRunner().invoke(main, arguments)
    assert after.exit_code == environment.exit_code == 0


def test_an_upload_from_the_command_has_a_permalink(run: Run, poster_file: Path) -> None:
    body = json.loads(run("similar", poster_file, "--json").stdout)
    kept = (run.home / "uploads" / f"{body['id']}.jpg").read_bytes()
    assert decode(kept).size == decode(io.BytesIO(poster_file.read_bytes()).getvalue()).size
