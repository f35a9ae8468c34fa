"""What an operator sets by the environment."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import main
from onesheet.base.home import Home
from onesheet.base.settings import Settings, SettingsError
from webapp.app import create_app


def test_nothing_said_leaves_the_defaults() -> None:
    assert Settings.from_environment({}) == Settings()
    assert Settings.from_environment({"ONESHEET_KEEP_DAYS": " "}) == Settings()


def test_everything_can_be_set() -> None:
    found = Settings.from_environment(
        {
            "ONESHEET_FETCH_URLS": "off",
            "ONESHEET_KEEP_DAYS": "7",
            "ONESHEET_TMDB_KEY": "one",
            "ONESHEET_OMDB_KEY": "two",
            "ONESHEET_JELLYFIN_KEY": "three",
            "ONESHEET_PLEX_TOKEN": "four",
            "ONESHEET_LEARN_FILMS": "on",
            "ONESHEET_TRUSTED_HOSTS": "posters.example, .example.org",
        }
    )
    hosts = ("posters.example", ".example.org")
    assert found == Settings(False, 7, "one", "two", "three", "four", True, hosts)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ONESHEET_FETCH_URLS", "maybe"),
        ("ONESHEET_KEEP_DAYS", "a month"),
        ("ONESHEET_KEEP_DAYS", "-1"),
        ("ONESHEET_KEEP_DAYS", "nan"),
        ("ONESHEET_KEEP_DAYS", "inf"),
        ("ONESHEET_METRICS", "for everybody"),
    ],
)
def test_what_means_nothing_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: value})
    monkeypatch.setenv(name, value)
    (tmp_path / "onesheet.db").touch()
    run = CliRunner().invoke(main, ["--home", str(tmp_path), "doctor"])
    assert run.exit_code == 2
    assert name in run.output


def test_vectors_are_copied_from_postgresql_alone(tmp_path: Path) -> None:
    found = Settings.from_environment(
        {"ONESHEET_VECTORS": "pgvector", "ONESHEET_VECTORS_COPY": "on"}
    )
    assert found == Settings(vectors="pgvector", vectors_copy=True)
    found.check_database("postgresql://db/onesheet")
    with pytest.raises(SettingsError, match="ONESHEET_VECTORS_COPY must be off where"):
        Home(tmp_path, settings=Settings(vectors_copy=True))


def test_a_server_answers_to_its_trusted_names_only(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("ONESHEET_TRUSTED_HOSTS", "posters.example,.example.org")
    app = create_app(home)
    client = app.test_client()
    for host, status in (
        ("posters.example", 200),
        ("posters.example:8000", 200),
        ("a.example.org", 200),
        ("evil.example", 400),
        ("posters.example.evil.example", 400),
    ):
        answer = client.get("/about", headers={"Host": host})
        assert answer.status_code == status, host
    assert "not the name of this server" in client.get("/api/v1/bandit").get_json()["error"]
    app.extensions["onesheet"].close()
