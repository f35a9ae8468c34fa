"""The permalink: what it shows of an answer."""

import json
import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import event, select, update

from bandit.models import RecommendationRow
from catalog.database import writing
from onesheet.instance import Instance
from tests.webapp.routes.form import answered, ask
from webapp.http.site_secret import PROVISIONAL
from webapp.text import wording


def test_the_page_shows_the_five_of_the_record_with_their_facts(
    client: FlaskClient, instance: Instance
) -> None:
    address = ask(client, sample="3")
    answer = answered(instance, address)
    text = client.get(address).text
    five = re.findall(r'class="film" data-poster="(\d+)"', text)
    assert five == [str(each.card.poster_id) for each in answer.results]
    for each in answer.results:
        assert each.card.title in text
        assert each.likeness is not None
        assert answer.likeness_words
        assert wording.likeness_word(each.likeness, answer.likeness_words) in text


def test_the_order_is_told_to_be_another_measure_than_the_words(client: FlaskClient) -> None:
    address = ask(client, sample="3")
    said = "Numbered by distance; how alike two posters are called is measured apart"
    page = client.get(address).text
    assert page.index(said) > page.index('class="likeness"')
    assert "nearest first by distance; likeness is measured apart</caption>" in page
    assert said in client.get(f"{address}/report").text
    part = client.get(ask(client, sample="3", crop="0,0,1,0.4")).text  # no likeness, no words
    assert "Numbered by distance" not in part


def test_a_page_asks_the_database_for_nothing_twice(
    client: FlaskClient, instance: Instance
) -> None:
    address = ask(client, sample="3")
    client.get(address)
    asked: list[tuple[str, str]] = []
    event.listen(
        instance.engine,
        "before_cursor_execute",
        lambda connection, cursor, query, values, *_: asked.append((query, str(values))),
    )
    client.get(address)
    assert len(asked) == len(set(asked))
    # The newest change, the record, its films, the catalogue's state, impressions, thumbs and the
    # sources that ask to be named.
    assert len(asked) == 7


def test_films_without_year_or_rating_say_so(client: FlaskClient, instance: Instance) -> None:
    for number in range(1, 30):
        address = ask(client, sample=str(number))
        answer = answered(instance, address)
        text = client.get(address).text
        lacking = [each.card for each in answer.results if each.card.year is None]
        unrated = [each.card for each in answer.results if each.card.rating is None]
        assert text.count("year unknown") >= len(lacking)
        assert text.count("not rated") >= len(unrated)
        if lacking and unrated:
            return
    pytest.fail("no recommendation held films with holes")


def test_the_scatter_is_also_a_table_of_all_its_films(
    client: FlaskClient, instance: Instance
) -> None:
    address = ask(client, sample="3")
    answer = answered(instance, address)
    text = client.get(address).text
    table = text.partition('<details class="as-table">')[2].partition("</details>")[0]
    assert table.count("<tr>") == 1 + len(answer.neighbourhood)


