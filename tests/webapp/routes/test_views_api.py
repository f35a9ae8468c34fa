"""Filters, `balance` and `colour` over HTTP: seen without a trace, or asked and not credited."""

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from catalog.database import writing
from catalog.models import PosterImpression
from index import Metric
from onesheet.instance import Instance
from tests.onesheet.recommending.restriction_request import FEW, MANY, Predicts

API = "/api/v1/recommendations"


@pytest.fixture
def asked(client: FlaskClient) -> dict[str, Any]:
    return ask(client)


def ask(client: FlaskClient, **fields: object) -> dict[str, Any]:
    response = client.post(API, json={"imdb": "tt0000002", **fields})
    assert response.status_code == 201, response.text
    body = response.get_json()
    assert isinstance(body, dict)
    del body["rating_key"]  # told once; the client has kept it
    return body


def viewed(client: FlaskClient, body: dict[str, Any], query: str) -> dict[str, Any]:
    response = client.get(f"/r/{body['id']}.json?{query}")
    assert response.status_code == 200, response.text
    found = response.get_json()["viewed"]
    assert isinstance(found, dict)
    return found


def ids(films: list[dict[str, Any]]) -> list[str]:
    return [film["imdb_id"] for film in films]


def rated(client: FlaskClient) -> int:
    return int(client.get("/api/v1/bandit").get_json()["rated"])


def test_the_permalink_has_its_json(client: FlaskClient, asked: dict[str, Any]) -> None:
    client.put(f"{API}/{asked['id']}/rating", json={"rating": "good"})
    response = client.get(f"/r/{asked['id']}.json")
    whole = asked | {"rating": "good"}
    assert response.get_json() == client.get(f"{API}/{asked['id']}").get_json() == whole
    assert "noindex" in response.headers["X-Robots-Tag"]
    gone = client.get("/r/unknown.json")
    assert (gone.status_code, "error" in gone.get_json()) == (404, True)


def test_a_view_at_the_models_own_balance_is_the_recommendation(
    client: FlaskClient, instance: Instance, asked: dict[str, Any]
) -> None:
    own = instance.embedder().card.balance
    view = viewed(client, asked, f"balance={own}&colour=0")
    assert ids(view["films"]) == ids(asked["results"])
    assert view["credited"] is True
    assert (view["balance"], view["colour"]) == (None, 0)


def test_each_end_of_the_balance_is_another_order_of_the_same_candidates(
    client: FlaskClient, asked: dict[str, Any]
) -> None:
    looks, promise = (viewed(client, asked, f"balance={end}&k=50") for end in (1, 0))
    assert ids(looks["films"]) != ids(promise["films"])
    assert looks["credited"] is promise["credited"] is False
    assert [film["distance"] for film in looks["films"]] == sorted(
        film["distance"] for film in looks["films"]
    )


def test_all_colour_puts_the_nearest_palettes_first(
    client: FlaskClient, instance: Instance, asked: dict[str, Any]
) -> None:
    from catalog.images.palette import palette, palette_distances
    from onesheet.queries.film_lookup import from_imdb

    films = viewed(client, asked, "colour=1&k=50&restrict=false")["films"]
    cards = instance.catalog.cards([film["poster_id"] for film in films]).values()
    found = instance.impressions.of([card.content_hash for card in cards])
    own = palette(from_imdb("tt0000002", instance.catalog).image)
    far = palette_distances(own, [found[card.content_hash].palette for card in cards])
    assert (far == sorted(far)).all()
    assert far[0] < far[-1]


def test_a_view_leaves_no_trace(client: FlaskClient, asked: dict[str, Any]) -> None:
    viewed(client, asked, "balance=0.9&colour=0.5&genre=Drama&decade=1990")
    assert client.get(f"{API}/{asked['id']}").get_json() == asked
    shown = client.get("/api/v1/bandit").get_json()["arms"]
    assert sum(arm["shown"] for arm in shown) == 1


