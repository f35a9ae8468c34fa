"""Why a result is near, and where a genre is seen, over HTTP."""

import io
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from index import Metric
from onesheet.instance import Instance

API = "/api/v1/recommendations"


@pytest.fixture
def asked(client: FlaskClient) -> dict[str, Any]:
    return recommended(client, imdb="tt0000002")


def recommended(client: FlaskClient, **fields: object) -> dict[str, Any]:
    response = client.post(API, json=fields)
    assert response.status_code == 201, response.text
    body = response.get_json()
    assert isinstance(body, dict)
    return body


def explained(client: FlaskClient, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, response.text
    body = response.get_json()
    assert isinstance(body, dict)
    return body


@pytest.mark.parametrize("metric", list(Metric))
def test_the_shares_of_both_posters_sum_to_what_the_search_found(
    client: FlaskClient, metric: Metric
) -> None:
    body = recommended(client, imdb="tt0000002", metric=metric)
    for result in body["results"]:
        found = explained(client, f"/r/{body['id']}/why/{result['poster_id']}.json")
        assert found["metric"] == metric
        near = 1 - found["whole"] if metric is Metric.COSINE else found["whole"]
        assert near == pytest.approx(result["distance"], abs=1e-4)
        for side in ("query", "result"):
            shares, pull = np.array(found[side]["shares"]), np.array(found[side]["pull"])
            assert shares.shape == pull.shape == (6, 4)
            assert shares.sum() == pytest.approx(found["whole"], abs=1e-9)
            assert (pull.min(), pull.max()) == (0, 1)
            assert found[side]["region"] in found["says"]


def test_where_they_are_alike_is_the_same_by_every_distance(
    client: FlaskClient, asked: dict[str, Any]
) -> None:
    """Else the page would tell which one chose the films before they are rated."""
    address = f"/r/{asked['id']}/why/{asked['results'][0]['poster_id']}.json?metric="
    cosine, *others = (explained(client, address + metric) for metric in Metric)
    for found in others:
        assert found["where"] == cosine["where"]
        for side in ("query", "result"):
            assert found[side]["pull"] == cosine[side]["pull"]
            assert found[side]["shares"] != cosine[side]["shares"]


def test_the_sentence_names_both_posters(client: FlaskClient, asked: dict[str, Any]) -> None:
    first = asked["results"][0]
    found = explained(client, f"/r/{asked['id']}/why/{first['poster_id']}.json")
    assert found["where"] == (
        f"What draws them together: on Film No. 2, {found['query']['region']}; "
        f"on {first['title']}, {found['result']['region']}."
    )


def test_at_a_views_balance_it_is_the_distance_of_the_view(
    client: FlaskClient, asked: dict[str, Any]
) -> None:
    view = client.get(f"/r/{asked['id']}.json?balance=0.9&metric=euclidean").get_json()["viewed"]
    first = view["films"][0]
    address = f"/r/{asked['id']}/why/{first['poster_id']}.json?balance=0.9&metric=euclidean"
    assert explained(client, address)["whole"] == pytest.approx(first["distance"], abs=1e-4)


def test_a_recommendation_asked_with_a_balance_is_explained_at_it(client: FlaskClient) -> None:
    body = recommended(client, imdb="tt0000002", metric="manhattan", balance=0.1)
    for result in body["results"]:
        found = explained(client, f"/r/{body['id']}/why/{result['poster_id']}.json")
        assert found["whole"] == pytest.approx(result["distance"], abs=1e-3)


def test_a_filter_takes_off_the_recorded_balance_in_an_explanation_too(client: FlaskClient) -> None:
    body = recommended(client, imdb="tt0000002", metric="manhattan", balance=0.1)
    for fields in ("genre=Drama", "balance=", "restrict=false"):
        address = f"/r/{body['id']}.json?{fields}"
        first = (client.get(address).get_json()["viewed"] or {"films": body["results"]})["films"][0]
        found = explained(client, f"/r/{body['id']}/why/{first['poster_id']}.json?{fields}")
        assert found["whole"] == pytest.approx(first["distance"], abs=1e-3), fields


def test_what_both_posters_have_comes_before_where_they_are_alike(
    client: FlaskClient, asked: dict[str, Any]
) -> None:
    said = []
    for result in asked["results"]:
        found = explained(client, f"/r/{asked['id']}/why/{result['poster_id']}.json")
        shared = found["shared"]
        assert set(shared) == {"traits", "colours", "genres", "decade", "part"}
        assert found["says"] == f"{found['alike']} {found['where']}".strip()
        assert found["where"].startswith("What draws them together: ")
        common = any(shared[name] for name in ("traits", "colours", "genres", "decade"))
        assert found["alike"].startswith("Both ") == common
        for name in (*shared["colours"], *shared["genres"][:3]):
            assert name in found["alike"]
        said.append(found["alike"])
    assert any(each.startswith("Both ") for each in said)


def test_nothing_is_called_common_to_a_part_of_a_poster_or_to_several(client: FlaskClient) -> None:
    for fields in ({"imdb": "tt0000002", "crop": "0,0,1,0.4"}, {"like": [2, 3]}):
        body = recommended(client, **fields)
        number = body["results"][0]["poster_id"]
        found = explained(client, f"/r/{body['id']}/why/{number}.json")
        assert found["alike"] == ""
        for name in ("traits", "colours", "genres"):
            assert found["shared"].pop(name) == []
        assert found["shared"] == {"decade": None, "part": None}


def test_programs_find_the_same_under_the_api(client: FlaskClient, asked: dict[str, Any]) -> None:
    number = asked["results"][0]["poster_id"]
    page = explained(client, f"/r/{asked['id']}/why/{number}.json")
    told = {"metric": asked["arm"]}  # test_arm_told.py
    assert explained(client, f"{API}/{asked['id']}/why/{number}") == page | told
    page = explained(client, f"/r/{asked['id']}/genre/Drama.json")
    assert explained(client, f"{API}/{asked['id']}/genre/Drama") == page


def test_a_genre_is_placed_on_the_poster(
    client: FlaskClient, instance: Instance, asked: dict[str, Any]
) -> None:
    card = instance.embedder().card
    number = instance.catalog.by_imdb("tt0000002")[0].poster_id
    embedding = instance.index().embeddings([number])[0]
    assert card.genre_dimensions
    logits = embedding[card.genre_dimensions]
    for name in card.genres:
        found = explained(client, f"/r/{asked['id']}/genre/{name}.json")
        shares = np.array(found["query"]["shares"])
        assert shares.sum() == pytest.approx(logits[card.genres.index(name)], abs=1e-4)
        pull = np.array(found["query"]["pull"])
        assert ((pull > 0) == (shares > 0)).all()
        assert name in found["says"]


def test_an_explanation_may_be_kept_by_the_browser_alone(
    client: FlaskClient, asked: dict[str, Any]
) -> None:
    number = asked["results"][0]["poster_id"]
    headers = client.get(f"/r/{asked['id']}/why/{number}.json").headers
    assert "private" in headers["Cache-Control"]
    assert "max-age=600" in headers["Cache-Control"]
    assert headers["X-Robots-Tag"] == "noindex"


def test_what_cannot_be_explained_is_refused_in_a_sentence(
    client: FlaskClient, asked: dict[str, Any]
) -> None:
    number = asked["results"][0]["poster_id"]
    for address, status in (
        (f"/r/{asked['id']}/why/99999.json", 404),
        (f"/r/{asked['id']}/why/99999999999999999999.json", 404),
        (f"/r/{asked['id']}/why/{number}.json?metric=chebyshev", 400),
        (f"/r/{asked['id']}/why/{number}.json?balance=7", 400),
        (f"/r/{asked['id']}/genre/Drums.json", 400),
        (f"/r/{asked['id']}/genre/Comedy%2FDrums.json", 400),
        (f"{API}/{asked['id']}/genre/Comedy%2FDrums", 400),
        (f"/r/unknown/why/{number}.json", 404),
        ("/r/unknown/genre/Drama.json", 404),
    ):
        response = client.get(address)
        assert (response.status_code, "error" in response.get_json()) == (status, True), address


def test_once_the_upload_is_gone_there_is_nothing_to_explain(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    form = {"poster": (io.BytesIO(new_poster), "mine.png")}
    body = client.post(API, data=form).get_json()
    address = f"/r/{body['id']}/why/{body['results'][0]['poster_id']}.json"
    assert "your poster" in explained(client, address)["says"]
    instance.upload_store.path(body["id"]).unlink()
    assert client.get(address).status_code == 404


def test_secrets_and_what_is_said_of_a_poster_that_is_not_kept_are_kept_nowhere(
    client: FlaskClient, new_poster: bytes
) -> None:
    def sent(address: str, **fields: str) -> Any:
        answer = client.post(address, data={"poster": (io.BytesIO(new_poster), "a.png"), **fields})
        assert answer.headers["Cache-Control"] == "no-store", address
        return answer.get_json()

    said = sent(API, keep="false")
    assert sent("/api/v1/readings")["genres"]
    assert sent(f"{API}/{said['id']}/why/{said['results'][0]['poster_id']}")["says"]
    assert sent(f"{API}/{said['id']}/genre/Drama")["says"]
