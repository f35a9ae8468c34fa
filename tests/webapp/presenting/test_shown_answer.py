"""The results page filtered and re-ranked by its address: nothing recorded, nothing to rate."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from onesheet.instance import Instance
from tests.webapp.routes.test_views_api import ask, viewed
from webapp.app import create_app


@pytest.fixture
def there(client: FlaskClient) -> str:
    return str(client.post("/recommendations", data={"sample": "3"}).location)


def films(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'class="film" data-poster="(\d+)"', page)]


def test_the_five_are_those_of_the_api_for_the_same_view(client: FlaskClient, there: str) -> None:
    view = "balance=0.95&colour=0.4&restrict=false"
    body = client.get(f"{there}.json?{view}").json
    assert body
    page = client.get(f"{there}?{view}").text
    assert films(page) == [each["poster_id"] for each in body["viewed"]["films"]]
    assert f'data-view="?{view.replace("&", "&amp;")}"' in page


def test_checking_genres_keeps_the_view(client: FlaskClient, there: str) -> None:
    page = client.get(f"{there}?decade=1990&decade=2000&balance=0.3").text
    form = page[page.index('id="intent"') : page.index("Check the genres")]
    assert re.findall(r'type="hidden" name="(\w+)" value="([\d.]+)"', form) == [
        ("balance", "0.3"),
        ("decade", "1990"),
        ("decade", "2000"),
    ]
    plain = client.get(there).text
    assert 'type="hidden" name="balance"' not in plain


def test_filters_hold_for_every_film_shown(
    client: FlaskClient, instance: Instance, there: str
) -> None:
    page = client.get(f"{there}?genre=Western&decade=1990&decade=2000").text
    shown = instance.catalog.cards(films(page)).values()
    assert shown
    for card in shown:
        assert "Western" in card.genres
        assert card.year
        assert 1990 <= card.year < 2010


def test_a_view_by_another_distance_names_it_as_people_do(client: FlaskClient, there: str) -> None:
    arms = {"euclidean": "Euclidean", "manhattan": "Manhattan"}
    pages = {name: client.get(f"{there}?metric={name}&colour=0.5").text for name in arms}
    for name, said in arms.items():
        assert f"By {said} distance, as you asked. Filtered or adjusted" in pages[name]
        assert re.search(rf'class="likeness" title="Distance [\d.]+ \({said}\)"', pages[name])
    unnamed = client.get(f"{there}?colour=0.5").text
    assert "distance, as you asked" not in unnamed
    assert 'class="likeness" title' not in unnamed


def test_a_view_that_changes_the_distance_alone_is_not_called_filtered(
    client: FlaskClient,
) -> None:
    there = client.post("/recommendations", data={"sample": "3", "metric": "cosine"}).location
    page = client.get(f"{there}?metric=manhattan").text
    assert "By Manhattan distance, as you asked. Nothing of this is recorded." in page
    assert "Filtered or adjusted, as you asked" not in page


def test_a_view_cannot_be_rated_and_says_why(client: FlaskClient, there: str) -> None:
    own, seen = client.get(there).text, client.get(f"{there}?colour=1").text
    assert len(re.findall(r"data-key=\"\d\" disabled", seen)) == 3
    assert "nothing to learn from a rating" in seen
    assert "disabled" not in own
    assert "nothing to learn" not in own


def test_a_search_recorded_with_a_view_cannot_be_rated_either(client: FlaskClient) -> None:
    there = client.post("/recommendations", data={"sample": "3", "colour": "1"}).location
    page = client.get(there).text
    assert len(re.findall(r"data-key=\"\d\" disabled", page)) == 3
    assert 'name="colour" type="range" min="0" max="1" step="0.01" value="1.0"' in page


def test_what_a_form_without_scripts_sends_at_rest_is_the_record(
    client: FlaskClient, instance: Instance, there: str
) -> None:
    answer = instance.permalinks.answer(there.rpartition("/")[2])
    assert answer
    within = "true" if answer.within_genres else "false"
    balance = instance.embedder().card.balance
    rest = f"genre=&decade=&balance={balance}&colour=0&restrict={within}"
    page = client.get(f"{there}?{rest}").text
    assert films(page) == films(client.get(there).text)
    assert "disabled" not in page


def test_a_filter_that_nothing_passes_says_so(client: FlaskClient, there: str) -> None:
    page = client.get(f"{there}?decade=1870")
    assert page.status_code == 200
    assert films(page.text) == []
    assert "No film passes these filters." in page.text
    assert "Nothing to rate" in page.text
    assert "nearest films." not in page.text
    assert "nothing to learn from a rating" not in page.text


def test_an_answer_without_films_says_why(client: FlaskClient, instance: Instance) -> None:
    filtered, found = (
        client.post("/recommendations", data=data).location
        for data in ({"sample": "3", "decade": "1870"}, {"sample": "3"})
    )
    for card in instance.catalog.all_cards():
        if card.poster_id != 3:
            instance.catalog.remove(card.imdb_id)
    none_passes, gone = "No film passes these filters.", "None of the films that were found is here"
    for there, said in ((filtered, none_passes), (found, gone)):
        for page in (client.get(there).text, client.get(f"{there}/report").text):
            assert said in page
            assert "has no other film yet" not in page
    assert "Nothing to compare with" not in client.get(filtered).text
    alone = client.post("/recommendations", data={"sample": "3"}).location
    assert "has no other film yet" in client.get(alone).text


@pytest.mark.parametrize("view", ["balance=2", "colour=x", "genre=Nonsense", "decade=soon"])
def test_what_makes_no_sense_is_refused(client: FlaskClient, there: str, view: str) -> None:
    assert client.get(f"{there}?{view}").status_code == 400


def test_looking_leaves_no_trace(client: FlaskClient, there: str) -> None:
    before = client.get(f"{there}.json").json
    client.get(f"{there}?colour=1")
    assert client.get(f"{there}.json").json == before


def test_a_record_is_shown_without_a_model(client: FlaskClient, there: str, home: Path) -> None:
    """The marks on the bars and the sliders need one; the rest is in the record."""
    client.post(f"{there}/rating", data={"rating": "good"})
    whole = client.get(there).text
    (home / "model" / "model.onnx").write_bytes(b"torn")
    bare = create_app(home, TESTING=True)
    page = bare.test_client().get(there)
    assert page.status_code == 200
    assert films(page.text) == films(whole) != []
    assert "data-views" not in page.text
    bare.extensions["onesheet"].close()


def test_filters_that_were_recorded_stay_until_others_are_named(client: FlaskClient) -> None:
    asked = {"sample": "3", "genre": "Western"}
    number = client.post("/api/v1/recommendations", json=asked).get_json()["id"]

    def viewed(query: str) -> dict[str, Any]:
        found = client.get(f"/api/v1/recommendations/{number}?{query}").get_json()["viewed"]
        assert isinstance(found, dict)
        return found

    for query in ("k=20", "metric=manhattan", "restrict=false"):
        found = viewed(query)
        assert found["genres"] == ["Western"], query
        assert found["films"], query
        assert all("Western" in film["genres"] for film in found["films"]), query
    assert viewed("decade=1990")["genres"] == []


def test_a_recorded_filter_is_taken_off_by_an_empty_one(client: FlaskClient) -> None:
    """As the page's form and its script send it."""
    drama = ask(client, genre="Drama")
    kept = viewed(client, drama, "metric=euclidean&k=80")["films"]
    assert kept
    assert all("Drama" in film["genres"] for film in kept)
    films = viewed(client, drama, "genre=&restrict=false&k=80")["films"]
    assert not all("Drama" in film["genres"] for film in films)


def test_an_empty_filter_shows_the_films_of_the_json_beside_the_page(client: FlaskClient) -> None:
    there = client.post("/recommendations", data={"sample": "3", "genre": "Western"}).location
    recorded, page = client.get(there).text, client.get(f"{there}?genre=").text
    body = client.get(f"{there}.json?genre=").get_json()
    assert films(page) == [each["poster_id"] for each in body["viewed"]["films"]]
    assert films(page) != films(recorded) != []
    assert 'data-view="?genre="' in page
