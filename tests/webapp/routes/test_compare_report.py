"""The drafts' report: the comparison on one sheet, without scripts or plots from elsewhere."""

import html
import re

from flask.testing import FlaskClient
from sqlalchemy import update

from catalog.models import Movie
from catalog.records import MovieRecord
from onesheet.instance import Instance
from tests.webapp.routes.drafts import ids, submitted


def test_the_report_says_what_the_comparison_says(client: FlaskClient) -> None:
    address = f"{submitted(client, 1, 2, 3)}&intended=Horror&intended=Drama"
    page = client.get(address).text
    there = re.search(r'href="(/compare/report\?[^"]*)"', page)
    assert there
    answer = client.get(html.unescape(there[1]))
    assert answer.headers["X-Robots-Tag"] == "noindex"
    text = answer.text
    says_best = re.search(r'<p class="says-best">\s*(.*?)\s*</p>', page, re.DOTALL)
    assert says_best
    assert says_best[1] in text
    for each in ids(address):
        assert f'src="/uploads/{each}.jpg"' in text
    assert text.count("Its colours") == page.count("Its colours") == 2
    assert text.count('<span class="meant">new</span>') == page.count(
        '<span class="badge">new</span>'
    )
    assert f"http://localhost{html.escape(address)}" in text
    assert "plotly" not in text


def test_a_draft_that_is_gone_leaves_the_rest_of_the_report(
    client: FlaskClient, instance: Instance
) -> None:
    address = submitted(client, 1, 2)
    instance.upload_store.path(ids(address)[0]).unlink()
    text = client.get(address.replace("/compare?", "/compare/report?")).text
    assert "no longer kept" in text
    assert f'src="/uploads/{ids(address)[1]}.jpg"' in text


def test_there_is_no_report_without_drafts(client: FlaskClient) -> None:
    assert client.get("/compare/report").status_code == 400
    assert client.get("/compare/report?draft=nobody").status_code in (400, 404)


def test_the_sheet_thanks_for_what_came_from_a_source_and_for_nothing_else(
    client: FlaskClient, instance: Instance
) -> None:
    with instance.engine.begin() as connection:
        connection.execute(update(Movie).values(invented=False))
    card = instance.catalog.all_cards()[1]
    told = MovieRecord(card.imdb_id, None, card.title, 1999, None, None, (), None)
    instance.catalog.add_many([(told, None)], "tmdb")
    page = client.get(submitted(client, 1, 2).replace("/compare?", "/compare/report?")).text
    sheet = page.partition("</article>")[0]
    assert "certified by TMDB." in sheet
    assert "courtesy of IMDb" not in sheet


def test_one_draft_leads_to_no_report(client: FlaskClient) -> None:
    address = submitted(client, 1, 2)
    one, _ = ids(address)
    assert "/compare/report?" in client.get(address).text
    assert "/compare/report?" not in client.get(f"/compare?draft={one}").text
    assert "<title>Report on 1 draft ·" in client.get(f"/compare/report?draft={one}").text


def test_drafts_that_were_deleted_leave_the_rest_of_the_comparison(
    client: FlaskClient,
) -> None:
    address = submitted(client, 1, 2, 3)
    report = address.replace("/compare?", "/compare/report?")
    programs = address.replace("/compare?", "/compare.json?")
    first, second, third = ids(address)
    client.post(f"/r/{second}/delete")
    for each in (address, report):
        text = client.get(each).text
        assert "Draft B is left out, since its poster is no longer shown." in text
        assert text.count('<span class="unseen">to</span> ') == 1
    assert ids(client.get(address).text.partition("/compare/report?")[2]) == [first, second, third]
    said = client.get(programs).get_json()
    assert [each["letter"] for each in said["drafts"]] == ["A", "C"]
    assert said["gone"] == ["B"]
    client.post(f"/r/{first}/delete")
    assert "One draft is left" in client.get(address).text
    client.post(f"/r/{third}/delete")
    for each in (address, report, programs):
        assert client.get(each).status_code == 410


def test_one_draft_that_is_left_is_compared_with_none(client: FlaskClient) -> None:
    address = submitted(client, 1, 2)
    client.post(f"/r/{ids(address)[1]}/delete")
    there = f"{address}&intended=Drama".replace("/compare?", "/compare/report?")
    text = client.get(there).text
    assert "Does it promise Drama?" in text
    for said in ('class="verdict"', "What changed", "Every draft leads to"):
        assert said not in text
    programs = client.get(address.replace("/compare?", "/compare.json?")).get_json()
    assert programs["shared"] == []
