"""Paths and settings of one instance, and that none of it is opened."""

from pathlib import Path

import pytest

from catalog.database import connect
from onesheet.base.home import DATABASE_VARIABLE, HOME_VARIABLE, Home
from onesheet.base.settings import SettingsError
from tests.postgres import of_sqlite


@of_sqlite
def test_a_home_opens_and_makes_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path / "absent")
    assert str(home.database_url) == f"sqlite:///{tmp_path / 'absent' / 'onesheet.db'}"
    assert not home.trained
    assert not home.folder.exists()


@of_sqlite
def test_a_folder_of_any_name_holds_its_own_database(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "a%20b?c")
    engine = connect(home.database_url)
    engine.connect().close()
    engine.dispose()
    assert (home.folder / "onesheet.db").is_file()


def test_a_relative_folder_stays_the_same_when_the_program_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    home = Home(Path("here"))
    monkeypatch.chdir("/")
    assert home.posters == tmp_path / "here" / "posters"


def test_the_folder_named_goes_before_the_environments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "environment"))
    assert Home.at().folder == tmp_path / "environment"
    assert Home.at(tmp_path / "named").folder == tmp_path / "named"
    assert (tmp_path / "named").is_dir()


def test_the_environment_names_the_database_and_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE_VARIABLE, "postgresql://elsewhere/films")
    monkeypatch.setenv("ONESHEET_KEEP_DAYS", "3")
    monkeypatch.setenv("ONESHEET_DECAY", "7")
    home = Home.at(tmp_path)
    assert home.database_url == "postgresql://elsewhere/films"
    assert (home.settings.keep_days, home.bandit.decay) == (3, 7)


@pytest.mark.parametrize("name", ["ONESHEET_KEEP_DAYS", "ONESHEET_DECAY"])
def test_a_setting_that_means_nothing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "soon")
    with pytest.raises(SettingsError, match=name):
        Home.at(tmp_path)


def test_either_file_of_a_model_makes_the_home_a_trained_one(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.model.mkdir()
    assert not home.trained
    (home.model / "model.json").write_text("{}")
    assert home.trained
