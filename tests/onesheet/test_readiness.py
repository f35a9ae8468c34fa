"""Whether a server is ready, and what asking for that costs."""

import errno
import math
from pathlib import Path
from typing import NoReturn

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, text

from catalog.database import writing
from catalog.flushing import UnwritableError
from onesheet import readiness as module
from onesheet.instance import Instance
from onesheet.readiness import TOLD_AGAIN, RecentFindings, readiness
from tests.postgres import of_sqlite


def ill(instance: Instance) -> set[str]:
    return {each.name for each in readiness(instance) if not each.well}


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks has everything looked at again."""
    monkeypatch.setattr(module, "TOLD_AGAIN", 0.0)


def test_a_sound_instance_is_ready(client: FlaskClient, instance: Instance) -> None:
    assert ill(instance) == set()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (200, {"ready": True, "wrong": []})
    assert answer.headers["Cache-Control"] == "no-store"


@of_sqlite
@pytest.mark.usefixtures("forgetful")
def test_a_damaged_page_makes_it_unready_but_alive(client: FlaskClient, instance: Instance) -> None:
    client.get("/readyz")
    instance.feedback.settle()
    instance.engine.dispose()
    path = instance.home.folder / "onesheet.db"
    data = bytearray(path.read_bytes())
    for place in range(4096 * 4, len(data), 4096):
        data[place : place + 64] = b"\xff" * 64
    path.write_bytes(data)
    assert client.get("/readyz").status_code == 503
    assert "database" in client.get("/readyz").get_json()["wrong"]
    assert client.get("/healthz").status_code == 200


@pytest.mark.usefixtures("forgetful")
def test_a_full_or_read_only_disk_makes_it_unready(
    client: FlaskClient, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwritable(folder: Path) -> NoReturn:
        raise UnwritableError(folder, OSError(errno.EROFS, "read-only"))

    monkeypatch.setattr("onesheet.readiness.LEAST_ROOM", 1 << 80)
    assert client.get("/readyz").get_json() == {"ready": False, "wrong": ["disk"]}
    monkeypatch.setattr("onesheet.readiness.LEAST_ROOM", 0)
    assert client.get("/readyz").status_code == 200
    monkeypatch.setattr("onesheet.readiness.check_writable", unwritable)
    assert client.get("/readyz").get_json() == {"ready": False, "wrong": ["disk"]}
    assert client.get("/healthz").status_code == 200


def test_the_database_is_read_through_while_others_write(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = list[int | None]()

    def damage(connection: Connection, at_most: int | None) -> None:
        connection.execute(text("SELECT 1"))  # what is read holds others up from its first query on
        with writing(instance.engine) as session:
            session.execute(text("UPDATE alembic_version SET version_num = version_num"))
        read.append(at_most)

    monkeypatch.setattr(module, "damage", damage)
    assert ill(instance) == set()
    assert read == [module.SMALL_DATABASE]


def test_a_finding_is_told_again_for_a_while(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, asked = [0.0], list[int]()

    def room(_: Instance) -> str:
        asked.append(1)
        return "some"

    monkeypatch.setattr(module, "_room", room)
    recent = RecentFindings(instance, lambda: now[0])
    first = recent.all()
    now[0] = TOLD_AGAIN - 0.1
    assert recent.all() is first
    assert len(asked) == 1
    now[0] = TOLD_AGAIN
    recent.all()
    assert len(asked) == 2


def test_strangers_who_ask_and_ask_have_nothing_read_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[int]()
    monkeypatch.setattr(module, "TOLD_AGAIN", math.inf)
    monkeypatch.setattr(module, "damage", lambda *_: asked.append(1))
    assert {client.get("/readyz").status_code for _ in range(5)} == {200}
    assert len(asked) == 1
