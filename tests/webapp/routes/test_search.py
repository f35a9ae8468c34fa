"""The one input without a browser: what it understands, suggests and fetches."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.catalog import MovieRecord
from onesheet.instance import Instance
from tests.conftest import drawn_bytes, movie
from tests.webapp.one_input import asked, shown, suggested

PNG = {"Content-Type": "image/png"}


def test_a_title_is_suggested_while_it_is_typed(client: FlaskClient) -> None:
    kind, says, titles = suggested(client, "film no 1")
    assert kind == "title"
    assert says.startswith("Enter: posters like Film No. 1, 19")
    assert titles[0] == "Film No. 1"
    assert len(titles) == 8


def test_each_suggestion_is_a_sample_with_a_thumbnail(client: FlaskClient) -> None:
    body = client.get("/api/v1/suggestions?q=film+no+7").get_json()
    film = body["films"][0]
    assert client.get(film["thumbnail_url"]).status_code == 200
    assert client.post("/recommendations", data={"sample": str(film["sample"])}).status_code == 303


def test_a_pictures_address_is_fetched_and_answered_like_an_upload(
    client: FlaskClient, outside: Any, new_poster: bytes
) -> None:
    outside().pages["posters.example/mine.png"] = (200, PNG, new_poster)
    answer = asked(client, "http://posters.example/mine.png")
    assert answer.status_code == 201
    assert len(answer.get_json()["results"]) == 5


@pytest.mark.parametrize("body", [b"<svg/>", b"", b"not a picture"])
def test_an_address_that_gives_no_image_is_refused_as_a_file_would_be(
    client: FlaskClient, outside: Any, body: bytes
) -> None:
    outside().pages["posters.example/mine.png"] = (200, PNG, body)
    assert asked(client, "http://posters.example/mine.png").status_code == 422


def test_fetching_can_be_switched_off(client: FlaskClient, outside: Any) -> None:
    internet = outside(fetch_urls=False)
    answer = asked(client, "http://posters.example/mine.png")
    assert answer.status_code == 422
    assert "fetches no addresses" in answer.get_json()["error"]
    assert "fetches no addresses" in suggested(client, "http://posters.example/mine.png")[1]
    assert internet.looked_up == []


@pytest.mark.parametrize(
    "address",
    [
        *("file:///etc/passwd", "ftp://posters.example/a.png", "https:///a.png"),
        *("http://127.0.0.1/a.png", "http://10.0.0.1/", "http://127.1/a.png", "http://[::1]/a"),
        *("http://localhost/a.png", "http://LocalHost./", "http://169.254.169.254/latest"),
        *("http://posters.example:8080/a.png", "http://me@posters.example/a.png"),
    ],
)
def test_an_address_that_is_never_fetched_is_refused_before_it_is_sent_and_after_alike(
    client: FlaskClient, outside: Any, address: str
) -> None:
    internet = outside()
    kind, says, _ = suggested(client, address)
    answer = asked(client, address)
    assert kind == "picture"
    assert answer.status_code == 422
    assert says == answer.get_json()["error"]
    assert internet.looked_up == []


def test_an_exact_title_is_answered_at_once(client: FlaskClient) -> None:
    answer = shown(client, "FILM NO 7")
    assert answer.status_code == 303
    assert "Posters most like Film No. 7" in client.get(answer.location).text


def test_a_title_that_may_mean_several_leads_to_a_choice(client: FlaskClient) -> None:
    answer = client.post("/recommendations", data={"q": "film", "metric": "cosine"})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Which film do you mean?" in page
    assert page.count('name="sample"') == 24
    assert 'name="metric" value="cosine"' in page


def test_programs_are_told_which_films_a_title_may_mean(client: FlaskClient) -> None:
    answer = asked(client, "film")
    assert answer.status_code == 409
    assert re.search(r"Film No\. \d+ \((tt|demo-)\d+\)", answer.get_json()["error"])


def test_a_mistyped_title_is_asked_about(client: FlaskClient, instance: Instance) -> None:
    for number, title in ((200, "Vertigo"), (201, "Vertigo Rising")):
        called = replace(movie(number), title=title, votes=1000 - number)
        instance.catalog.add(called, drawn_bytes(number), "test")
    says = "No film is called that. Did you mean one of these?"
    assert suggested(client, "vertgio") == ("title", says, ["Vertigo", "Vertigo Rising"])
    says = "No film is called that. Did you mean this one?"
    assert suggested(client, "vertgio risin") == ("title", says, ["Vertigo Rising"])
    answer = client.post("/recommendations", data={"q": "vertgio", "metric": "cosine"})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "<h1>Did you mean one of these?</h1>" in page
    assert "No film is called “vertgio”." in page
    assert page.count('name="sample"') == 2
    assert 'name="metric" value="cosine"' in page
    told = asked(client, "vertgio")
    assert told.status_code == 404
    assert "Vertigo (" in told.get_json()["error"]


def test_the_choice_among_no_films_offers_the_input_again(client: FlaskClient) -> None:
    for query in ("?q=nothing+like+it", "?q=%3Cscript%3E"):
        page = client.get(f"/films{query}")
        assert page.status_code == 200
        assert 'action="/recommendations"' in page.text
        assert "<script>" not in page.text


def test_the_choice_among_films_of_no_title_leads_to_the_front_page(client: FlaskClient) -> None:
    for query in ("", "?q=", "?q=+"):
        answer = client.get(f"/films{query}")
        assert (answer.status_code, answer.location) == (302, "/")


def test_a_tmdb_link_finds_the_catalogues_film(client: FlaskClient, instance: Instance) -> None:
    record = MovieRecord("tt0000002", 278, "Film No. 2", None, None, None, ("Drama",), None)
    instance.catalog.add(record, None, "test")
    assert suggested(client, "themoviedb.org/movie/278-x")[2] == ["Film No. 2"]
    assert shown(client, "https://www.themoviedb.org/movie/278-x").status_code == 303


def test_colours_lead_to_posters_in_them(client: FlaskClient, instance: Instance) -> None:
    assert suggested(client, "red and black")[:2] == ("colours", "Enter: posters in red and black")
    answer = client.post("/recommendations", data={"q": "#c0392b"})
    assert answer.status_code == 303
    assert answer.location == "/colours?q=%23c0392b"
    card = instance.catalog.all_cards()[2]
    colour = instance.impressions.of([card.content_hash])[card.content_hash].palette[0].colour
    page = client.get("/colours", query_string={"q": colour, "genre": card.genres[0]}).text
    assert f"Posters in {colour}" in page
    assert card.title in page
    assert re.search(r'<button name="sample" [^>]*title="\d+% of it is in the colour"', page)
    body = client.get("/colours.json", query_string={"q": colour}).get_json()
    assert card.title in [each["title"] for each in body["posters"]]


def test_a_film_called_by_colours_is_found_and_the_page_offers_both(
    client: FlaskClient, instance: Instance
) -> None:
    called = replace(movie(200), title="Black and Blue")
    instance.catalog.add(called, drawn_bytes(200), "test")
    number = instance.catalog.by_imdb(called.imdb_id)[0].poster_id
    asked = {"q": "black and blue"}
    kind, says, films = suggested(client, asked["q"])
    assert (kind, says) == ("colours", "A film’s title, and colours; Enter offers both.")
    assert len(films) == 1
    there = client.post("/recommendations", data=asked).location
    page = client.get(there).text
    assert f'value="{number}"' in page
    assert "/colours?q=black+and+blue" in page
    chosen = client.post("/recommendations", data=asked | {"sample": str(number)}).location
    assert "Posters most like Black and Blue" in client.get(chosen).text
    told = client.post("/api/v1/recommendations", json=asked)
    assert told.status_code == 201
    assert client.post("/api/v1/recommendations", json={"q": "red and teal"}).status_code == 400


def test_what_names_no_colour_says_so(client: FlaskClient) -> None:
    assert "names no colour" in client.get("/colours?q=nonsense").text
    assert client.get("/colours.json?q=nonsense").status_code == 400
    assert client.get("/colours").status_code == 200
    assert client.post("/api/v1/recommendations", json={"q": "red and black"}).status_code == 400
