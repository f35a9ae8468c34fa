"""Staying within the genres that a poster promises: when sure, when asked, and switched off."""

import io
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from catalog.catalog import MovieRecord
from catalog.lookups.facets import FacetTable
from catalog.lookups.same_films import FilmTraits
from index import Metric, Neighbour
from onesheet.base.payload import View
from onesheet.instance import Instance
from onesheet.reading.readings import Reading
from onesheet.recommending.restriction import (
    FEWEST_FILMS,
    SURE_ENOUGH,
    Nearest,
    PosterIds,
    restricted,
    restricting,
)
from tests.onesheet.recommending.restriction_request import API, FEW, MANY, Predicts, ask


def films_without(body: dict[str, Any], genres: tuple[str, ...]) -> list[str]:
    return [each["title"] for each in body["results"] if not set(each["genres"]) & set(genres)]


def rated(client: FlaskClient, body: dict[str, Any]) -> int:
    """Ratings that count for an arm, once this recommendation is rated too."""
    client.put(f"{API}/{body['id']}/rating", json={"rating": "good"})
    return int(client.get("/api/v1/bandit").get_json()["rated"])


def test_every_result_shares_a_predicted_genre_and_the_rating_is_credited(
    client: FlaskClient, predicts: Predicts
) -> None:
    predicts(*MANY)
    body = ask(client, k=50, restrict=True)
    assert sorted(body["restricted_to"]) == sorted(MANY)
    assert len(body["results"]) == 50
    assert films_without(body, MANY) == []
    assert body["credited"] is True
    assert rated(client, body) == 1


def test_with_fewer_than_fifty_films_left_all_are_candidates(
    client: FlaskClient, predicts: Predicts
) -> None:
    predicts(*FEW)
    body = ask(client, k=50, restrict=True)
    assert body["restricted_to"] is None
    assert films_without(body, FEW)
    assert body["credited"] is True
    assert rated(client, body) == 1


def test_a_poster_that_promises_nothing_is_not_restricted(
    client: FlaskClient, predicts: Predicts
) -> None:
    predicts()
    body = ask(client, restrict=True)
    assert (body["restricted_to"], body["credited"]) == (None, True)


@pytest.mark.parametrize("restrict", [False, "false"])
def test_switched_off_all_films_are_candidates_and_no_arm_is_credited(
    client: FlaskClient, predicts: Predicts, restrict: object
) -> None:
    predicts(*MANY)
    body = ask(client, k=50, restrict=restrict)
    assert body["restricted_to"] is None
    assert films_without(body, MANY)
    assert body["credited"] is False
    assert body["arm"] in ("cosine", "euclidean", "manhattan")
    assert rated(client, body) == 0


def test_the_switch_may_be_a_form_field_or_in_the_address(
    client: FlaskClient, predicts: Predicts, new_poster: bytes
) -> None:
    predicts(*MANY)
    for address, fields in ((API, {"restrict": "false"}), (f"{API}?restrict=false", {})):
        data = {"poster": (io.BytesIO(new_poster), "p.png"), **fields}
        assert client.post(address, data=data).get_json()["credited"] is False


def test_a_metric_by_name_is_restricted_as_well(client: FlaskClient, predicts: Predicts) -> None:
    predicts(*MANY)
    body = ask(client, metric="manhattan", k=50, restrict=True)
    assert films_without(body, MANY) == []
    assert body["credited"] is False


def test_the_five_under_every_metric_keep_to_the_restriction(
    client: FlaskClient, instance: Instance, predicts: Predicts
) -> None:
    predicts(*MANY)
    record = instance.feedback.get(ask(client, restrict=True)["id"])
    assert record is not None
    assert record.payload.restrict is True
    assert sorted(record.payload.restricted_to or []) == sorted(MANY)
    assert {*record.payload.results} == {*Metric}
    shown = [row.poster_id for rows in record.payload.results.values() for row in rows]
    cards = instance.catalog.cards(shown).values()
    assert all(set(card.genres) & set(MANY) for card in cards)


