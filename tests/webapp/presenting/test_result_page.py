import dataclasses
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from bandit import Rating
from catalog.models import Movie
from embedder import ModelError
from onesheet.instance import Instance
from onesheet.queries.query import from_card
from onesheet.recommending.answers import Answer
from onesheet.recommending.aspects import Aspect
from tests.conftest import drawn_bytes, movie
from tests.webapp.routes.form import answered, ask
from webapp.current import current
from webapp.presenting.result_page import (
    GENRES_SHOWN,
    _row_title,
    genres_shown,
    model_card,
    near,
    thanks_for,
)


@pytest.fixture
def answer(instance: Instance) -> Answer:
    card = instance.catalog.cards([3])[3]
    return instance.recommender.recommend(from_card(card, instance.catalog))


def test_the_likeliest_genres_are_shown_and_whatever_else_is_predicted(answer: Answer) -> None:
    shares = {f"Genre {n}": 1 - n / 10 for n in range(GENRES_SHOWN + 3)}
    last = list(shares)[-1]
    reading = dataclasses.replace(answer.reading, genres=shares, predicted=[last])
    shown = [name for name, _ in genres_shown(dataclasses.replace(answer, reading=reading))]
    assert shown == [*list(shares)[:GENRES_SHOWN], last]


def test_only_a_rating_is_thanked_for(app: Flask, answer: Answer) -> None:
    with app.test_request_context():
        assert thanks_for(answer, "model") is None


