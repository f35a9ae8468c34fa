"""The report: the record on one sheet, without scripts or plots from elsewhere."""

import html
import re
from dataclasses import replace
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from catalog.lookups.totals import Totals
from catalog.models import Movie
from catalog.records import MovieRecord
from onesheet.instance import Instance
from tests.conftest import movie
from tests.onesheet.recommending.restriction_request import MANY, Predicts
from tests.webapp.routes.form import answered, ask


def test_the_report_shows_the_five_and_the_reading_of_the_record(
    client: FlaskClient, instance: Instance
) -> None:
    address = ask(client, sample="3")
    answer = answered(instance, address)
    text = client.get(f"{address}/report").text
    places = [text.index(f"</span> {each.card.title}<") for each in answer.results]
    assert places == sorted(places)
    assert next(iter(answer.genres)) in text
    assert f"http://localhost{address}" in text
    assert "plotly" not in text


def test_the_report_answers_for_the_intended_genres(client: FlaskClient) -> None:
    address = ask(client, sample="3")
    text = client.get(f"{address}?intended=Horror&intended=Drama").text
    there = re.search(r'href="(/r/[\w-]+/report\?[^"]*)"', text)
    assert there
    report = client.get(there[1].replace("&amp;", "&")).text
    assert "Does it promise Horror and Drama?" in report
    verdict = re.search(r'<p class="lead">([^<]*)</p>', text)
    assert verdict
    assert verdict[1] in report


