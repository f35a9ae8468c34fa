"""The front page and the search form, as a browser without JavaScript uses them."""

import re
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from onesheet.instance import Instance


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    return answer.text


def samples(text: str) -> list[str]:
    return re.findall(r'name="sample" value="(\d+)"', text)


def test_the_front_page_offers_every_poster_of_a_small_catalogue_once(client: FlaskClient) -> None:
    found = samples(page(client, "/"))
    assert len(found) == len(set(found)) == 80


def test_the_wall_stays_the_same_under_its_number_and_others_lie_behind_the_link(
    client: FlaskClient,
) -> None:
    first = page(client, "/?wall=5")
    assert samples(first) == samples(page(client, "/?wall=5"))
    other = re.search(r'href="(/\?wall=\d+)#wall"', first)
    assert other
    assert samples(page(client, other[1])) != samples(first)


def test_a_nonsensical_wall_number_is_no_error(client: FlaskClient) -> None:
    assert len(samples(page(client, "/?wall=many"))) == 80


def test_samples_reserve_their_room_and_offer_no_width_beyond_their_own(
    client: FlaskClient,
) -> None:
    image = re.search(r"<img\s[^>]*srcset[^>]*>", page(client, "/").partition('class="wall"')[2])
    assert image
    assert 'width="200"' in image[0]
    assert 'height="300"' in image[0]
    assert re.findall(r" (\d+)w", image[0]) == ["92", "154", "185", "200"]


def test_a_catalogue_with_invented_films_says_so(client: FlaskClient) -> None:
    assert "These films are invented" in page(client, "/")


def test_a_catalogue_of_the_demo_alone_says_how_real_films_come(
    client: FlaskClient, instance: Instance
) -> None:
    assert "onesheet import" not in page(client, "/"), "some films are real"
    with instance.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE movie SET invented = true, changed = changed + 1")
    assert "<code>onesheet --home mine import PATH</code>" in page(client, "/")


def test_an_empty_catalogue_says_how_to_fill_it(client: FlaskClient, instance: Instance) -> None:
    from sqlalchemy import delete

    from catalog.database import writing
    from catalog.models import Movie, Poster

    with writing(instance.engine) as session:
        session.execute(delete(Poster))
        session.execute(delete(Movie))
    text = page(client, "/")
    assert "The catalogue is empty" in text
    assert "onesheet demo" in text


@pytest.mark.parametrize(
    "form",
    [
        {"imdb": "demo-0001"},
        {"imdb": " https://www.imdb.com/title/tt0000002/?ref_=x "},
        {"sample": "3"},
        {"sample": "3", "imdb": ""},
    ],
)
def test_the_form_leads_to_a_page_of_its_own(client: FlaskClient, form: dict[str, str]) -> None:
    answer = client.post("/recommendations", data=form)
    assert answer.status_code == 303
    assert re.fullmatch(r"/r/[\w-]+", answer.location)
    assert "Posters most like Film No. " in page(client, answer.location)


def test_an_upload_wins_over_an_empty_link(client: FlaskClient, new_poster: bytes) -> None:
    form = {"poster": (BytesIO(new_poster), "mine.png"), "imdb": ""}
    answer = client.post("/recommendations", data=form)
    assert answer.status_code == 303
    assert "Posters most like yours" in page(client, answer.location)


def test_a_metric_asked_for_is_said_not_to_be_credited(client: FlaskClient) -> None:
    answer = client.post("/recommendations", data={"sample": "3", "metric": "manhattan"})
    text = page(client, answer.location)
    assert "By Manhattan distance, as you asked" in text
    assert "not credited" in text


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({}, 400, "Choose a poster"),
        ({"imdb": "Vertigo"}, 400, "not an IMDb title link"),
        ({"q": "Vertigo"}, 404, "No film in the catalogue is called “Vertigo”"),
        ({"q": "https://www.imdb.com/name/nm0000209/"}, 400, "page of IMDb is not a film"),
        ({"q": "tmdb:278"}, 404, "no film with TMDB"),
        ({"q": "http://127.0.0.1/poster.png"}, 422, "not a public site"),
        ({"imdb": "tt9999999"}, 404, "no film tt9999999"),
        ({"sample": "99999"}, 404, "no longer in the catalogue"),
        ({"sample": "3", "metric": "hamming"}, 400, "metric must be"),
    ],
)
def test_what_cannot_be_answered_gets_a_sentence_and_the_form_again(
    client: FlaskClient, form: dict[str, str], status: int, says: str
) -> None:
    answer = client.post("/recommendations", data=form, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert says in answer.text
    assert 'action="/recommendations"' in answer.text


def test_a_file_that_is_no_image_gets_a_page(client: FlaskClient) -> None:
    form = {"poster": (BytesIO(b"not a picture"), "poster.jpg")}
    answer = client.post("/recommendations", data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert "<h1>" in answer.text
