"""Comparisons that cannot be: what is said, and that nothing is kept."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from onesheet.base.settings import Settings
from onesheet.instance import Instance
from onesheet.recommending.draft_comparison import MOST_DRAFTS
from tests.webapp.routes.drafts import ids, poster, submitted
from tests.webapp.routes.form import ask
from tests.webapp.routes.refusals import HTML


@pytest.mark.parametrize("count", [0, 1, MOST_DRAFTS + 1])
def test_too_few_and_too_many_drafts_are_refused_and_nothing_is_kept(
    client: FlaskClient, instance: Instance, count: int
) -> None:
    files = [(BytesIO(poster(n % 5)), f"{n}.webp") for n in range(count)]
    answer = client.post("/compare", data={"poster": files}, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert re.search(r"at least two|At most 6", answer.text)
    assert not instance.home.uploads.exists() or not list(instance.home.uploads.iterdir())


def test_a_file_that_is_no_poster_is_named_and_nothing_is_kept(
    client: FlaskClient, instance: Instance
) -> None:
    files = [(BytesIO(poster(1)), "good.webp"), (BytesIO(b"no picture"), "notes.txt")]
    answer = client.post("/compare", data={"poster": files}, headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert "notes.txt" in answer.text
    assert not instance.home.uploads.exists() or not list(instance.home.uploads.iterdir())


def test_refused_drafts_are_chosen_again_beside_the_earlier_ones(
    client: FlaskClient, instance: Instance
) -> None:
    earlier = ids(submitted(client, 1, 2))
    said = {"draft": earlier, "intended": "Horror"}
    files = [(BytesIO(b"no picture"), "notes.txt")]
    answer = client.post("/compare", data={"poster": files, **said}, headers=HTML)
    assert answer.status_code == 422
    form = answer.text.partition("<form")[2].partition("</form>")[0]
    assert 'action="/compare"' in form
    assert re.findall(r'name="(\w+)" value="([\w-]+)"', form) == [
        *(("draft", each) for each in earlier),
        ("intended", "Horror"),
    ]


def test_an_earlier_draft_that_is_not_there_is_not_offered_again(client: FlaskClient) -> None:
    data = {"poster": (BytesIO(poster(1)), "good.webp"), "draft": "nobody"}
    answer = client.post("/compare", data=data, headers=HTML)
    assert answer.status_code == 404
    assert 'action="/compare"' in answer.text
    assert "nobody" not in answer.text


def test_posters_refused_for_a_table_are_chosen_again_where_tables_are_made(
    client: FlaskClient,
) -> None:
    answer = client.post("/batch", data={}, headers=HTML)
    assert answer.status_code == 400
    section = answer.text.partition('class="trouble"')[2].partition("</section>")[0]
    assert 'href="/batch"' in section
    assert "<form" not in section


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("draft=nothing-here", 404, "no such recommendation"),
        ("&".join(f"draft=a{n}" for n in range(MOST_DRAFTS + 1)), 400, "At most 6"),
    ],
)
def test_addresses_that_name_no_comparison_say_so(
    client: FlaskClient, query: str, status: int, says: str
) -> None:
    answer = client.get(f"/compare?{query}", headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert says in answer.text


def test_an_unknown_genre_is_refused(client: FlaskClient) -> None:
    address = submitted(client, 1, 2)
    assert client.get(f"{address}&intended=Sadness").status_code == 400


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ("", 400, "Name each draft by its id"),
        ("?draft=nobody", 404, "There is no such recommendation"),
        ("?draft=a&draft=b&draft=c&draft=d&draft=e&draft=f&draft=g", 400, "At most 6 drafts"),
    ],
)
def test_a_comparison_that_cannot_be_is_refused_in_one_sentence(
    client: FlaskClient, asked: str, status: int, says: str
) -> None:
    answer = client.get(f"/compare.json{asked}")
    assert answer.status_code == status
    assert answer.json is not None
    assert says in answer.get_json()["error"]


def test_drafts_that_are_not_to_be_kept_are_refused_and_nothing_is_kept(
    client: FlaskClient, instance: Instance
) -> None:
    files = [(BytesIO(poster(number)), f"draft-{number}.webp") for number in (1, 2)]
    answer = client.post("/compare", data={"poster": files, "keep": "false"})
    assert answer.status_code == 400
    assert "Drafts are compared by kept copies" in answer.text
    assert not instance.home.uploads.is_dir() or not list(instance.home.uploads.iterdir())


def test_where_posters_are_not_kept_nothing_invites_to_compare_drafts(
    client: FlaskClient, instance: Instance
) -> None:
    address = ask(client, sample="3")
    number = address.rpartition("/")[2]
    inviting = {
        "/compare": "data-drafts",
        f"/compare?draft={number}": "data-drafts",
        address: "Compare with another draft",
        "/about": "Several drafts of one poster",
        "/genres": 'href="/compare"',
    }
    for path, says in inviting.items():
        assert says in client.get(path).text, path
    instance.home = replace(instance.home, settings=Settings(keep_days=0))
    for path, says in inviting.items():
        assert says not in client.get(path).text, path
    told = "Posters are not kept here, so drafts cannot be compared."
    assert told in client.get("/compare").text
    refused = client.post("/compare", data={"example": "true"}, headers={"Accept": "text/html"})
    assert told in refused.text
