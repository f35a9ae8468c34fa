"""Asking as a program does."""

import io
from typing import Any

from flask.testing import FlaskClient

RECOMMENDATIONS = "/api/v1/recommendations"


def upload(client: FlaskClient, data: bytes, **fields: str) -> Any:
    body = {"poster": (io.BytesIO(data), "poster.png"), **fields}
    return client.post(RECOMMENDATIONS, data=body)


def recommended(client: FlaskClient, data: bytes, **fields: str) -> dict[str, Any]:
    response = upload(client, data, **fields)
    assert response.status_code == 201, response.text
    body = response.get_json()
    assert isinstance(body, dict)
    return body
