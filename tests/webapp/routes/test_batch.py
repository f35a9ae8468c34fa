"""Several posters in one table: by a plain form, by its own address, and as a file."""

import csv
import io
import re
from dataclasses import replace
from io import BytesIO

from flask.testing import FlaskClient

from onesheet.base.settings import Settings
from onesheet.instance import Instance
from tests.webapp.routes.drafts import poster
from webapp.presenting.batch_table import MOST_TABLED


def files(*names: str) -> list[tuple[BytesIO, str]]:
    """Posters by these names; what is called a note is none."""
    return [
        (BytesIO(b"a note" if "note" in name else poster(place)), name)
        for place, name in enumerate(names, start=1)
    ]


def answers(text: str) -> list[str]:
    return re.findall(r'data-answer="([\w-]+)"', text)


def test_each_file_is_a_row_and_one_that_fails_costs_the_others_nothing(
    client: FlaskClient, instance: Instance
) -> None:
    sent = {"poster": files("one.webp", "note.png", "<b>two.webp")}
    page = client.post("/batch", data=sent)
    assert page.status_code == 200
    ids = answers(page.text)
    assert len(ids) == 2
    assert page.text.count("<tr ") == 4  # with the head
    assert "This is not an image" in page.text
    count = "2 of 3 posters are in the table and in its link; 1 could not be read."
    assert count in page.text
    assert "&lt;b&gt;two.webp" in page.text
    assert page.headers["X-Robots-Tag"]
    for each in ids:
        assert f'href="/r/{each}"' in page.text
        answer = instance.permalinks.answer(each)
        assert answer
        for film in answer.results:
            assert f"Poster of {film.card.title}" in page.text
        assert answer.credited  # asked about as any poster is
        assert client.post(f"/r/{each}/rating", data={"rating": "good"}).status_code == 303
        assert client.get(f"/r/{each}.json").get_json()["rating"] == "good"
    lasting = client.get("/batch", query_string={"poster": ids})
    assert answers(lasting.text) == ids
    client.post(f"/r/{ids[0]}/delete")
    left = client.get("/batch", query_string={"poster": ids})
    assert answers(left.text) == ids[1:]
    assert "was deleted" in left.text
    assert "posters are in the table and in its link; 1" not in left.text


def test_the_table_is_saved_with_the_names_of_files_and_what_was_wrong(client: FlaskClient) -> None:
    page = client.post("/batch", data={"poster": files("=one.webp", "note.png")})
    form = {
        name: re.findall(rf'form="csv" name="{name}" value="([^"]*)"', page.text)
        for name in ("poster", "file", "trouble")
    }
    saved = client.post("/batch.csv", data=form)
    assert saved.mimetype == "text/csv"
    assert "attachment" in saved.headers["Content-Disposition"]
    first, second = csv.DictReader(io.StringIO(saved.data.decode("utf-8-sig")))
    assert (first["file"], second["file"]) == ("'=one.webp", "note.png")
    assert first["like_5"]
    assert "not an image" in second["trouble"]


def test_programs_read_the_same_table(client: FlaskClient, instance: Instance) -> None:
    ids = answers(client.post("/batch", data={"poster": files("one.webp", "two.webp")}).text)
    client.post(f"/r/{ids[1]}/delete")
    named = {"poster": [*ids, "unknown"]}
    first, deleted, unknown = client.get("/batch.json", query_string=named).get_json()["posters"]
    answer = instance.permalinks.answer(ids[0])
    assert answer
    assert [each["title"] for each in first["films"]] == [
        result.card.title for result in answer.results[:5]
    ]
    assert first["reading"]["genres"] == answer.reading.genres
    assert first["page"].endswith(f"/r/{ids[0]}")
    assert first["trouble"] is None
    assert "arm" not in first
    assert "distance" not in first["films"][0]
    assert (deleted["id"], deleted["films"], deleted["reading"]) == (ids[1], [], None)
    assert "deleted" in deleted["trouble"]
    assert unknown["trouble"]
    assert client.get("/batch.json").get_json() == {"posters": []}
    many = [f"x{number}" for number in range(MOST_TABLED + 1)]
    refused = client.get("/batch.json", query_string={"poster": many})
    assert (refused.status_code, "error" in refused.get_json()) == (400, True)


def test_no_more_than_a_page_bears_are_taken_and_none_that_may_not_be_kept(
    client: FlaskClient,
) -> None:
    assert client.post("/batch").status_code == 400
    names = [f"note-{number}.png" for number in range(MOST_TABLED + 1)]
    many = client.post("/batch", data={"poster": files(*names)})
    assert many.status_code == 400
    assert f"At most {MOST_TABLED} posters" in many.text
    assert client.get("/batch", query_string={"poster": names}).status_code == 400
    unkept = client.post("/batch", data={"poster": files("one.webp"), "keep": "false"})
    assert unkept.status_code == 400
    assert client.get("/batch").status_code == 200


def test_where_posters_are_not_kept_nothing_invites_to_a_table(
    client: FlaskClient, instance: Instance
) -> None:
    inviting = {
        "/batch": ('name="poster"', "batch.js", "Choose up to", "Drop the posters here"),
        "/": ('href="/batch"',),
    }
    for path, invitations in inviting.items():
        text = client.get(path).text
        assert [each for each in invitations if each not in text] == [], path
    instance.home = replace(instance.home, settings=Settings(keep_days=0))
    for path, invitations in inviting.items():
        text = client.get(path).text
        assert [each for each in invitations if each in text] == [], path
    told = "Posters are not kept here, so no table can be made of several."
    assert told in client.get("/batch").text
    refused = client.post("/batch", data={"poster": files("one.webp")})
    assert refused.status_code == 400
    assert told in refused.text
