"""How often one address, or one key, may ask."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.webapp.routes.drafts import poster, submitted
from tests.webapp.standing_clocks import stop_minutes
from webapp.app import create_app
from webapp.http.rate_limits import (
    COSTS,
    DEAR_BY_FIELDS,
    KINDS,
    LIMITS_EXTENSION,
    MAY_FETCH,
    WITHOUT_POSTER,
)

API = "/api/v1/recommendations"
NEAR, FAR = {"REMOTE_ADDR": "203.0.113.5"}, {"REMOTE_ADDR": "198.51.100.7"}
SIX, SIXTH = {"REMOTE_ADDR": "2001:db8::1"}, {"REMOTE_ADDR": "2001:db8::2"}


@pytest.fixture
def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application that lets little be asked in a minute, which lasts."""
    stop_minutes(monkeypatch)
    app = create_app(home, TESTING=True)
    instance = app.extensions["onesheet"]
    few = replace(
        instance.home.settings, uploads_a_minute=2, changes_a_minute=2, suggestions_a_minute=2
    )
    object.__setattr__(instance.home, "settings", few)
    yield app
    app.extensions[LIMITS_EXTENSION].storage.close()
    instance.close()


def test_one_address_waits_and_another_goes_on(client: FlaskClient, new_poster: bytes) -> None:
    def ask(where: dict[str, str]) -> int:
        form = {"poster": (io.BytesIO(new_poster), "a.png")}
        return client.post(API, data=form, environ_base=where).status_code

    assert [ask(NEAR), ask(NEAR), ask(NEAR), ask(FAR)] == [201, 201, 429, 201]
    assert [ask(SIX), ask(SIXTH), ask(SIX)] == [201, 201, 429]
    assert {ask({"REMOTE_ADDR": "127.0.0.1"}) for _ in range(4)} == {201}


def test_each_poster_of_a_table_counts(client: FlaskClient) -> None:
    sent = [(io.BytesIO(b"a note"), f"{number}.png") for number in range(4)]
    page = client.post("/batch", data={"poster": sent}, environ_base=NEAR)
    assert page.text.count('class="trouble">That was too much in one minute') == 2


def test_a_minute_of_one_upload_lets_one_poster_of_a_table_through(
    app: Flask, client: FlaskClient
) -> None:
    home = app.extensions["onesheet"].home
    object.__setattr__(home, "settings", replace(home.settings, uploads_a_minute=1))
    sent = [(io.BytesIO(b"a note"), f"{number}.png") for number in range(3)]
    page = client.post("/batch", data={"poster": sent}, environ_base=NEAR)
    assert page.text.count('class="trouble">That was too much in one minute') == 2


def test_each_draft_counts(client: FlaskClient) -> None:
    def compare(*numbers: int) -> int:
        files = [(io.BytesIO(poster(each)), f"{each}.webp") for each in numbers]
        sent: dict[str, object] = {"poster": files}
        return client.post("/compare", data=sent, environ_base=NEAR).status_code

    assert [compare(1, 2, 3), compare(1)] == [303, 429], "as two, which are all of a minute's"


def test_the_refusal_says_when_to_go_on(client: FlaskClient) -> None:
    for _ in range(3):
        answer = client.get("/api/v1/suggestions?q=a", environ_base=NEAR)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["Retry-After"] in answer.get_json()["error"]
    page = client.get("/films?q=a", environ_base=NEAR)
    assert page.status_code == 429
    assert "in one minute" in page.text
    assert client.get("/about", environ_base=NEAR).status_code == 200


def test_a_key_is_counted_wherever_it_comes_from(client: FlaskClient) -> None:
    said = client.post(API, json={"imdb": "demo-0001"}).get_json()
    key = {"Authorization": f"Bearer {said['rating_key']}"}
    codes = [
        client.put(
            f"{API}/{said['id']}/rating",
            json={"rating": "good"},
            headers=key,
            environ_base={"REMOTE_ADDR": f"203.0.113.{number}"},
        ).status_code
        for number in range(3)
    ]
    assert codes == [200, 200, 429]


def test_fetches_are_counted_apart(app: Flask, client: FlaskClient) -> None:
    instance = app.extensions["onesheet"]
    few = replace(instance.home.settings, uploads_a_minute=0, fetches_a_minute=1, fetch_urls=False)
    object.__setattr__(instance.home, "settings", few)
    there = {"q": "https://example.org/poster.jpg"}
    codes = [client.post("/recommendations", data=there, environ_base=NEAR).status_code]
    codes += [client.post("/recommendations", data=there, environ_base=NEAR).status_code]
    codes += [client.post(API, json={"imdb": "demo-0001"}, environ_base=NEAR).status_code]
    assert codes == [422, 429, 201]
    bare = {"q": "example.org/poster.jpg"}
    assert client.post(API, json=bare, environ_base=NEAR).status_code == 429


def test_a_film_that_is_looked_up_elsewhere_counts_as_a_fetch(
    app: Flask, client: FlaskClient
) -> None:
    instance = app.extensions["onesheet"]
    asks = replace(instance.home.settings, uploads_a_minute=0, fetches_a_minute=2, tmdb_key="k")
    object.__setattr__(instance.home, "settings", asks)
    found: list[str] = []
    instance.outside.by_imdb = lambda imdb_id: found.append(imdb_id)
    instance.outside.by_tmdb = lambda tmdb_id: found.append(str(tmdb_id))

    def code(text: str) -> int:
        return client.post(API, json={"q": text}, environ_base=NEAR).status_code

    assert [code("tt0000002") for _ in range(4)] == [201] * 4, "the catalogue has it"
    assert [code("tt7654321"), code("tmdb:99"), code("tt7654322"), code("tmdb:9")] == [
        *(404, 404, 429, 429)
    ]
    assert found == ["tt7654321", "99"]
    assert code("tt0000002") == 201


