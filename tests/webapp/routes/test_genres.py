"""What genres look like, on two pages."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from catalog.file_store import FolderFiles
from onesheet.base.csv_cells import BYTE_ORDER_MARK
from onesheet.instance import Instance
from onesheet.portraits import gallery as portraits
from onesheet.portraits.gallery import Decade, Link


def test_the_page_of_all_genres_leads_to_each(client: FlaskClient, instance: Instance) -> None:
    text = client.get("/genres").text
    files = FolderFiles(instance.home.portraits)
    found = portraits.load(files, instance.index().manifest.fingerprint)
    assert found
    assert found.portraits
    for each in found.portraits:
        assert f'href="/genres/{each.slug}"' in text
        page = client.get(f"/genres/{each.slug}")
        assert page.status_code == 200
        numbers = {int(n) for n in re.findall(r'name="sample" value="(\d+)"', page.text)}
        assert set(each.typical) <= numbers


def test_a_poster_on_the_page_starts_a_search(client: FlaskClient) -> None:
    number = re.findall(r'name="sample" value="(\d+)"', client.get("/genres").text)[0]
    assert client.post("/recommendations", data={"sample": number}).status_code == 303


def test_only_genres_that_meet_more_often_than_by_chance_are_said_to_go_together(
    client: FlaskClient, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = FolderFiles(instance.home.portraits)
    found = portraits.load(files, instance.index().manifest.fingerprint)
    assert found
    one, other, third = found.circle[:3]
    links = (Link(one, other, 40, 1.5), Link(one, third, 9, 0.6))
    told = replace(found, links=links)
    monkeypatch.setattr(portraits, "load", lambda files, fingerprint: told)
    said = re.findall(r"meet ([\d.]+) times", client.get("/genres").text)
    assert said == ["1.5"]


@pytest.mark.parametrize("slug", ["nothing", "DRAMA%00", "a" * 64, "..%2f..%2fetc"])
def test_a_genre_without_portrait_is_not_found(client: FlaskClient, slug: str) -> None:
    answer = client.get(f"/genres/{slug}")
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_an_index_built_without_portraits_says_what_mends_it(
    client: FlaskClient, instance: Instance
) -> None:
    for path in instance.home.portraits.iterdir():
        path.unlink()
    text = client.get("/genres").text
    assert "onesheet index" in text
    assert client.get("/genres/drama").status_code == 404


def test_portraits_of_the_index_before_are_shown_until_the_new_ones_are_painted(
    client: FlaskClient, instance: Instance
) -> None:
    told = client.get("/genres.json").get_json()
    assert told["genres"]
    path = instance.home.portraits / f"{instance.index().manifest.fingerprint}.json"
    path.rename(path.with_name("before.json"))
    assert client.get("/genres.json").get_json() == told


def test_the_page_of_years_shows_the_year_that_is_asked_for(
    client: FlaskClient, instance: Instance
) -> None:
    first, last = instance.trends.book().span() or (0, 0)
    assert f'<h2 id="year-title">{last}</h2>' in client.get("/trends").text
    for asked, shown in (("1950", 1950), ("1", first), ("9999", last), ("soon", last)):
        text = client.get(f"/trends?year={asked}").text
        assert f'<h2 id="year-title">{shown}</h2>' in text
        assert f'min="{first}" max="{last}" value="{shown}"' in text
    year = next(each for each in instance.trends.book().years() if each.films > 1)
    numbers = re.findall(
        r'name="sample" value="(\d+)"', client.get(f"/trends?year={year.first}").text
    )
    assert [int(number) for number in numbers] == list(year.examples)


@pytest.mark.parametrize(("by", "rows"), [("", "years"), ("?by=decade", "decades")])
def test_the_years_come_as_a_table(
    client: FlaskClient, instance: Instance, by: str, rows: str
) -> None:
    answer = client.get(f"/trends.csv{by}")
    assert answer.mimetype == "text/csv"
    assert len(answer.text.splitlines()) == 1 + len(getattr(instance.trends.book(), rows)())
    assert client.get("/trends.csv?by=month").status_code == 400


def test_the_years_and_decades_come_as_json(client: FlaskClient, instance: Instance) -> None:
    told, book = client.get("/trends.json").get_json(), instance.trends.book()
    assert [each["first"] for each in told["years"]] == [each.first for each in book.years()]
    for said, period in zip(told["decades"], book.decades(), strict=True):
        facts = (said["films"], said["rating"], said["brightness"], said["genres"])
        assert facts == (period.films, period.rating, period.brightness, period.genres)
        assert [each["colour"] for each in said["tints"]] == [t.colour for t in period.tints]
        assert said["examples"] == list(period.examples)


def test_a_catalogue_without_years_says_so(client: FlaskClient, instance: Instance) -> None:
    with instance.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE movie SET year = NULL")
    assert "No film here has a year" in client.get("/trends").text
    assert client.get("/trends.csv").text.startswith(f"{BYTE_ORDER_MARK}first,last,films")


def test_means_of_some_films_alone_say_of_how_many(client: FlaskClient, instance: Instance) -> None:
    hashes = [card.content_hash for card in instance.catalog.all_cards() if card.year]
    with instance.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE movie SET year = 1950, rating = NULL")
        connection.exec_driver_sql("UPDATE movie SET rating = 9 WHERE id <= 5")
        connection.exec_driver_sql(
            f"DELETE FROM poster_impression WHERE content_hash NOT IN {tuple(hashes[:5])}"
        )
    text = client.get("/trends").text
    assert "5 of them rated, 9.0 on average" in text
    assert "5 of known colours, brightness" in text
    assert text.count(">of 5<") == 2
    assert "too few to tell" not in text


def test_a_decade_of_too_few_films_is_not_told(client: FlaskClient, instance: Instance) -> None:
    with instance.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE movie SET year = 1950, rating = 7")
        connection.exec_driver_sql("UPDATE movie SET year = 1901, rating = 9.9 WHERE id <= 4")
    table = client.get("/trends?year=1950").text.partition("decades-table")[2]
    early, later = table.split("<tr>")[2:4]
    assert "1900s" in early
    assert early.count("too few to tell") == 4  # colours, brightness, rating and genres
    assert "9.9" not in early
    assert "%" not in early
    assert "too few to tell" not in later
    assert client.get("/trends.json").get_json()["decades"][0]["rating"] == pytest.approx(9.9)


def test_colours_that_are_those_of_all_posters_are_not_called_too_few(
    client: FlaskClient, instance: Instance
) -> None:
    with instance.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE movie SET year = 1950")
    text = client.get("/trends").text
    assert "as on all posters" in text
    assert "too few to tell" not in text


def test_a_genre_without_colours_of_its_own_has_no_heading_for_them(
    client: FlaskClient, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = portraits.load(
        FolderFiles(instance.home.portraits), instance.index().manifest.fingerprint
    )
    assert found
    few, many = Decade(1950, 9, 0.5, (), 7), Decade(1960, 9, 0.5, (), 8)
    uncounted = Decade(1970, 9, 0.5, ())
    plain = replace(found.portraits[0], tints=(), styles=(), decades=(few, many, uncounted))
    told = replace(found, portraits=(plain,))
    monkeypatch.setattr(portraits, "load", lambda files, fingerprint: told)
    text = client.get(f"/genres/{plain.slug}").text
    assert "Its colours" not in text
    assert text.count("too few to tell") == text.count("as on all posters") == 1
    assert 'class="tints"' not in client.get("/genres").text