def test_a_film_whose_genres_changed_is_noticed(
    client: FlaskClient, instance: Instance, predicts: Predicts
) -> None:
    predicts(*MANY)
    first = ask(client, restrict=True)["results"][0]
    card = instance.catalog.by_imdb(first["imdb_id"])[0]
    changed = MovieRecord(
        card.imdb_id, None, card.title, None, None, None, ("Western",), None, card.invented
    )
    instance.catalog.add(changed, None, "test")
    assert first["title"] not in {
        each["title"] for each in ask(client, k=50, restrict=True)["results"]
    }


def reading(**genres: float) -> Reading:
    return Reading(genres, [name for name, share in genres.items() if share > 0.3], [], {})


@pytest.mark.parametrize(
    ("restrict", "likely", "genres"),
    [
        (None, SURE_ENOUGH, ["Drama", "War"]),
        (None, SURE_ENOUGH - 0.01, []),
        (None, 0.1, []),
        (True, 0.4, ["Drama", "War"]),
        (False, 1.0, []),
    ],
)
def test_left_to_us_only_a_sure_reading_restricts(
    restrict: bool | None, likely: float, genres: list[str]
) -> None:
    read = reading(Drama=likely, War=likely - 0.05)
    assert restricting(read, restrict) == genres


def test_where_nothing_is_said_an_unsure_reading_leaves_all_films(
    client: FlaskClient, predicts: Predicts, monkeypatch: pytest.MonkeyPatch
) -> None:
    predicts(*MANY)
    monkeypatch.setattr("onesheet.recommending.restriction.SURE_ENOUGH", 1.1)
    body = ask(client, k=50)
    assert (body["restricted_to"], body["credited"]) == (None, True)
    assert films_without(body, MANY)
    monkeypatch.setattr("onesheet.recommending.restriction.SURE_ENOUGH", 0.0)
    assert sorted(ask(client)["restricted_to"]) == sorted(MANY)


def test_a_view_keeps_what_was_decided_where_nothing_was_said(
    client: FlaskClient, predicts: Predicts, monkeypatch: pytest.MonkeyPatch
) -> None:
    predicts(*MANY)
    for least, within in ((0.0, True), (1.1, False)):
        monkeypatch.setattr("onesheet.recommending.restriction.SURE_ENOUGH", least)
        name = ask(client)["id"]
        body = client.get(f"{API}/{name}?colour=0.2").get_json()
        assert body["viewed"]["restrict"] is within


def facets(drama: int, others: int) -> FacetTable:
    """Posters 1, 2, 3 …, each of a film of its own; dramas first, a decade for every ten."""
    numbers = np.arange(1, drama + others + 1)
    years = 1900 + (numbers - 1) // 10 * 10
    hashes = numbers.astype(np.uint64) << np.uint64(32)
    traits = FilmTraits(numbers, numbers, years, numbers, numbers > 0, hashes)
    return FacetTable(numbers, {"Drama": numbers <= drama}, traits)


def searched(within: PosterIds | None) -> Nearest:
    """All that may be found; poster 0 where that is everything."""
    ids = [0] * 100 if within is None else within.tolist()
    return {Metric.COSINE: [Neighbour(number, 1.0, 50.0) for number in ids]}


@pytest.mark.parametrize(
    ("dramas", "genres", "view", "held_to", "first"),
    [
        (FEWEST_FILMS, ["Drama"], View(), ["Drama"], 1),
        (FEWEST_FILMS - 1, ["Drama"], View(), None, 0),
        (FEWEST_FILMS, [], View(), None, 0),
        (FEWEST_FILMS, ["Drama"], View(genres=("Drama",)), None, 1),
        (FEWEST_FILMS, ["Drama"], View(decades=(1910,)), None, 11),
        (200, ["Drama"], View(decades=tuple(range(1910, 2000, 10))), ["Drama"], 11),
    ],
)
def test_films_are_held_to_the_predicted_genres_only_where_enough_have_one(
    dramas: int, genres: list[str], view: View, held_to: list[str] | None, first: int
) -> None:
    restricted_to, found = restricted(genres, view, facets(dramas, 20), searched)
    assert restricted_to == held_to
    assert found[Metric.COSINE][0].poster_id == first
