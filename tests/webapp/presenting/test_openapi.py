"""The description of the API."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from onesheet.storage.api_keys import Scope
from webapp.app import create_app
from webapp.presenting.api_operations import OPERATIONS
from webapp.presenting.openapi import description


def references(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*map(references, part.values()))
    return set().union(*map(references, part)) if isinstance(part, list) else set()


def test_the_description_refers_to_what_it_has(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.json")
    said = answer.get_json()
    assert said["openapi"].startswith("3.1")
    for each in references(said):
        part = said
        for name in each.removeprefix("#/").split("/"):
            part = part[name]
        assert part["description"]
    recommend = said["paths"]["/api/v1/recommendations"]["post"]
    assert set(recommend["responses"]) >= {"201", "422", "429"}
    assert "delete_key" in said["components"]["schemas"]["RecommendationAnswer"]["properties"]


def test_a_refusal_is_a_problem(client: FlaskClient) -> None:
    answer = client.get("/api/v1/recommendations/nobody")
    assert answer.mimetype == "application/problem+json"
    said = answer.get_json()
    assert (said["status"], said["title"], said["type"]) == (404, "Not Found", "about:blank")
    assert said["detail"] == said["error"]


@pytest.mark.parametrize("setting", [{"PASSWORD": "open sesame"}, {"READ_ONLY": "on"}, {}])
def test_who_may_not_is_refused_as_each_operation_says(
    home: Path, monkeypatch: pytest.MonkeyPatch, setting: dict[str, str]
) -> None:
    """By whatever is asked of those who come: the password, nothing but looking, or a scope."""
    for name, value in setting.items():
        monkeypatch.setenv(f"ONESHEET_{name}", value)
    app = create_app(home, TESTING=True)
    client, sent = app.test_client(), {}
    if not setting:
        key = app.extensions["onesheet"].api_keys.add("rates", [Scope.RATE])
        sent = {"X-Onesheet-Key": key}
    said = description()
    refused = set()
    for each in OPERATIONS:
        address = each.path.format(recommendation_id="a", poster_id=1, name="Drama")
        answer = client.open(address, method=each.method, headers=sent)
        known = said["paths"][each.path][each.method]["responses"]
        assert str(answer.status_code) in known, (each.name, answer.status_code)
        if answer.status_code in (401, 403):
            refused.add((each.name, answer.status_code))
            _, _, name = known[str(answer.status_code)]["$ref"].rpartition("/")
            for header in said["components"]["responses"][name].get("headers", ()):
                assert header in answer.headers
    changing = {(each.name, 403) for each in OPERATIONS if each.method != "get"}
    assert (
        refused
        >= {
            "PASSWORD": {(each.name, 401) for each in OPERATIONS},
            "READ_ONLY": changing,
            "": {(each.name, 403) for each in OPERATIONS if each.method == "get"},
        }["".join(setting)]
    )
    app.extensions["onesheet"].close()


def test_too_much_says_when_to_go_on() -> None:
    said = description()
    for each in OPERATIONS:
        found = said["paths"][each.path][each.method]["responses"]["429"]["$ref"]
        assert "Retry-After" in said["components"]["responses"][found.rpartition("/")[2]]["headers"]
