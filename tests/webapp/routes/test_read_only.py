"""A server that only shows: its pages invite to nothing that it would refuse."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from onesheet.base.settings import Settings
from onesheet.instance import Instance
from tests.webapp.routes.form import ask

SAYS = "Nothing can be asked or rated here"
SAMPLE = 'name="sample"'
SAYING = {
    "/": (SAMPLE, 'name="poster"'),
    "/films?q=nothing": ('name="poster"', "upload its poster"),
    "/compare": ("data-drafts", 'name="example"'),
    "/batch": ('name="poster"', "batch.js", "Choose up to"),
    "{answer}?row=colour": (
        *("data-thumbs", 'name="like"', 'name="sample"', "data-cropping", "data-part"),
        *("Delete this poster", "Compare with another draft", "Drop the poster here"),
    ),
    "{crop}": ("Search by the whole poster",),
    "/about": ("An uploaded poster is kept", "Your rating is kept", "the address of a picture"),
}
"""Pages that say so, and what each invites to elsewhere."""
INVITING = {
    **SAYING,
    "/genres": (SAMPLE, "Choose a poster"),
    "{genre}": (SAMPLE,),
    "/trends": (SAMPLE,),
    "/films?q=film": (SAMPLE, "Search for another"),
    "/colours?q={colour}": (SAMPLE,),
    "/collections": (SAMPLE, "Search for posters"),
    "/collections/shared?film=3": (SAMPLE,),
    "/learning": ("Rate a first search",),
}


@pytest.fixture
def addresses(client: FlaskClient, instance: Instance, new_poster: bytes) -> dict[str, str]:
    """An answer of which a film is liked, one about a part of its poster, a genre's page, and a
    colour that some poster is in."""
    answer = ask(client, poster=(BytesIO(new_poster), "mine.png"))
    number = answer.rpartition("/")[2]
    instance.thumbs.give(number, 7, True)
    sides = {"crop_left": "10", "crop_top": "10", "crop_right": "90", "crop_bottom": "90"}
    genre = re.findall(r'href="(/genres/[\w-]+)"', client.get("/genres").text)[0]
    hung = instance.catalog.all_cards()[2].content_hash
    colour = instance.impressions.of([hung])[hung].palette[0].colour.replace("#", "%23")
    crop = ask(client, again=number, **sides)
    return {"answer": answer, "crop": crop, "genre": genre, "colour": colour}


def test_pages_invite_to_nothing_that_is_refused(
    client: FlaskClient, instance: Instance, addresses: dict[str, str]
) -> None:
    def pages() -> dict[str, str]:
        return {path: client.get(path.format(**addresses)).text for path in INVITING}

    for path, text in pages().items():
        assert SAYS not in text, path
        assert [each for each in INVITING[path] if each not in text] == [], path
    instance.home = replace(instance.home, settings=Settings(read_only=True))
    for path, text in pages().items():
        assert (SAYS in text) is (path in SAYING), path
        assert [each for each in INVITING[path] if each in text] == [], path
    rating = re.findall(r'<button[^>]*name="rating"[^>]*>', pages()["{crop}"])
    assert len(rating) == 3
    assert all("disabled" in each for each in rating)


@pytest.mark.usefixtures("mapped")
def test_the_map_leads_to_no_search(client: FlaskClient, instance: Instance) -> None:
    assert SAMPLE in client.get("/map").text
    instance.home = replace(instance.home, settings=Settings(read_only=True))
    assert SAMPLE not in client.get("/map").text


def test_a_page_that_says_what_went_wrong_asks_for_nothing(
    client: FlaskClient, instance: Instance
) -> None:
    instance.home = replace(instance.home, settings=Settings(read_only=True))
    text = client.get("/nowhere", headers={"Accept": "text/html"}).text
    assert 'action="/recommendations"' not in text
    assert "Go to the front page" in text


def test_posters_that_start_no_search_keep_their_names(
    client: FlaskClient, instance: Instance, addresses: dict[str, str]
) -> None:
    def names() -> list[list[str]]:
        paths = ("/?wall=5", "/genres", "/trends", "/colours?q={colour}")
        texts = (client.get(path.format(**addresses)).text for path in paths)
        named = re.compile(r'<(?:li|button name="sample"[^>]*) title="([^"]+)"')
        return [named.findall(text) for text in texts]

    searching = names()
    assert all(searching)
    instance.home = replace(instance.home, settings=Settings(read_only=True))
    assert names() == searching


def test_the_navigation_leads_to_what_there_is(client: FlaskClient, instance: Instance) -> None:
    def names() -> list[str]:
        links = client.get("/about").text.partition("<nav")[2].partition("</nav>")[0]
        return re.findall(r">(\w+)</a>", links)

    assert names() == ["Search", "Map", "Compare", "Genres", "Learning", "About"]
    instance.home = replace(instance.home, settings=Settings(read_only=True))
    assert names() == ["Posters", "Map", "Genres", "Learning", "About"]


@pytest.mark.parametrize(
    ("settings", "refused"),
    [
        (Settings(read_only=True), "Rate a first search"),
        (Settings(keep_days=0), 'href="/compare"'),
    ],
)
def test_a_page_that_invited_to_what_is_refused_now_is_made_anew(
    client: FlaskClient, instance: Instance, settings: Settings, refused: str
) -> None:
    first = client.get("/learning")
    assert refused in first.text
    instance.home = replace(instance.home, settings=settings)
    second = client.get("/learning", headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert refused not in second.text
