"""Asking by a form, and rating the answer."""

from flask.testing import FlaskClient

from onesheet.instance import Instance
from onesheet.recommending.answers import Answer


def ask(client: FlaskClient, **form: object) -> str:
    """The path of the answer."""
    answer = client.post("/recommendations", data=form)
    assert answer.status_code == 303
    return answer.location


def rate(client: FlaskClient, address: str, rating: str) -> str:
    answer = client.post(f"{address}/rating", data={"rating": rating})
    assert answer.status_code == 303
    assert answer.location == f"{address}#feedback"
    return client.get(address).text


def answered(instance: Instance, address: str) -> Answer:
    """What the page at a permalink shows."""
    answer = instance.permalinks.answer(address.rpartition("/")[2])
    assert answer
    return answer
