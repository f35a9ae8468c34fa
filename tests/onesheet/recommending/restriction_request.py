"""Asking for films of the genres that a poster promises."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

API = "/api/v1/recommendations"
MANY = ("Drama", "Comedy", "Thriller", "Romance")
"""More than 50 of the 80 films have one of these."""
FEW = ("Western",)
"""Fewer than 50 are Westerns."""
Predicts = Callable[..., None]


def ask(client: FlaskClient, **fields: object) -> dict[str, Any]:
    response = client.post(API, json={"imdb": "tt0000002", **fields})
    assert response.status_code == 201, response.text
    body = response.get_json()
    assert isinstance(body, dict)
    return body
