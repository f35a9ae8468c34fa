"""The types of the JSON API's answers: what is answered fits them, and they describe themselves."""

import json
from io import BytesIO
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient
from msgspec import Struct

from onesheet.learning.ratings_export import ExportedRating
from onesheet.portraits.gallery import Portrait
from webapp.schemas import ANSWERS
from webapp.schemas.bandit_answers import BanditAnswer, SimulationAnswer
from webapp.schemas.catalogue_answers import (
    AboutAnswer,
    ErrorAnswer,
    GenresAnswer,
    HealthAnswer,
    MapAnswer,
    ReadinessAnswer,
    TrendsAnswer,
)
from webapp.schemas.draft_answers import ComparisonAnswer
from webapp.schemas.film_answers import FilmsAnswer, SuggestionsAnswer
from webapp.schemas.poster_answers import (
    BatchAnswer,
    GenrePlaceAnswer,
    NearnessAnswer,
    RatingAnswer,
    ReadingAnswer,
    RecommendationAnswer,
)

API = "/api/v1/recommendations"
OPTIONAL = {
    "delete_key",
    "rating_key",
    "part",
    "crop",
    "viewed",
    "intended",
    "sample",
    "year",
    "poster_url",
    "thumbnail_url",
}
"""What some answers leave out."""


def fits(body: Any, kind: type[Struct]) -> None:
    """Read as `kind`, and written again, the body is the same: no field more, none less."""
    assert json.loads(msgspec.json.encode(msgspec.convert(body, kind))) == body


@pytest.fixture
def answered(client: FlaskClient) -> dict[str, Any]:
    body: dict[str, Any] = client.post(API, json={"imdb": "tt0000002"}).get_json()
    return body


def test_every_answer_has_a_schema_with_components_of_its_own_names() -> None:
    template = "#/components/schemas/{name}"
    found, components = msgspec.json.schema_components(ANSWERS, ref_template=template)
    assert [each["$ref"] for each in found] == [
        template.format(name=kind.__name__) for kind in ANSWERS
    ]
    film = components["Film"]
    assert film["properties"]["year"] == {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    assert set(film["required"]) == set(film["properties"])
    assert components["RecommendationAnswer"]["properties"]["created"]["format"] == "date-time"
    assert json.loads(json.dumps(components)).keys() == components.keys()


def test_what_may_be_left_out_is_named_here() -> None:
    _, components = msgspec.json.schema_components(ANSWERS)
    for name in (kind.__name__ for kind in ANSWERS if issubclass(kind, Struct)):
        schema = components[name]
        assert set(schema["properties"]) - set(schema.get("required", ())) <= OPTIONAL, name


def test_every_type_says_what_it_is() -> None:
    _, components = msgspec.json.schema_components(ANSWERS)
    assert [name for name, schema in components.items() if not schema.get("description")] == []


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/api/v1/posters?id=1&id=2", FilmsAnswer),
        ("/api/v1/suggestions?q=Film", SuggestionsAnswer),
        ("/api/v1/suggestions?q=", SuggestionsAnswer),
        ("/api/v1/bandit", BanditAnswer),
        ("/learning.json", BanditAnswer),
        ("/api/v1/bandit/simulation?ratings=20", SimulationAnswer),
        ("/healthz", HealthAnswer),
        ("/readyz", ReadinessAnswer),
        ("/about.json", AboutAnswer),
        ("/genres.json", GenresAnswer),
        ("/trends.json", TrendsAnswer),
        ("/api/v1/none", ErrorAnswer),
    ],
)
def test_what_is_answered_fits_its_type(
    client: FlaskClient, address: str, kind: type[Struct]
) -> None:
    fits(client.get(address).get_json(), kind)


@pytest.mark.usefixtures("mapped")
def test_the_map_fits_its_type(client: FlaskClient) -> None:
    fits(client.get("/map.json").get_json(), MapAnswer)


@pytest.mark.parametrize("tail", ["", "?balance=0.3&genre=Drama", "?metric=manhattan"])
def test_a_recommendation_fits_its_type_at_both_addresses(
    client: FlaskClient, answered: dict[str, Any], tail: str
) -> None:
    for address in (f"{API}/{answered['id']}", f"/r/{answered['id']}.json"):
        fits(client.get(address + tail).get_json(), RecommendationAnswer)


def test_an_upload_fits_with_its_key_and_so_do_its_views_and_ratings(
    client: FlaskClient, new_poster: bytes
) -> None:
    form = {"poster": (BytesIO(new_poster), "p.png"), "genre": "Drama", "colour": "0.5"}
    body = client.post(API, data=form).get_json()
    assert body["delete_key"]
    assert body["view"]["genres"] == ["Drama"]
    fits(body, RecommendationAnswer)
    rating = client.put(f"{API}/{body['id']}/rating", json={"rating": "good"}).get_json()
    fits(rating, RatingAnswer)
    fits(client.delete(f"{API}/{body['id']}/rating").get_json(), RatingAnswer)


@pytest.mark.parametrize("fields", [{}, {"intended": "Drama|Horror"}])
def test_a_reading_fits_its_type(
    client: FlaskClient, new_poster: bytes, fields: dict[str, str]
) -> None:
    form = {"poster": (BytesIO(new_poster), "p.png"), **fields}
    fits(client.post("/api/v1/readings", data=form).get_json(), ReadingAnswer)


def test_explanations_fit_their_types(client: FlaskClient, answered: dict[str, Any]) -> None:
    place = f"{API}/{answered['id']}"
    poster = answered["results"][0]["poster_id"]
    fits(client.get(f"{place}/why/{poster}").get_json(), NearnessAnswer)
    fits(client.get(f"{place}/genre/Drama").get_json(), GenrePlaceAnswer)


def test_a_comparison_fits_its_type(client: FlaskClient, answered: dict[str, Any]) -> None:
    other = client.post(API, json={"sample": "3"}).get_json()["id"]
    address = f"/compare.json?draft={answered['id']}&draft={other}&intended=Drama"
    fits(client.get(address).get_json(), ComparisonAnswer)


def test_exported_ratings_fit_their_type(client: FlaskClient, answered: dict[str, Any]) -> None:
    client.put(f"{API}/{answered['id']}/rating", json={"rating": "bad"})
    (row,) = client.get("/learning/ratings.json").get_json()
    fits(row, ExportedRating)


def test_portraits_are_answers_too() -> None:
    assert Portrait in ANSWERS


def test_a_table_of_posters_fits_its_type_and_leaves_nothing_out(
    client: FlaskClient, answered: dict[str, Any]
) -> None:
    named = {"poster": [answered["id"], "unknown"]}
    fits(client.get("/batch.json", query_string=named).get_json(), BatchAnswer)
    _, components = msgspec.json.schema_components(ANSWERS)
    row = components["TabledPoster"]
    assert set(row["required"]) == set(row["properties"])


def test_whole_answers_are_named_among_the_answers() -> None:
    assert {BatchAnswer, ReadinessAnswer} <= set(ANSWERS)


def test_no_source_is_named_of_what_a_score_is() -> None:
    _, components = msgspec.json.schema_components(ANSWERS)
    assert "IMDb" not in components["RecommendationAnswer"]["description"]
