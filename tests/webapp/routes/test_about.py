from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from flask.testing import FlaskClient

from catalog.records import MovieRecord
from embedder import Embedder
from onesheet.base.settings import Settings
from onesheet.instance import Instance
from tests.tiny_model import tiny_likeness


def test_about_says_how_much_of_the_catalogue_is_invented(
    client: FlaskClient, instance: Instance
) -> None:
    for which, said in (
        ("true", "All films, posters, years and ratings in it are invented"),
        ("imdb_id = 'demo-0001'", "1 film among them is invented"),
        ("movie.id < 4", "3 films among them are invented"),
    ):
        with instance.engine.begin() as connection:
            connection.exec_driver_sql(
                f"UPDATE movie SET invented = ({which}), changed = changed + 1"
            )
        assert said in client.get("/about").text
        assert ("import PATH" in client.get("/about").text) == (which == "true")
    with instance.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE movie SET invented = false, changed = changed + 1")
    assert "invented" not in client.get("/about").text


def test_about_says_what_likeness_means_and_who_graded(
    client: FlaskClient, judged: Callable[..., None]
) -> None:
    judged()
    text = unescape(client.get("/about").text)
    fitted = tiny_likeness()
    assert (
        f"very like from {fitted.very_like:.0%} on, like from {fitted.like:.0%} on, "
        "a little like from 20% on, hardly like below." in text
    )
    assert f"graded by {fitted.facts['graded_by']}." in text


def test_about_says_what_likeness_means_of_a_model_that_nobody_graded(client: FlaskClient) -> None:
    assert "nothing as near to them" in client.get("/about").text


def test_about_names_the_model_its_genres_and_the_sources(client: FlaskClient) -> None:
    text = client.get("/about").text
    for words in ("tiny", "Drama, Comedy, Thriller", "TMDB", "Hanken Grotesk", "80"):
        assert words in text


def test_about_says_whose_work_the_packaged_model_rests_on_and_whether_it_is_in_use(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned = "The network that comes with Onesheet learned from"
    for packaged in (False, True):
        monkeypatch.setattr(Embedder, "packaged", packaged)
        text = client.get("/about").text
        assert ("The network in use here was trained by" in text) != packaged
        listed = text.partition(learned)[2].partition("</ul>")[0]
        for name in ("MovieLens", "IMDb", "TMDB", "MobileNetV2", "EfficientNet-Lite0 and Lite2"):
            assert name in listed
        assert "OMDb" not in listed
        assert "OMDb" in text


@pytest.mark.parametrize(
    ("source", "words"), [("tmdb", "not endorsed or certified"), ("imdb", "courtesy of IMDb")]
)
def test_a_source_that_asks_for_it_is_named_on_every_page_once_it_was_used(
    client: FlaskClient, instance: Instance, source: str, words: str
) -> None:
    assert words not in client.get("/").text
    card = instance.catalog.all_cards()[1]
    told = MovieRecord(card.imdb_id, None, "Another title", 1999, None, None, (), None)
    instance.catalog.add_many([(told, None)], source)
    assert words in client.get("/").text
    assert words in client.get("/about").text.partition("<footer")[2]
    assert words in client.get("/r/none", headers={"Accept": "text/html"}).text


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(), (True, False)),
        (Settings(fetch_urls=False), (False, False)),
        (Settings(tmdb_key="key", learn_films=True), (True, True)),
    ],
)
def test_about_says_what_this_server_fetches_and_keeps(
    client: FlaskClient, instance: Instance, settings: Settings, said: tuple[bool, bool]
) -> None:
    instance.home = replace(instance.home, settings=settings)
    text = client.get("/about").text
    assert ("this server fetches it" in text, "stays in this catalogue" in text) == said
