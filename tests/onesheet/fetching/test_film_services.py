import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from onesheet.base.payload import FoundFilm
from onesheet.base.settings import Settings
from onesheet.fetching.film_services import Outside
from onesheet.instance import Instance
from tests.internet import SERVICES, Internet
from tests.webapp.one_input import asked, shown, suggested

JSON = {"Content-Type": "application/json"}
PNG = {"Content-Type": "image/png"}


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


def test_a_number_that_tmdb_does_not_know_is_no_films(client: FlaskClient, outside: Any) -> None:
    pages = outside(tmdb_key="one").pages
    pages["tmdb.example/3/movie/9"] = (404, JSON, b'{"success": false, "status_code": 34}')
    pages["tmdb.example/3/movie/10"] = (500, JSON, b"{}")
    answer = asked(client, "tmdb:9")
    assert answer.status_code == 404
    assert "no film with TMDB’s number 9" in answer.get_json()["error"]
    assert asked(client, "tmdb:10").status_code == 422, "where it fails, nothing is known"


@pytest.mark.parametrize("number", [0, 999_999_999])
def test_without_keys_nothing_is_looked_up(client: FlaskClient, outside: Any, number: int) -> None:
    internet = outside()
    assert asked(client, f"tmdb:{number}").status_code == 404
    assert asked(client, "tt9999999").status_code == 404
    assert internet.looked_up == []


@pytest.mark.parametrize("learns", [False, True])
def test_a_film_that_was_looked_up_stays_only_where_the_operator_says_so(
    client: FlaskClient, instance: Instance, outside: Any, new_poster: bytes, learns: bool
) -> None:
    internet, (said,) = outside(tmdb_key="secret", learn_films=learns), FOUND["movie_results"]
    internet.pages |= {
        "tmdb.example/3/find/tt9999999": as_json({"movie_results": [said | {"adult": True}]}),
        "images.example/w780/far.jpg": (200, PNG, new_poster),
    }
    page = client.get(shown(client, "tt9999999").location).text
    assert "Posters most like Far Off" in page
    cards = instance.catalog.by_imdb("tt9999999")
    assert [(card.title, card.year) for card in cards] == ([("Far Off", 1971)] if learns else [])
    assert instance.catalog.sources_used() == {"drawn"} | ({"tmdb"} if learns else set())
    if learns:
        assert cards[0].adult, "with what the service says of it"
        assert instance.catalog.by_tmdb(7) == cards, "and with its number there"
        assert cards[0].poster_id in instance.index().poster_ids, "and is found by others"


def test_a_film_without_an_imdb_id_stays_by_tmdbs_number_and_is_looked_up_once(
    client: FlaskClient, instance: Instance, outside: Any, new_poster: bytes
) -> None:
    internet, (said,) = outside(tmdb_key="secret", learn_films=True), FOUND["movie_results"]
    internet.pages |= {
        "tmdb.example/3/movie/7": as_json(said | {"imdb_id": "", "release_date": "0001-01-01"}),
        "images.example/w780/far.jpg": (200, PNG, new_poster),
    }
    for _ in range(2):
        assert "Posters most like Far Off" in client.get(shown(client, "tmdb:7").location).text
    (card,) = instance.catalog.by_tmdb(7)
    assert (card.imdb_id, card.title, card.year) == ("tmdb-7", "Far Off", None)
    assert len(internet.requests) == 2, "its facts and its poster"


def told(internet: Internet, **said: Any) -> FoundFilm | None:
    """The film that TMDB tells of in other words than those above."""
    (film,) = FOUND["movie_results"]
    internet.pages["tmdb.example/3/movie/7"] = as_json(film | said)
    return Outside(Settings(tmdb_key="secret"), internet.fetcher(), SERVICES).by_tmdb(7)


@pytest.mark.parametrize(
    ("imdb_id", "date", "known"),
    [
        ("tt0099999", "2100-01-01", ("tt0099999", 2100)),
        ("", "1869-12-31", (None, None)),
        ("tt123", "9999-01-01", (None, None)),
        (99999, 1971, (None, None)),
    ],
)
def test_an_id_or_a_year_that_cannot_be_right_is_not_known(
    internet: Internet, imdb_id: Any, date: Any, known: Any
) -> None:
    film = told(internet, imdb_id=imdb_id, release_date=date)
    assert film
    assert (film.imdb_id, film.year) == known


def test_a_title_that_no_database_takes_is_no_films(internet: Internet) -> None:
    assert told(internet, title="Far\0Off") is None