def test_filters_let_only_films_of_the_genres_and_decades_through(
    client: FlaskClient, asked: dict[str, Any]
) -> None:
    films = viewed(client, asked, "genre=western&genre=Horror&k=80")["films"]
    assert films
    assert all({"Western", "Horror"} & set(film["genres"]) for film in films)
    films = viewed(client, asked, "decade=1990|2000s&k=80")["films"]
    assert films
    assert {film["year"] // 10 * 10 for film in films} <= {1990, 2000}
    both = viewed(client, asked, "genre=Drama&decade=1990&k=80")["films"]
    assert both
    assert all("Drama" in film["genres"] and 1990 <= film["year"] < 2000 for film in both)


def test_genres_named_replace_the_predicted_ones(client: FlaskClient, predicts: Predicts) -> None:
    predicts(*MANY)
    asked = ask(client, restrict=True)
    assert sorted(asked["restricted_to"]) == sorted(MANY)
    named = "|".join(MANY + FEW)
    view = viewed(client, asked, f"genre={named}&k=80")
    assert view["restricted_to"] is None
    assert any(not {*MANY} & {*film["genres"]} for film in view["films"])


def test_a_filter_that_nothing_passes_shows_nothing(
    client: FlaskClient, asked: dict[str, Any]
) -> None:
    view = viewed(client, asked, "decade=1700&balance=.2&colour=.2")
    assert (view["films"], view["credited"]) == ([], False)


@pytest.mark.parametrize("metric", list(Metric))
def test_another_metric_may_be_asked_for(
    client: FlaskClient, asked: dict[str, Any], metric: Metric
) -> None:
    view = viewed(client, asked, f"metric={metric}")
    assert view["metric"] == metric
    assert view["credited"] is (metric == asked["arm"])


def test_the_query_and_its_copies_never_come_back_in_a_view(
    client: FlaskClient, asked: dict[str, Any]
) -> None:
    films = viewed(client, asked, "balance=1&k=200&restrict=false")["films"]
    assert len(films) == 79
    assert "tt0000002" not in ids(films)


def test_an_upload_has_views_until_it_is_gone(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    form = {"poster": (io.BytesIO(new_poster), "mine.png")}
    body = client.post(API, data=form).get_json()
    assert len(viewed(client, body, "balance=0.8")["films"]) == 5
    instance.upload_store.path(body["id"]).unlink()
    gone = client.get(f"/r/{body['id']}.json?balance=0.8")
    assert gone.status_code == 404
    assert "no longer kept" in gone.get_json()["error"]


def test_asked_with_a_view_its_films_are_recorded_and_not_credited(client: FlaskClient) -> None:
    plain = ask(client, metric="cosine", restrict=False)
    fields = {"balance": 1, "colour": 0.3, "genre": ["Drama", "Western"], "decade": 1990}
    body = ask(client, metric="cosine", restrict=False, **fields)
    query = "balance=1&colour=0.3&genre=Drama|Western&decade=1990&restrict=false"
    assert ids(body["results"]) == ids(viewed(client, plain, query)["films"])
    assert body["view"] == {
        "balance": 1.0,
        "colour": 0.3,
        "genres": ["Drama", "Western"],
        "decades": [1990],
    }
    assert client.get(f"{API}/{body['id']}").get_json() == body


def test_a_recommendation_asked_with_a_weight_teaches_no_arm(client: FlaskClient) -> None:
    for fields in ({"balance": 0.9}, {"colour": 0.5}, {"genre": "Drama"}, {"decade": "1990"}):
        body = ask(client, **fields)
        assert body["credited"] is False
        client.put(f"{API}/{body['id']}/rating", json={"rating": "good"})
    assert rated(client) == 0


def test_a_form_may_set_a_view_too(client: FlaskClient) -> None:
    data = {"imdb": "tt0000002", "genre": ["Drama", "Comedy"], "balance": "0.7"}
    body = client.post(API, data=data).get_json()
    assert body["view"]["genres"] == ["Drama", "Comedy"]
    page = client.post("/recommendations", data={"sample": "3", "colour": "0.5"})
    address = page.location.replace("/r/", f"{API}/")
    assert client.get(address).get_json()["view"]["colour"] == 0.5


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("balance=2", "balance must be a number from 0 to 1"),
        ("balance=nan", "balance must be a number from 0 to 1"),
        ("colour=-0.1", "colour must be a number from 0 to 1"),
        ("colour=red", "colour must be a number from 0 to 1"),
        ("genre=Drums", "genre must name genres among"),
        ("decade=90", "decade must be a year such as 1990"),
        ("metric=chebyshev", "metric must be one of"),
        ("k=201", "k must be a whole number from 1 to 200"),
        ("restrict=perhaps", "restrict must be true or false"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    client: FlaskClient, asked: dict[str, Any], query: str, says: str
) -> None:
    response = client.get(f"/r/{asked['id']}.json?{query}")
    assert response.status_code == 400
    assert says in response.get_json()["error"]


@pytest.mark.parametrize(
    "fields",
    [{"balance": True}, {"balance": [1]}, {"colour": {}}, {"genre": {"a": 1}}, {"decade": [None]}],
)
def test_json_of_another_type_is_refused(client: FlaskClient, fields: dict[str, object]) -> None:
    response = client.post(API, json={"imdb": "tt0000002", **fields})
    assert response.status_code == 400
    assert "must be" in response.get_json()["error"]


def test_indexing_keeps_every_posters_impression(instance: Instance) -> None:
    hashes = {card.content_hash for card in instance.catalog.all_cards()}
    assert set(instance.impressions.kept(hashes)) == hashes


def test_indexing_anew_makes_the_impressions_that_are_missing(instance: Instance) -> None:
    hashes = {card.content_hash for card in instance.catalog.all_cards()}
    gone = sorted(hashes)[0]
    with writing(instance.engine) as session:
        session.execute(delete(PosterImpression).where(PosterImpression.content_hash == gone))
    assert gone not in instance.impressions.kept(hashes)
    instance.builder.build()  # embeddings are taken over: no poster is read
    assert set(instance.impressions.kept(hashes)) == hashes


def test_the_page_and_its_json_show_the_same_five(
    client: FlaskClient, asked: dict[str, Any]
) -> None:
    """How many films are asked for decides nothing of the restriction to predicted genres."""
    for query in ("balance=1", "colour=0.5", "decade=1980", "metric=manhattan", "restrict=false"):
        page = client.get(f"/r/{asked['id']}?{query}").text
        five = re.findall(r'class="film" data-poster="(\d+)"', page)
        found = viewed(client, asked, query)["films"]
        assert five == [str(each["poster_id"]) for each in found], query