def test_a_report_without_its_poster_still_stands(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    form = {"poster": (BytesIO(new_poster), "mine.png")}
    address = client.post("/recommendations", data=form).location
    assert f"/uploads/{address.rpartition('/')[2]}.jpg" in client.get(f"{address}/report").text
    instance.upload_store.path(address.rpartition("/")[2]).unlink()
    text = client.get(f"{address}/report").text
    assert "no longer kept" in text
    assert "/uploads/" not in text


def test_there_is_no_report_without_its_recommendation(client: FlaskClient) -> None:
    assert client.get("/r/nothing-here/report").status_code == 404
    address = ask(client, sample="3")
    assert client.get(f"{address}/report?intended=Sadness").status_code == 400


def test_a_report_says_which_films_were_candidates(client: FlaskClient, predicts: Predicts) -> None:
    predicts(*MANY)
    among, filtered = "Among films that share", "Filtered or adjusted, as you asked."
    compared = "Onesheet compared it with"
    for form, said in (
        ({"restrict": "false"}, [compared]),
        ({"restrict": "true"}, [among]),
        ({"genre": "Western"}, [filtered]),
        ({"colour": "0.5", "restrict": "false"}, [compared, filtered]),
    ):
        text = client.get(f"{ask(client, sample='3', **form)}/report").text
        assert [each for each in (among, compared, filtered) if each in text] == said, form


def test_the_sheet_thanks_for_what_came_from_a_source_and_for_nothing_else(
    client: FlaskClient, instance: Instance
) -> None:
    with instance.engine.begin() as connection:
        connection.execute(update(Movie).values(invented=False))
    address = ask(client, sample="3")

    def thanks() -> list[str]:
        sheet = client.get(f"{address}/report").text.partition("</article>")[0]
        assert "Posters belong to their makers." in sheet
        return [each for each in ("certified by TMDB.", "courtesy of IMDb") if each in sheet]

    assert thanks() == []
    card = instance.catalog.all_cards()[1]
    told = MovieRecord(card.imdb_id, None, card.title, 1999, None, None, (), None)
    instance.catalog.add_many([(told, None)], "tmdb")
    assert thanks() == ["certified by TMDB."]
    instance.catalog.add_many([(replace(told, year=2000), None)], "imdb")
    assert thanks() == ["certified by TMDB.", "courtesy of IMDb"]


def test_the_report_says_how_many_films_there_are_and_counts_no_posters(
    client: FlaskClient, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ask(client, sample="3", restrict="false")
    monkeypatch.setattr(Totals, "counts", lambda self, reader: 1 / 0)
    films = instance.catalog.movies()
    assert f"catalogue, which has {films} films today." in client.get(f"{address}/report").text


def test_a_report_on_several_posters_is_about_all_of_them(
    client: FlaskClient, instance: Instance
) -> None:
    address = ask(client, like=["4", "8"], unlike=["7"])
    text = client.get(f"{address}/report").text
    for card in instance.catalog.cards([4, 8]).values():
        assert f'alt="Poster of {card.title}, {card.year}"' in text
    assert "The poster you uploaded" not in text
    assert "<p>less like Film No. 7</p>" in text
    assert "The five posters most like these" in text
    assert "The rings are films asked about." in text
    alone = client.get(f"{ask(client, sample='4')}/report").text
    assert "The five posters most like it" in alone
    assert "The ring is the film itself." in alone
    assert "The ring" not in client.get(f"{ask(client, sample='5')}/report").text  # not rated


def test_an_answer_of_other_than_five_is_not_called_the_five(client: FlaskClient) -> None:
    said = {"sample": "4", "metric": "cosine"}
    five, few, many = (
        "/r/" + client.post("/api/v1/recommendations", json={**said, "k": k}).get_json()["id"]
        for k in (5, 3, 8)
    )

    def numbers(address: str) -> str:
        (found,) = re.findall(r"The (\w+), numbered, among", client.get(address).text)
        return str(found)

    assert [numbers(each) for each in (five, few, many)] == ["five", "results", "results"]
    reports = [numbers(f"{each}/report") for each in (five, few, many)]
    assert reports == ["five", "results", "five"]
    one, other = (
        client.get(f"{each}/report").text.partition('class="hanging"')[2].replace(each, "")
        for each in (five, many)
    )
    assert one == other


def test_a_report_on_several_posters_says_so_once_some_and_then_all_are_gone(
    client: FlaskClient, instance: Instance
) -> None:
    address = ask(client, like=["4", "8"], unlike=["7"])
    instance.catalog.remove(movie(4).imdb_id)
    one_left = client.get(f"{address}/report").text
    assert "The five posters most like these" in one_left
    assert "The ring is a film asked about." in one_left
    assert "no longer kept" not in one_left
    instance.catalog.remove(movie(8).imdb_id)
    none_left = client.get(f"{address}/report").text
    assert "The five posters most like these" in none_left
    assert "The poster is no longer kept." in none_left


def test_the_report_of_a_view_shows_its_films_and_says_what_was_asked(
    client: FlaskClient,
) -> None:
    address = ask(client, sample="3", restrict="false", genre="Drama")
    view = "genre=Western&decade=1990&decade=2000&metric=euclidean"
    page = client.get(f"{address}?{view}").text
    there = re.search(r'href="(/r/[\w-]+/report\?[^"]*)"', page)
    assert there
    text = client.get(html.unescape(there[1])).text
    viewed = client.get(f"{address}.json?{view}").get_json()["viewed"]["films"]
    hanging = text.partition('class="hanging"')[2]
    titles = re.findall(r"</span> (Film No\. \d+)<", hanging)
    assert titles == [each["title"] for each in viewed[:5]]
    assert titles
    assert "By Euclidean distance, as you asked." in text
    assert "Filtered or adjusted, as you asked." in text
    whole = html.escape("?genre=Western&decade=1990&decade=2000&metric=euclidean")
    assert f"http://localhost{address}{whole}</p>" in text
    assert f'href="{address}{whole}"' in text
    unfiltered = client.get(f"{address}/report?genre=").text
    assert "Filtered or adjusted" not in unfiltered
    assert "Onesheet compared it with all films" in unfiltered


def test_a_report_without_films_says_that_none_passes(client: FlaskClient) -> None:
    said = "No film passes these filters."
    address = ask(client, sample="3")
    assert said not in client.get(f"{address}/report").text
    assert said in client.get(f"{address}/report?genre=Western&decade=1910").text
