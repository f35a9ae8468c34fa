"""The one input, as a browser or a program sends it."""

from typing import Any

from flask.testing import FlaskClient


def suggested(client: FlaskClient, text: str) -> tuple[str | None, str, list[str]]:
    answer = client.get("/api/v1/suggestions", query_string={"q": text})
    assert answer.status_code == 200
    body = answer.get_json()
    return body["kind"], body["says"], [film["title"] for film in body["films"]]


def asked(client: FlaskClient, text: str) -> Any:
    return client.post("/api/v1/recommendations", json={"q": text})


def shown(client: FlaskClient, text: str) -> Any:
    return client.post("/recommendations", data={"q": text}, headers={"Accept": "text/html"})
