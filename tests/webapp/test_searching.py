"""The one input without a browser: what it understands, suggests and fetches."""

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.catalog import MovieRecord
from webapp.instance import Instance
from webapp.outside import Outside, Services
from webapp.settings import Settings

SERVICES = Services(
    tmdb="http://tmdb.example/3",
    tmdb_images="http://images.example/w780",
    omdb="http://omdb.example/",
)
JSON = {"Content-Type": "application/json"}
PNG = {"Content-Type": "image/png"}


@pytest.fixture
def outside(instance: Instance, internet: Any) -> Any:
    """Gives the instance the outside world that settings permit."""

    def outside(**settings: Any) -> Any:
        found = Outside(Settings(**settings), internet.fetcher(), SERVICES)
        instance.__dict__["outside"] = found
        return internet

    return outside


def suggested(client: FlaskClient, text: str) -> tuple[str | None, str, list[str]]:
    answer = client.get("/api/v1/suggestions", query_string={"q": text})
    assert answer.status_code == 200
    body = answer.get_json()
    return body["kind"], body["says"], [film["title"] for film in body["films"]]


def asked(client: FlaskClient, text: str) -> Any:
    return client.post("/api/v1/recommendations", json={"q": text})


def shown(client: FlaskClient, text: str) -> Any:
    return client.post("/recommendations", data={"q": text}, headers={"Accept": "text/html"})


def test_a_title_is_suggested_while_it_is_typed(client: FlaskClient) -> None:
    kind, says, titles = suggested(client, "film no 1")
    assert kind == "title"
    assert says.startswith("Enter: posters like Film No. 1, 19")
    assert titles[0] == "Film No. 1"
    assert len(titles) == 8


def test_several_films_are_said_to_be_meant_where_sending_leads_to_a_choice(
    client: FlaskClient,
) -> None:
    says = suggested(client, "film")[1]
    assert says == "Several films may be meant; choose one."
    assert asked(client, "film").status_code == 409


@pytest.mark.parametrize("text", ["godfather", "the godfather", "godf", "gòdfáther 1991"])
@pytest.mark.parametrize("others", [[], [("The Godfather", 1972)], [("Godfather Wanted", None)]])
def test_the_film_announced_is_the_one_that_sending_takes(
    client: FlaskClient,
    instance: Instance,
    new_poster: bytes,
    text: str,
    others: list[tuple[str, int | None]],
) -> None:
    for number, (title, year) in enumerate([("GodFather", 1991), *others], start=9_000_001):
        record = MovieRecord(f"tt{number}", None, title, year, None, None, ("Drama",), None)
        instance.catalog.add(record, new_poster, "test")
    says = suggested(client, text)[1]
    page = client.get(shown(client, text).location).text
    if says == "Enter: posters like GodFather, 1991":
        assert "Posters most like GodFather" in page
    else:
        assert says.startswith("Several films")
        assert "Which film do you mean?" in page


def test_each_suggestion_is_a_sample_with_a_thumbnail(client: FlaskClient) -> None:
    body = client.get("/api/v1/suggestions?q=film+no+7").get_json()
    film = body["films"][0]
    assert client.get(film["thumbnail_url"]).status_code == 200
    assert client.post("/recommendations", data={"sample": str(film["sample"])}).status_code == 303


@pytest.mark.parametrize(
    ("text", "kind", "says", "titles"),
    [
        ("tt0000002", "imdb", "IMDb", ["Film No. 2"]),
        ("https://m.imdb.com/title/tt0000002/", "imdb", "IMDb", ["Film No. 2"]),
        ("tt9999999", "imdb", "no film tt9999999", []),
        ("demo-9999", "imdb", "no film demo-9999", []),
        ("https://www.imdb.com/name/nm0000209/", "elsewhere", "IMDb is no film", []),
        ("tmdb:5", "tmdb", "no film with TMDB", []),
        ("https://example.org/a.png", "picture", "example.org. Onesheet will fetch", []),
        ("no such film at all", "title", "No film", []),
        ("", None, "", []),
    ],
)
def test_it_says_what_it_understood(
    client: FlaskClient, text: str, kind: str, says: str, titles: list[str]
) -> None:
    found = suggested(client, text)
    assert (found[0], found[2]) == (kind, titles)
    assert says in found[1]


def test_saying_what_it_understood_fetches_and_records_nothing(
    client: FlaskClient, outside: Any, instance: Instance
) -> None:
    internet = outside(tmdb_key="key", omdb_key="key")
    for text in ("http://posters.example/a.png", "tt9999999", "tmdb:278"):
        suggested(client, text)
    assert internet.looked_up == []
    assert sum(arm.shown for arm in instance.recommender.bandit().arms) == 0


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


def test_the_choice_among_no_films_offers_the_input_again(client: FlaskClient) -> None:
    for query in ("", "?q=", "?q=nothing+like+it", "?q=%3Cscript%3E"):
        page = client.get(f"/films{query}")
        assert page.status_code == 200
        assert 'action="/recommendations"' in page.text
        assert "<script>" not in page.text


