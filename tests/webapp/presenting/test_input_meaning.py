from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.catalog import MovieRecord
from onesheet.instance import Instance
from tests.webapp.one_input import asked, shown, suggested


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


@pytest.mark.parametrize(
    ("text", "kind", "says", "titles"),
    [
        ("tt0000002", "imdb", "IMDb", ["Film No. 2"]),
        ("https://m.imdb.com/title/tt0000002/", "imdb", "IMDb", ["Film No. 2"]),
        ("tt9999999", "imdb", "no film tt9999999", []),
        ("demo-9999", "imdb", "no film demo-9999", []),
        ("https://www.imdb.com/name/nm0000209/", "elsewhere", "IMDb is not a film", []),
        ("https://boxd.it/2aJq", "unreadable", "Letterboxd cannot be read", []),
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
