"""What pages say of a restriction to the genres that a poster promises."""

import io
import re

from flask.testing import FlaskClient
from sqlalchemy import update

from bandit.models import RecommendationRow
from catalog.database import writing
from onesheet.base.payload import CODEC
from onesheet.instance import Instance
from onesheet.queries.film_lookup import from_imdb
from tests.onesheet.recommending.restriction_request import API, FEW, MANY, Predicts, ask


def page(client: FlaskClient, **form: str) -> str:
    return client.get(client.post("/recommendations", data=form).location).text


def scope(text: str) -> str:
    """The line that says which films were candidates, in words alone."""
    form = text.partition('<form class="scope')[2].partition(">")[2].partition("</form>")[0]
    return " ".join(re.sub(r"<[^>]+>", "", form).split())


def test_the_page_says_so_in_one_line_and_offers_all_films(
    client: FlaskClient, instance: Instance, predicts: Predicts
) -> None:
    predicts(*MANY)
    text = page(client, sample="2", restrict="true")
    genres = re.match(r"Among films that share (.*), as the poster reads", scope(text))
    assert genres
    assert sorted(re.split(", | or ", genres[1])) == sorted(MANY)
    assert scope(text).endswith(". Search all films instead")
    again = re.search(r'name="again" value="([\w-]+)"', text)
    assert again
    unrestricted = page(client, again=again[1], restrict="false")
    assert "Among all films, as you asked; ratings of it are not credited" in scope(unrestricted)
    assert "Search only films that share" in scope(unrestricted)


def test_an_upload_is_asked_about_again_from_its_kept_copy(
    client: FlaskClient, instance: Instance, predicts: Predicts
) -> None:
    predicts(*MANY)
    card = from_imdb("demo-0007", instance.catalog).card
    assert card
    data = instance.catalog.poster_path(card.content_hash).read_bytes()
    form = {"poster": (io.BytesIO(data), "mine.webp")}
    first = client.post("/recommendations", data=form).location.rpartition("/")[2]
    again = client.post("/recommendations", data={"again": first, "restrict": "false"})
    answer = instance.permalinks.answer(again.location.rpartition("/")[2])
    assert answer
    assert (answer.restrict, answer.restricted_to, answer.credited) == (False, None, False)
    assert answer.same_as == card
    instance.upload_store.path(first).unlink()
    gone = client.post("/recommendations", data={"again": first})
    assert (gone.status_code, "upload it again" in gone.text) == (404, True)


def test_the_page_keeps_a_metric_asked_for_by_name(client: FlaskClient, predicts: Predicts) -> None:
    predicts(*MANY)
    text = page(client, sample="2", metric="manhattan", restrict="true")
    assert scope(text).startswith("By Manhattan distance, as you asked; ratings of it are not")
    assert '<input type="hidden" name="metric" value="manhattan">' in text


def test_without_a_restriction_the_page_says_nothing(
    client: FlaskClient, predicts: Predicts
) -> None:
    predicts(*FEW)
    assert scope(page(client, sample="2")) == ""


def test_the_page_says_where_too_few_films_share_a_genre_that_was_asked_for(
    client: FlaskClient, predicts: Predicts
) -> None:
    predicts(*FEW)
    said = f"Too few films share {' or '.join(FEW)}, as the poster reads"
    assert said in scope(page(client, sample="2", restrict="true"))
    there = client.post("/recommendations", data={"sample": "2"}).location
    ticked = client.get(f"{there}?restrict=true").text
    assert said in ticked
    assert "Filtered or adjusted, as you asked" not in ticked
    assert f"{said}, so" not in client.get(f"{there}?restrict=true&genre={FEW[0]}").text


def test_thanks_for_rating_all_films_say_why_it_is_not_credited(
    client: FlaskClient, predicts: Predicts
) -> None:
    predicts(*MANY)
    place = client.post("/recommendations", data={"sample": "2", "restrict": "false"}).location
    client.post(f"{place}/rating", data={"rating": "good"})
    assert "You asked for all films" in client.get(place).text


def test_records_from_before_the_restriction_are_still_shown(
    client: FlaskClient, instance: Instance
) -> None:
    body = ask(client)
    record = instance.feedback.get(body["id"])
    assert record
    new = ("restrict", "restricted_to", "predicted", "decades", "score_told", "decades_told")
    old = {name: value for name, value in CODEC.encode(record.payload).items() if name not in new}
    with writing(instance.engine) as session:
        session.execute(
            update(RecommendationRow).where(RecommendationRow.id == body["id"]).values(payload=old)
        )
    assert client.get(f"{API}/{body['id']}").get_json()["restricted_to"] is None
    text = client.get(f"/r/{body['id']}").text
    assert scope(text) == ""
    assert "data-decades" not in text
    assert "data-scores" in text
