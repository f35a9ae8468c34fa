"""The description of the API."""

from typing import Any

from flask.testing import FlaskClient


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
