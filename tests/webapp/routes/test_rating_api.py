"""Rating by the API: given, changed, withdrawn, by many at once and across restarts."""

import threading
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.webapp.routes.programs import RECOMMENDATIONS, recommended
from webapp.app import create_app


def test_a_rating_is_given_changed_and_withdrawn(client: FlaskClient, new_poster: bytes) -> None:
    body = recommended(client, new_poster)
    place = f"{RECOMMENDATIONS}/{body['id']}"

    def arm() -> dict[str, Any]:
        state = client.get("/api/v1/bandit").get_json()
        return next(each for each in state["arms"] if each["arm"] == body["arm"])

    for rating, value in (("good", 1.0), ("good", 1.0), ("bad", -1.0), ("okay", 0.0)):
        response = client.put(f"{place}/rating", json={"rating": rating})
        assert response.status_code == 200
        assert response.get_json() == {"id": body["id"], "rating": rating}
        assert client.get(place).get_json()["rating"] == rating
        assert (arm()["rated"], arm()["value"]) == (1, value)
    for _ in range(2):
        assert client.delete(f"{place}/rating").get_json() == {"id": body["id"], "rating": None}
    assert client.get(place).get_json()["rating"] is None
    assert (arm()["rated"], arm()["shown"]) == (0, 1)


def test_epsilon_falls_with_ratings(client: FlaskClient) -> None:
    for expected in (50 / 50, 50 / 51, 50 / 52):
        assert client.get("/api/v1/bandit").get_json()["epsilon"] == pytest.approx(expected)
        body = client.post(RECOMMENDATIONS, json={"imdb": "tt0000002"}).get_json()
        assert body["epsilon"] == pytest.approx(expected)
        client.put(f"{RECOMMENDATIONS}/{body['id']}/rating", json={"rating": "good"})


def test_a_restart_forgets_nothing(app: Flask, home: Path, new_poster: bytes) -> None:
    before = recommended(app.test_client(), new_poster)
    before.pop("delete_key")
    key = {"Authorization": f"Bearer {before.pop('rating_key')}"}
    place = f"{RECOMMENDATIONS}/{before['id']}"
    app.test_client().put(f"{place}/rating", json={"rating": "good"}, headers=key)
    state = app.test_client().get("/api/v1/bandit").get_json()
    app.extensions["onesheet"].close()

    again = create_app(home, TESTING=True)
    again.test_client_class = app.test_client_class
    assert again.test_client().get(place).get_json() == before | {"rating": "good"}
    assert again.test_client().get("/api/v1/bandit").get_json() == state
    assert again.test_client().get(f"/uploads/{before['id']}.jpg").status_code == 200
    again.extensions["onesheet"].close()


def test_two_applications_over_one_instance_lose_no_rating(app: Flask, home: Path) -> None:
    other = create_app(home, TESTING=True)
    other.test_client_class = app.test_client_class
    failures: list[str] = []

    def visit(application: Flask) -> None:
        client = application.test_client()
        for _ in range(10):
            body = client.post(RECOMMENDATIONS, json={"imdb": "tt0000002"}).get_json()
            path = f"{RECOMMENDATIONS}/{body['id']}/rating"
            response = client.put(path, json={"rating": "good"})
            if response.status_code != 200:
                failures.append(response.text)

    threads = [threading.Thread(target=visit, args=(each,)) for each in (app, other) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    state = app.test_client().get("/api/v1/bandit").get_json()
    assert state["rated"] == sum(arm["shown"] for arm in state["arms"]) == 40
    other.extensions["onesheet"].close()


def test_clients_rating_the_same_recommendation_at_once_leave_one_rating(
    app: Flask, new_poster: bytes
) -> None:
    body = recommended(app.test_client(), new_poster)
    path = f"{RECOMMENDATIONS}/{body['id']}/rating"
    key = {"Authorization": f"Bearer {body['rating_key']}"}
    ready = threading.Barrier(4)
    codes: list[int] = []

    def rate(rating: str) -> None:
        ready.wait(300)
        for _ in range(5):
            rated = app.test_client().put(path, json={"rating": rating}, headers=key)
            codes.append(rated.status_code)

    threads = [threading.Thread(target=rate, args=(each,)) for each in ("good", "bad") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [200] * 20
    state = app.test_client().get("/api/v1/bandit").get_json()
    assert state["rated"] == 1
    assert {arm["value"] for arm in state["arms"]} in ({0.0, 1.0}, {0.0, -1.0})