def test_what_is_dear_on_an_answers_page_is_counted(client: FlaskClient) -> None:
    page = client.post("/recommendations", data={"imdb": "demo-0001"}).location

    def code(fields: str) -> int:
        return client.get(page + fields, environ_base=NEAR).status_code

    dear = ("?row=composition", "?ordinary=1", "?intended=&intended=Drama", "?metric=cosine")
    assert [code(each) for each in dear] == [200, 200, 429, 429]
    assert [code(""), code("?more=true"), code("/report"), code("/card.jpg")] == [200] * 4
    assert [code("/report?colour=0.5"), code("/card.jpg?colour=0.5")] == [429, 429]


@pytest.mark.parametrize("address", ["/api/v1/recommendations/{}", "/r/{}.json"])
def test_a_view_of_an_answer_is_counted_and_its_record_is_not(
    client: FlaskClient, address: str
) -> None:
    answer = address.format(client.post(API, json={"imdb": "demo-0001"}).get_json()["id"])

    def code(fields: str) -> int:
        return client.get(answer + fields, environ_base=NEAR).status_code

    fields = ("?balance=0.2", "", "", "?colour=", "?k=9", "?metric=cosine", "")
    assert [code(each) for each in fields] == [200, 200, 200, 200, 429, 429, 200]


def test_a_comparison_counts_by_what_it_costs_and_as_no_upload(
    client: FlaskClient, new_poster: bytes
) -> None:
    address = submitted(client, 1, 2)
    asked = ("/compare", "/compare.json", "/compare/report", "/compare")
    codes = [
        client.get(address.replace("/compare", each), environ_base=NEAR).status_code
        for each in asked
    ]
    assert codes == [200, 429, 429, 429]
    assert client.get("/compare", environ_base=NEAR).status_code == 200
    form = {"poster": (io.BytesIO(new_poster), "a.png")}
    assert client.post(API, data=form, environ_base=NEAR).status_code == 201


def test_what_is_played_is_counted_and_what_was_learned_is_not(client: FlaskClient) -> None:
    def code(address: str) -> int:
        return client.get(address, environ_base=NEAR).status_code

    played = ("/learning?ratings=20", "/learning/simulator?ratings=20", "/learning?decay=3")
    assert [code(each) for each in played] == [200, 429, 429], "as three, or as all there are"
    assert code("/api/v1/bandit/simulation?ratings=20") == 429
    assert [code("/learning"), code("/learning"), code("/learning")] == [200, 200, 200]


def test_the_record_is_counted_by_what_reading_it_costs(client: FlaskClient) -> None:
    def codes(where: dict[str, str], *addresses: str) -> list[int]:
        return [client.get(each, environ_base=where).status_code for each in addresses]

    whole = ("/learning/ratings.csv", "/learning/ratings.json", "/learning/ratings.csv")
    assert codes(NEAR, *whole) == [200, 429, 429], "as thirty, or as all there are"
    assert codes(FAR, "/learning.json", "/api/v1/bandit", "/learning.json") == [200, 200, 429]


def test_an_explanation_with_a_poster_counts_by_what_it_costs(
    app: Flask, client: FlaskClient, new_poster: bytes
) -> None:
    form: dict[str, object] = {"poster": (io.BytesIO(new_poster), "a.png"), "keep": "false"}
    said = client.post(API, data=form).get_json()
    film = f"{API}/{said['id']}/why/{said['results'][0]['poster_id']}"

    def sent() -> int:
        poster = {"poster": (io.BytesIO(new_poster), "a.png")}
        return client.post(film, data=poster, environ_base=NEAR).status_code

    assert [sent(), sent()] == [200, 429], "as five, or as all there are"
    assert client.post(API, json={"imdb": "demo-0001"}, environ_base=NEAR).status_code == 201
    kept = client.post(API, json={"imdb": "demo-0001"}).get_json()
    film = f"{API}/{kept['id']}/why/{kept['results'][0]['poster_id']}"
    codes = [client.get(film, environ_base=FAR).status_code for _ in range(3)]
    assert codes == [200, 200, 429]


@pytest.mark.parametrize("body", ["5", "true", "[" * 5000, "{", "[1]"])
def test_a_body_that_is_no_object_is_refused_as_elsewhere(client: FlaskClient, body: str) -> None:
    kind = "application/json"
    answer = client.post(API, data=body, content_type=kind, environ_base=NEAR)
    assert answer.status_code == 400


def test_counts_that_cannot_be_written_stop_nobody(app: Flask, client: FlaskClient) -> None:
    app.extensions["onesheet"].home.counters.mkdir()
    answers = [client.get("/api/v1/suggestions?q=a", environ_base=NEAR) for _ in range(4)]
    assert {answer.status_code for answer in answers} == {200}


def test_every_counted_endpoint_exists_and_every_change_is_counted(app: Flask) -> None:
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {*WITHOUT_POSTER, *DEAR_BY_FIELDS, *COSTS, *MAY_FETCH} <= set(KINDS) <= known
    changing = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.methods and rule.methods & {"POST", "PUT", "DELETE", "PATCH"}
    }
    assert changing <= set(KINDS)
