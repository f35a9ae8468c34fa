"""What is written down of requests that change something."""

import io
import json
from pathlib import Path

import pytest

from webapp.app import create_app
from webapp.monitoring.audit import REQUEST_ID


def test_changes_are_written_down_without_who_asked_or_what_opens_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_poster: bytes
) -> None:
    log = tmp_path / "audit.jsonl"
    monkeypatch.setenv("ONESHEET_AUDIT_LOG", str(log))
    app = create_app(home, TESTING=True)
    client, api = app.test_client(), "/api/v1/recommendations"
    where = {"REMOTE_ADDR": "203.0.113.5"}
    form = {"poster": (io.BytesIO(new_poster), "mine.png")}
    said = client.post(api, data=form, environ_base=where).get_json()
    client.get(f"/r/{said['id']}")
    key = {"Authorization": f"Bearer {said['delete_key']}"}
    client.delete(f"{api}/nobody", headers=key)
    deleted = client.delete(f"{api}/{said['id']}", headers=key)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(each["asked"], each["status"]) for each in lines] == [
        ("api.post_recommendation", 201),
        ("api.delete_upload", 404),
        ("api.delete_upload", 204),
    ]
    assert lines[2]["request"] == deleted.headers[REQUEST_ID]
    assert len({each["request"] for each in lines}) == 3
    for secret in (said["id"], said["delete_key"], "203.0.113.5", "mine.png"):
        assert secret not in log.read_text()
    app.extensions["onesheet"].close()


def test_a_file_that_takes_nothing_stops_no_answer(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONESHEET_AUDIT_LOG", str(tmp_path))
    app = create_app(home, TESTING=True)
    answer = app.test_client().post("/api/v1/recommendations", json={"imdb": "tt0000002"})
    assert answer.status_code == 201
    app.extensions["onesheet"].close()
