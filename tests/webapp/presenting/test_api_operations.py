"""What the API says of itself."""

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from webapp.presenting.api_operations import OPERATIONS

DESCRIBED_ELSEWHERE = {"/api/v1/", "/api/v1/openapi.json"}


def address(rule: Rule) -> str:
    """A rule's address as OpenAPI writes it."""
    return "".join(
        f"{{{text}}}" if dynamic else text for dynamic, text in rule._trace if text != "|"
    )


def test_every_address_and_method_of_the_api_is_described(app: Flask) -> None:
    found = {
        (method.lower(), address(rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.rule not in DESCRIBED_ELSEWHERE
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert found == {(each.method, each.path) for each in OPERATIONS}
    assert len({each.name for each in OPERATIONS}) == len(OPERATIONS)


def test_the_page_names_every_operation_and_loads_nothing_from_elsewhere(
    client: FlaskClient,
) -> None:
    page = client.get("/api/v1/").text
    for each in OPERATIONS:
        assert f"{each.method.upper()} {each.path}" in page
    assert "https://" not in page
    assert "http://" not in page


def test_a_sample_is_taken_as_suggestions_name_it(client: FlaskClient) -> None:
    found = client.get("/api/v1/suggestions", query_string={"q": "Film No. 3"}).get_json()
    sample = found["films"][0]["sample"]
    assert isinstance(sample, int)
    answer = client.post("/api/v1/recommendations", json={"sample": sample})
    assert answer.status_code == 201


def test_readings_take_the_part_that_they_are_said_to_take() -> None:
    (read,) = (each for each in OPERATIONS if each.name == "read")
    assert [field.name for field in read.body] == ["intended", "part"]


def test_no_genre_is_said_to_be_too_long_to_be_asked_for() -> None:
    named = [field for each in OPERATIONS for field in each.parameters if field.name == "name"]
    assert {"maxLength" in field.schema for field in named} == {False}