def test_thanks_count_ones_own_rating_in_a_large_record_too(
    app: Flask, instance: Instance, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bandit.kept_counts.LARGE_RECORD", 0)
    monkeypatch.setattr("bandit.kept_counts.TIMES_AS_LONG", 1e9)
    with app.test_request_context():
        assert current().recommender.bandit().rated == 0
        instance.recommender.rate(answer.id, Rating.GOOD)
        rated = instance.permalinks.answer(answer.id)
        assert rated
        said = thanks_for(rated, instance.embedder().fingerprint)
    assert said
    assert "after 1 rating" in said


def test_a_model_that_cannot_be_opened_has_no_card(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(self: Instance) -> None:
        raise ModelError("torn")

    with app.test_request_context():
        assert model_card() is not None
        monkeypatch.setattr(Instance, "embedder", torn)
        assert model_card() is None


def test_a_row_is_shown_only_where_it_was_asked_for(client: FlaskClient) -> None:
    address = client.post("/recommendations", data={"sample": "4"}).location
    closed = client.get(address).text
    assert closed.count("data-row-address") == 5
    opened = client.get(f"{address}?row=genre").text
    row = opened[opened.index('id="row-genre"') :]
    assert opened.count("data-row-address") == 4
    assert len(re.findall(r'class="film[ "]', row[: row.index("</details>")])) == 5
    five = re.findall(r'id="film-(\d+)"', opened)
    assert len(five) == len(set(five))
    assert client.get(f"{address}?row=smell").status_code == 400


def test_how_ordinary_a_poster_is_is_told_where_asked(client: FlaskClient) -> None:
    address = client.post("/recommendations", data={"sample": "4"}).location
    assert "of the posters here" not in client.get(address).text
    told = client.get(f"{address}?ordinary=true").text
    assert "of the posters here" in told
    assert "posters nearest to it look like it" in told
    assert "How it is computed" in told


def test_of_several_posters_nothing_is_said_of_how_ordinary_one_is(client: FlaskClient) -> None:
    address = client.post("/recommendations", data={"like": ["4", "6"]}).location
    text = client.get(f"{address}?ordinary=true").text
    assert 'id="row-colour"' in text
    assert "row-ordinary" not in text


def test_the_films_after_the_five_come_where_they_are_asked_for(
    client: FlaskClient, instance: Instance
) -> None:
    address = client.post("/recommendations", data={"sample": "4"}).location
    closed, opened = client.get(address).text, client.get(f"{address}?more=true").text
    assert "Show 20 more" in closed
    assert f'href="{address}?more=true#more"' in closed
    assert (closed.count('id="film-'), opened.count('id="film-')) == (5, 25)
    viewed = client.get(f"{address}?decade=1970").text
    assert f'href="{address}?decade=1970&amp;more=true#more"' in viewed
    picture = {"poster": (io.BytesIO(drawn_bytes(4)), "4.png"), "keep": "false"}
    unkept = client.post("/recommendations", data=picture).text
    assert unkept.count('id="film-') == 25  # the poster is not there to be asked about again


def test_a_thumb_further_down_leads_back_to_its_film(client: FlaskClient) -> None:
    address = client.post("/recommendations", data={"sample": "4"}).location
    film = re.findall(r'id="film-(\d+)"', client.get(f"{address}?more=true").text)[-1]
    given = {"film": film, "thumb": "up", "more": "true"}
    assert (
        client.post(f"{address}/thumbs", data=given).location == f"{address}?more=true#film-{film}"
    )


def test_a_film_under_two_ids_is_one_card_that_names_the_other(
    client: FlaskClient, instance: Instance
) -> None:
    asked = {"sample": "3", "metric": "cosine"}
    address = client.post("/recommendations", data=asked).location
    text = client.get(f"{address}?row=genre").text
    found = re.findall(r'data-poster="(\d+)"', text)
    in_row = re.findall(r'data-poster="(\d+)"', text[text.index('id="row-genre"') :])
    twice = sorted({int(found[0]), int(in_row[0])})
    for number in twice:
        again = dataclasses.replace(movie(number), imdb_id=f"tt9{number:07d}", invented=False)
        instance.catalog.add(again, drawn_bytes(number, "PNG"), "test")
    says = "The same film, here under another id:"
    for shown in (address, client.post("/recommendations", data=asked).location):
        text = client.get(f"{shown}?row=genre").text
        assert says in text[: text.index('id="row-genre"')]
        assert says in text[text.index('id="row-genre"') :]
        body = client.get(f"{shown}.json").get_json()
        others = [each["imdb_id"] for film in body["results"] for each in film["others"]]
        assert (
            others.count(f"tt9{int(found[0]):07d}") + others.count(movie(int(found[0])).imdb_id)
            == 1
        )


def test_several_posters_hang_among_their_results_and_one_where_it_is(
    client: FlaskClient, instance: Instance
) -> None:
    asked: list[tuple[dict[str, object], list[int]]]
    asked = [({"like": ["4", "6"]}, []), ({"sample": "4"}, [4])]
    for form, own in asked:
        answer = answered(instance, ask(client, **form))
        results = [each.card.poster_id for each in answer.results]
        assert [each.poster_id for each in near(answer)] == [*own, *results]


def test_a_removed_demo_film_is_no_strangers_poster(
    client: FlaskClient, instance: Instance
) -> None:
    with instance.engine.begin() as connection:
        connection.execute(update(Movie).values(invented=True))
    one, several = ask(client, sample="4"), ask(client, like=["6"], unlike=["7"])
    for number in (4, 6):
        instance.catalog.remove(movie(number).imdb_id)
    said = "Some of the demo’s posters"
    assert said not in client.get(one).text
    assert said not in client.get(several).text
    poster = (io.BytesIO(drawn_bytes(1000, "PNG")), "mine.png")
    assert said in client.get(ask(client, poster=poster)).text


def test_the_row_of_a_decade_that_is_read_says_what_it_stands_for(
    app: Flask, answer: Answer
) -> None:
    reading = dataclasses.replace(answer.reading, decades={"1920": 0.1, "1930": 0.1, "2010": 0.8})
    query = dataclasses.replace(answer.query, card=None)
    upload = dataclasses.replace(answer, query=query, reading=reading)
    assert answer.query.card
    year = dataclasses.replace(answer.query.card, year=2013)
    film = dataclasses.replace(upload, query=dataclasses.replace(query, card=year))
    with app.test_request_context():
        titles = [_row_title(Aspect.PERIOD, each) for each in (upload, film)]
    assert titles == ["From the 2010s or later", "From the 2010s"]


def test_one_poster_that_is_to_be_unlike_another_is_no_several(client: FlaskClient) -> None:
    asked: list[tuple[dict[str, object], str]]
    asked = [({"like": ["4"], "unlike": ["7"]}, "it"), ({"like": ["4", "6"]}, "these")]
    for form, said in asked:
        text = client.get(ask(client, **form)).text
        assert f">Posters most like {said}</span>" in text
        # The lightbox hangs the first of them.
        assert '<figcaption class="small soft">Film No. 4</figcaption>' in text


def test_a_page_about_several_posters_stays_one_once_they_are_gone(
    client: FlaskClient, instance: Instance
) -> None:
    address = ask(client, like=["4", "6"], unlike=["7"])
    for number in (4, 6):
        instance.catalog.remove(movie(number).imdb_id)
    text = client.get(address).text
    assert "The poster is no longer kept." in text
    assert "less like Film No. 7" in text
    assert "/compare?draft=" not in text
    assert "data-asked" not in text