def test_the_figure_travels_as_data_that_no_title_can_break_out_of(client: FlaskClient) -> None:
    text = client.get(ask(client, sample="3")).text
    found = re.search(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found
    assert set(json.loads(found[1])) == {"data", "layout"}


def test_an_unknown_recommendation_is_a_page_that_says_what_to_do(client: FlaskClient) -> None:
    for answer in (
        client.get("/r/unknown0"),
        client.post("/r/unknown0/rating", data={"rating": "good"}),
    ):
        assert answer.status_code == 404
        assert "upload the poster again" in answer.text


def test_a_known_poster_is_named_and_left_out(client: FlaskClient, instance: Instance) -> None:
    card = instance.catalog.cards([6])[6]
    data = instance.catalog.poster_path(card.content_hash).read_bytes()
    address = client.post(
        "/recommendations", data={"poster": (BytesIO(data), "known.webp")}
    ).location
    text = client.get(address).text
    assert f"This is {card.title}, {card.year}." in text
    assert '"6"' not in re.findall(r'data-poster=("\d+")', text)


def test_only_the_demo_tells_a_strange_poster_nothing_and_asks_for_no_rating(
    client: FlaskClient, instance: Instance, judged: Callable[..., None], new_poster: bytes
) -> None:
    judged()
    strange = {"poster": (BytesIO(new_poster), "poster.png")}
    address = client.post("/recommendations", data=strange).location
    real = client.get(address).text
    assert "Only the demo" not in real
    assert 'id="feedback"' in real
    assert '<span class="track"' in real.partition('class="five"')[2].partition("</ol>")[0]
    with instance.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE movie SET invented = true, changed = changed + 1")
    demo = client.get(address).text
    banner = demo.partition('class="answer"')[2].partition("<h1")[0]
    assert "Only the demo is here: 80 films" in banner
    assert "<code>onesheet --home mine import PATH</code>" in banner
    assert 'id="feedback"' not in demo
    assert "data-thumb" not in demo
    assert '<span class="track"' not in demo.partition('class="five"')[2].partition("</ol>")[0]
    assert "Only the demo" not in client.get(ask(client, sample="3")).text, "it is of the demo"


def test_uploads_take_their_accent_from_their_own_colours(client: FlaskClient) -> None:
    from PIL import Image

    buffer = BytesIO()
    poster = Image.new("RGB", (200, 300), (10, 60, 200))
    poster.paste((10, 60, 120), (20, 20, 60, 60))
    poster.save(buffer, "PNG")
    form = {"poster": (BytesIO(buffer.getvalue()), "blue.png")}
    text = client.get(client.post("/recommendations", data=form).location).text
    accent = re.search(r"--accent-light: #(..)(..)(..)", text)
    assert accent
    red, _, blue = (int(channel, 16) for channel in accent.groups())
    assert blue > 2 * red


def test_a_result_is_kept_from_search_engines(client: FlaskClient) -> None:
    answer = client.get(ask(client, sample="3"))
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert 'name="robots" content="noindex"' in answer.text


def test_more_like_this_asks_for_the_result_itself(client: FlaskClient) -> None:
    text = client.get(ask(client, sample="3")).text
    first = re.search(r'data-poster="(\d+)"', text)
    button = re.search(r'<button class="plain" name="sample" value="(\d+)">More like this', text)
    assert first
    assert button
    assert first[1] == button[1]


def test_a_query_whose_file_is_gone_still_has_its_page(
    client: FlaskClient, instance: Instance, new_poster: bytes
) -> None:
    form = {"poster": (BytesIO(new_poster), "mine.png")}
    address = client.post("/recommendations", data=form).location
    assert "no longer kept" not in client.get(address).text
    instance.upload_store.path(address.rpartition("/")[2]).unlink()
    assert "no longer kept" in client.get(address).text


def test_nothing_looks_like_it_only_where_the_best_is_below_what_grades_justify(
    client: FlaskClient, judged: Callable[..., None]
) -> None:
    says = "Nothing here looks much like it. These come nearest."
    judged(nothing=0.99)
    assert says in client.get(ask(client, sample="3")).text
    assert says in client.get(f"{ask(client, sample='3')}/report").text


def test_without_grades_nobody_says_that_nothing_looks_like_it(client: FlaskClient) -> None:
    glare = BytesIO()
    white = Image.new("RGB", (200, 300), "white")  # no drawn poster is as bright
    white.paste((245, 245, 245), (0, 0, 4, 4))
    white.save(glare, "PNG")
    form = {"poster": (BytesIO(glare.getvalue()), "glare.png")}
    page = client.get(client.post("/recommendations", data=form).location).text
    assert "much like it" not in page


def test_a_record_from_before_likeness_is_shown_without_a_word_for_it(
    client: FlaskClient, instance: Instance
) -> None:
    address = ask(client, sample="3")
    with writing(instance.engine) as session:
        (stored,) = session.scalars(select(RecommendationRow.payload))
        rows = {name: [row[:3] for row in found] for name, found in stored["results"].items()}
        old = {**stored, "results": rows, "likeness_words": None}
        old["neighbourhood"] = [row[:3] for row in stored["neighbourhood"]]
        session.execute(update(RecommendationRow).values(payload=old))
    page = client.get(address)
    assert page.status_code == 200
    assert "ike</b>" not in page.text
    assert client.get(f"{address}.json").get_json()["results"][0]["likeness"] is None
    assert client.get(f"{address}/report").status_code == 200


def test_links_to_imdb_are_for_real_films_only(client: FlaskClient) -> None:
    address = client.post("/recommendations", data={"sample": "3"}).location
    links = re.findall(r'href="(https://www\.imdb\.com[^"]*)"', client.get(address).text)
    assert links
    assert all(re.fullmatch(r"https://www\.imdb\.com/title/tt\d+/", link) for link in links)


def test_who_is_given_no_key_is_offered_no_rating_of_a_poster_that_is_not_kept(
    app: Flask, client: FlaskClient, new_poster: bytes
) -> None:
    for unknown in (False, True):
        app.config[PROVISIONAL] = unknown
        form = {"poster": (BytesIO(new_poster), "mine.png"), "keep": "false"}
        answer = client.post("/recommendations", data=form)
        disabled = re.findall(r'data-key="\d" disabled', answer.text)
        given = "Set-Cookie" in answer.headers
        assert (given, len(disabled)) == ((False, 3) if unknown else (True, 0))
        assert ("data-keys" in answer.text) == given
