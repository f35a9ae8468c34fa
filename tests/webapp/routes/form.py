"""Asking by a form, and rating the answer."""

from flask.testing import FlaskClient


def ask(client: FlaskClient, **form: str) -> str:
    answer = client.post("/recommendations", data=form)
    assert answer.status_code == 303
    return answer.location


def rate(client: FlaskClient, address: str, rating: str) -> str:
    answer = client.post(f"{address}/rating", data={"rating": rating})
    assert answer.status_code == 303
    assert answer.location == f"{address}#feedback"
    return client.get(address).text
