"""The front page and the search form, as a browser without JavaScript uses them."""

import dataclasses
import re
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image

from catalog.records import MovieRecord
from webapp.instance import Instance
from webapp.wording import NOTHING_CLOSE

HOSTILE = '<script>alert("1")</script> & "Sons\''


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
        ({"q": "https://www.imdb.com/name/nm0000209/"}, 400, "page of IMDb is no film"),
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


def test_titles_are_escaped_on_every_page(client: FlaskClient, instance: Instance) -> None:
    card = instance.catalog.cards([4])[4]
    facts = {
        field.name: getattr(card, field.name)
        for field in dataclasses.fields(MovieRecord)
        if hasattr(card, field.name)
    }
    instance.catalog.add(MovieRecord(**{**facts, "tmdb_id": None, "title": HOSTILE}), None, "test")
    assert instance.catalog.cards([4])[4].title == HOSTILE
    own = client.post("/recommendations", data={"sample": "4"}).location
    shown = [client.post("/recommendations", data={"sample": str(n)}).location for n in (1, 2, 3)]
    for address in ("/", own, *shown):
        text = page(client, address)
        assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in page(client, own)


def test_when_nothing_is_close_the_page_says_so_and_else_it_does_not(client: FlaskClient) -> None:
    says = "Nothing in the catalogue is close to it. These are the nearest there are."
    glare = BytesIO()
    Image.new("RGB", (200, 300), "white").save(glare, "PNG")  # no drawn poster is as bright
    form = {"poster": (BytesIO(glare.getvalue()), "glare.png"), "metric": "euclidean"}
    far = client.post("/recommendations", data=form).location
    assert client.get(f"{far}.json").get_json()["results"][0]["closeness"] < NOTHING_CLOSE
    assert says in client.get(far).text
    near = client.post("/recommendations", data={"sample": "3", "metric": "euclidean"}).location
    assert client.get(f"{near}.json").get_json()["results"][0]["closeness"] >= NOTHING_CLOSE
    assert says not in client.get(near).text


def test_links_to_imdb_are_for_real_films_only(client: FlaskClient) -> None:
    address = client.post("/recommendations", data={"sample": "3"}).location
    links = re.findall(r'href="(https://www\.imdb\.com[^"]*)"', page(client, address))
    assert links
    assert all(re.fullmatch(r"https://www\.imdb\.com/title/tt\d+/", link) for link in links)


def test_every_page_has_a_language_a_title_a_heading_and_a_way_past_the_header(
    client: FlaskClient,
) -> None:
    result = client.post("/recommendations", data={"sample": "3"}).location
    for address, status in (("/", 200), (result, 200), ("/learning", 200), ("/about", 200),
                            ("/nothing-here", 404)):  # fmt: skip
        text = page(client, address, status)
        assert '<html lang="en"' in text
        assert re.search(r"<title>[^<]+Onesheet|<title>Onesheet", text)
        assert text.count("<h1") == 1
        assert 'href="#content"' in text
        assert "<script>" not in text
        assert not re.search(r"\son[a-z]+=", text)


def test_pages_load_nothing_from_other_hosts(client: FlaskClient) -> None:
    result = client.post("/recommendations", data={"sample": "3"}).location
    for address in ("/", result, "/learning", "/about"):
        loaded = re.findall(r'(?:src|srcset|action)="([^"]*)"', page(client, address))
        loaded += re.findall(r'<link[^>]*href="([^"]*)"', page(client, address))
        assert loaded
        assert all(each.startswith(("/", "data:")) for each in loaded)
        assert not any(each.startswith("//") for each in loaded)


def test_about_says_how_much_of_the_catalogue_is_invented(
    client: FlaskClient, instance: Instance
) -> None:
    for which, said in (
        ("1", "All films, posters, years and ratings in it are invented"),
        ("imdb_id = 'demo-0001'", "1 film among them is invented"),
        ("movie.id < 4", "3 films among them are invented"),
    ):
        with instance.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE movie SET invented = ({which})")
        assert said in page(client, "/about")
    with instance.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE movie SET invented = 0")
    assert "invented" not in page(client, "/about")


def test_about_names_the_model_its_genres_and_the_sources(client: FlaskClient) -> None:
    text = page(client, "/about")
    for words in ("tiny", "Drama, Comedy, Thriller", "MovieLens", "TMDB", "Hanken Grotesk", "80"):
        assert words in text


def test_beside_every_page_stands_its_json(client: FlaskClient, instance: Instance) -> None:
    for path in ("/about", "/genres", "/genres/drama", "/learning"):
        assert client.get(path).status_code == 200, path
        assert f'type="application/json" href="{path}.json"' in client.get(path).text
        answer = client.get(f"{path}.json")
        assert answer.status_code == 200, path
        assert answer.is_json, path
    about = client.get("/about.json").get_json()
    assert about["model"]["fingerprint"] == instance.embedder().fingerprint
    assert about["index"]["posters"] == about["catalogue"]["posters"] == len(instance.index())
    genres = client.get("/genres.json").get_json()
    assert client.get("/genres/drama.json").get_json() in genres["genres"]
    assert client.get("/genres/nothing.json").status_code == 404


def test_without_a_map_its_json_says_what_mends_it(client: FlaskClient) -> None:
    answer = client.get("/map.json")
    assert answer.status_code == 404
    assert "onesheet index" in answer.get_json()["error"]
