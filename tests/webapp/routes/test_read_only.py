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
INVITING = {
    "/": ('name="sample"', 'name="poster"'),
    "/films?q=nothing": ('name="poster"',),
    "/compare": ("data-drafts", 'name="example"'),
    "{answer}?row=colour": (
        *("data-thumbs", 'name="like"', 'name="sample"', "data-cropping", "data-part"),
        *("Delete this poster", "Compare with another draft", "Drop the poster here"),
    ),
    "{crop}": ("Search by the whole poster",),
}


@pytest.fixture
def addresses(client: FlaskClient, instance: Instance, new_poster: bytes) -> dict[str, str]:
    """An answer of which a film is liked, and one about a part of its poster."""
    answer = ask(client, poster=(BytesIO(new_poster), "mine.png"))
    number = answer.rpartition("/")[2]
    instance.thumbs.give(number, 7, True)
    sides = {"crop_left": "10", "crop_top": "10", "crop_right": "90", "crop_bottom": "90"}
    return {"answer": answer, "crop": ask(client, again=number, **sides)}


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
        assert SAYS in text, path
        assert [each for each in INVITING[path] if each in text] == [], path
    rating = re.findall(r'<button[^>]*name="rating"[^>]*>', pages()["{crop}"])
    assert len(rating) == 3
    assert all("disabled" in each for each in rating)


def test_a_page_that_says_what_went_wrong_asks_for_nothing(
    client: FlaskClient, instance: Instance
) -> None:
    instance.home = replace(instance.home, settings=Settings(read_only=True))
    text = client.get("/nowhere", headers={"Accept": "text/html"}).text
    assert 'action="/recommendations"' not in text
    assert "Go to the front page" in text