def test_a_tmdb_link_finds_the_catalogues_film(client: FlaskClient, instance: Instance) -> None:
    record = MovieRecord("tt0000002", 278, "Film No. 2", None, None, None, ("Drama",), None)
    instance.catalog.add(record, None, "test")
    assert suggested(client, "themoviedb.org/movie/278-x")[2] == ["Film No. 2"]
    assert shown(client, "https://www.themoviedb.org/movie/278-x").status_code == 303


FOUND = {"movie_results": [{"id": 7, "title": "Far Off", "release_date": "1971-02-03",
                            "poster_path": "/far.jpg"}]}  # fmt: skip


def as_json(value: Any) -> tuple[int, dict[str, str], bytes]:
    return 200, JSON, json.dumps(value).encode()


def test_a_film_the_catalogue_lacks_is_looked_up_at_tmdb(
    client: FlaskClient, outside: Any, new_poster: bytes
) -> None:
    internet = outside(tmdb_key="secret")
    internet.pages |= {
        "tmdb.example/3/find/tt9999999": as_json(FOUND),
        "images.example/w780/far.jpg": (200, PNG, new_poster),
    }
    assert "looked up at TMDB" in suggested(client, "tt9999999")[1]
    answer = shown(client, "https://www.imdb.com/title/tt9999999/")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Posters most like Far Off" in page
    assert "1971" in page
    assert 'href="https://www.imdb.com/title/tt9999999/"' in page
    assert "external_source=imdb_id&api_key=secret" in internet.requests[0].path
    assert "secret" not in internet.requests[1].path


def test_the_longer_kind_of_tmdb_key_travels_in_a_header(client: FlaskClient, outside: Any) -> None:
    internet = outside(tmdb_key="eyJ.token")
    internet.pages["tmdb.example/3/find/tt9999999"] = as_json({"movie_results": []})
    assert asked(client, "tt9999999").status_code == 404
    assert internet.requests[0].headers["Authorization"] == "Bearer eyJ.token"
    assert "eyJ" not in internet.requests[0].path


@pytest.mark.parametrize(
    "tmdb", [as_json({"movie_results": []}), (500, {}, b""), (401, JSON, b"{}"), as_json([1])]
)
def test_omdb_is_asked_where_tmdb_does_not_know(
    client: FlaskClient, outside: Any, new_poster: bytes, tmdb: Any
) -> None:
    outside(tmdb_key="one", omdb_key="two").pages |= {
        "tmdb.example/3/find/tt9999999": tmdb,
        "omdb.example/": as_json(
            {"Response": "True", "Title": "Far", "Year": "1971–", "Poster": "http://img.example/a"}
        ),
        "img.example/a": (200, PNG, new_poster),
    }
    assert asked(client, "tt9999999").status_code == 201


def test_a_posters_address_in_an_answer_is_guarded_too(client: FlaskClient, outside: Any) -> None:
    internet = outside(omdb_key="two")
    internet.pages["omdb.example/"] = as_json(
        {"Response": "True", "Title": "Far", "Year": "1971", "Poster": "http://10.0.0.1/a.png"}
    )
    assert "not a public site" in asked(client, "tt9999999").get_json()["error"]
    assert len(internet.connected) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"Response": "False", "Error": "Incorrect IMDb ID."},
        {"Response": "True", "Title": "Far", "Poster": "N/A"},
        {"Response": "True", "Title": "", "Poster": "http://img.example/a"},
        [],
    ],
)
def test_a_film_without_a_poster_anywhere_is_unknown(
    client: FlaskClient, outside: Any, said: Any
) -> None:
    outside(omdb_key="two").pages["omdb.example/"] = as_json(said)
    assert asked(client, "tt9999999").status_code == 404


def test_a_service_that_fails_is_told_in_a_sentence(client: FlaskClient, outside: Any) -> None:
    outside(tmdb_key="one").pages["tmdb.example/3/find/tt9999999"] = (500, {}, b"")
    answer = asked(client, "tt9999999")
    assert answer.status_code == 422
    assert "one" not in answer.get_json()["error"].split()


def test_a_tmdb_number_the_catalogue_lacks_is_looked_up_by_it(
    client: FlaskClient, outside: Any, new_poster: bytes
) -> None:
    outside(tmdb_key="one").pages |= {
        "tmdb.example/3/movie/7": as_json(
            {"title": "Far", "release_date": "", "imdb_id": "tt9999999", "poster_path": "/f.jpg"}
        ),
        "tmdb.example/3/movie/8": as_json(
            {"title": "Film", "imdb_id": "tt0000002", "poster_path": "/f.jpg"}
        ),
        "images.example/w780/f.jpg": (200, PNG, new_poster),
    }
    assert "looked up at TMDB" in suggested(client, "tmdb:7")[1]
    page = client.get(shown(client, "tmdb:7").location).text
    assert "Posters most like Far" in page
    page = client.get(shown(client, "tmdb:8").location).text
    assert "Posters most like Film No. 2" in page


@pytest.mark.parametrize("number", [0, 999_999_999])
def test_without_keys_nothing_is_looked_up(client: FlaskClient, outside: Any, number: int) -> None:
    internet = outside()
    assert asked(client, f"tmdb:{number}").status_code == 404
    assert asked(client, "tt9999999").status_code == 404
    assert internet.looked_up == []
