"""Figures for Prometheus."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from onesheet.storage.api_keys import Scope
from tests.conftest import ClosingClient
from webapp.app import create_app

API = "/api/v1/recommendations"


@pytest.fixture
def watched(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    monkeypatch.setenv("ONESHEET_METRICS", "on")
    app = create_app(home, TESTING=True)
    app.test_client_class = ClosingClient
    yield app.test_client()
    app.extensions["onesheet"].close()


def figures(text: str) -> dict[tuple[str, ...], float]:
    """Each sample's value, by its name and the values of its labels."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_figures_tell_what_was_asked_and_learned_and_of_nobody(
    watched: FlaskClient, new_poster: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, now = watched.application.extensions["onesheet"].index(), datetime.now(UTC)
    created = (now - timedelta(hours=1)).isoformat()
    monkeypatch.setattr(index, "manifest", replace(index.manifest, created=created))
    where = {"REMOTE_ADDR": "203.0.113.5"}
    form = {"poster": (io.BytesIO(new_poster), "mine.png")}
    said = watched.post(API, data=form, environ_base=where).get_json()
    watched.put(f"{API}/{said['id']}/rating", json={"rating": "good"}, environ_base=where)
    watched.get(f"/r/{said['id']}", environ_base=where)
    watched.get("/no/such/page", environ_base=where)
    answer = watched.get("/metrics")
    assert answer.mimetype == "text/plain"
    found, arm = figures(answer.text), said["arm"]
    for stage in ("decode", "turn", "read", "search", "record"):
        assert found["onesheet_stage_seconds_count", stage] == 1
        assert found["onesheet_stage_under_way", stage] == 0
    assert found["onesheet_request_seconds_count", "api.post_recommendation", "201"] == 1
    assert found["onesheet_request_seconds_count", "none", "404"] == 1
    assert found["onesheet_arm_picks", arm] == 1
    assert found["onesheet_arm_reward", arm] == 1
    assert found["onesheet_ratings", arm, "good"] == 1
    assert 0 < found["onesheet_epsilon",] < 1
    assert found["onesheet_index_posters",] == 80
    assert 3600 <= found["onesheet_index_age_seconds",] < 4200
    assert found["onesheet_ready",] == 1
    for personal in (said["id"], said["rating_key"], "203.0.113.5", "mine.png"):
        assert personal not in answer.text


def test_without_an_index_the_figures_say_so(watched: FlaskClient, home: Path) -> None:
    (home / "index" / "current").unlink()
    found = figures(watched.get("/metrics").text)
    assert found["onesheet_ready",] == 0
    assert ("onesheet_index_posters",) not in found


def test_figures_are_there_only_where_they_are_wanted_and_for_who_may_come_in(
    client: FlaskClient, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/metrics").status_code == 404
    monkeypatch.setenv("ONESHEET_METRICS", "on")
    monkeypatch.setenv("ONESHEET_PASSWORD", "open sesame")
    guarded = create_app(home, TESTING=True)
    visitor = guarded.test_client()
    assert visitor.get("/metrics").status_code == 401
    password = {"X-Onesheet-Password": "open sesame"}
    assert visitor.get("/metrics", headers=password).status_code == 200
    guarded.extensions["onesheet"].close()


ELSEWHERE = {"REMOTE_ADDR": "203.0.113.5"}


def test_figures_are_told_to_this_machine_and_to_who_has_a_key(watched: FlaskClient) -> None:
    keys = watched.application.extensions["onesheet"].api_keys
    for here in ("127.0.0.1", "::1", ""):
        assert watched.get("/metrics", environ_base={"REMOTE_ADDR": here}).status_code == 200
    refused = watched.get("/metrics", environ_base=ELSEWHERE)
    assert refused.status_code == 403
    assert "key" in refused.text
    for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"):
        assert watched.get("/metrics", headers={name: "127.0.0.1"}).status_code == 403, name
    key = {"X-Onesheet-Key": keys.add("prometheus", [Scope.READ])}
    assert watched.get("/metrics", headers=key, environ_base=ELSEWHERE).status_code == 200


@pytest.mark.parametrize(("setting", "status"), [("on", 403), ("public", 200)])
def test_behind_a_proxy_its_word_counts(
    home: Path, monkeypatch: pytest.MonkeyPatch, setting: str, status: int
) -> None:
    monkeypatch.setenv("ONESHEET_METRICS", setting)
    monkeypatch.setenv("ONESHEET_PROXIES", "1")
    app = create_app(home, TESTING=True)
    client = app.test_client()
    assert client.get("/metrics").status_code == 200
    for said, found in (("203.0.113.5", status), ("127.0.0.1", 200), ("::1, 203.0.113.5", status)):
        answer = client.get("/metrics", headers={"X-Forwarded-For": said})
        assert answer.status_code == found, said
    app.extensions["onesheet"].close()
