"""Who may rate: whoever asked, and at a person's pace."""

import errno
import re
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from bandit import Rating
from bandit.models import RecommendationRow
from catalog.database import writing
from onesheet.base.secret import secret
from onesheet.doctor import examine
from onesheet.instance import Instance
from onesheet.uploads.ownership import digest
from tests.webapp.standing_clocks import stop_days
from webapp import process_duties
from webapp.app import create_app

API = "/api/v1/recommendations"


@pytest.fixture
def hurried(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """A client of a server that takes five ratings a minute from one address; all it is sent comes
    in one moment."""
    monkeypatch.setenv("ONESHEET_RATINGS_A_MINUTE", "5")
    stop_days(monkeypatch)
    app, now = create_app(home, TESTING=True), datetime.now(UTC)
    app.extensions["onesheet"].feedback._clock = lambda: now
    yield app.test_client()
    app.extensions["onesheet"].close()


def rating(instance: Instance, number: str) -> Rating | None:
    record = instance.feedback.get(number)
    assert record
    return record.rating


def test_a_stranger_can_neither_give_nor_change_nor_remove_a_rating(
    app: Flask, client: FlaskClient, instance: Instance
) -> None:
    place = client.post("/recommendations", data={"sample": "3"}).location
    number, stranger = place.rpartition("/")[2], app.test_client()
    stranger.post("/recommendations", data={"sample": "4"})  # a key of its own does not help
    client.post(f"{place}/rating", data={"rating": "good"})
    for refused in (
        stranger.post(f"{place}/rating", data={"rating": "bad"}),
        stranger.post(f"{place}/rating", data={"rating": "none"}),
        stranger.put(f"{API}/{number}/rating", json={"rating": "bad"}),
        stranger.delete(f"{API}/{number}/rating"),
    ):
        assert refused.status_code == 403
        assert "Only whoever asked" in refused.text
    assert rating(instance, number) == Rating.GOOD
    assert client.post(f"{place}/rating", data={"rating": "okay"}).status_code == 303
    assert rating(instance, number) == Rating.OKAY


def test_published_ratings_name_no_recommendation(client: FlaskClient, instance: Instance) -> None:
    place = client.post("/recommendations", data={"sample": "3"}).location
    client.post(f"{place}/rating", data={"rating": "good"})
    (published,) = client.get("/learning/ratings.json").get_json()
    named = published["recommendation"]
    assert client.put(f"{API}/{named}/rating", json={"rating": "bad"}).status_code == 404
    assert client.get(f"/r/{named}").status_code == 404
    assert place.rpartition("/")[2] not in client.get("/learning/ratings.csv").text


def test_a_programs_key_rates_its_answer_and_no_other(app: Flask) -> None:
    program = FlaskClient(app, app.response_class)
    first, second = (program.post(API, json={"imdb": "tt0000002"}).get_json() for _ in range(2))
    for answer, key, status in (
        (first, first["rating_key"], 200),
        (first, second["rating_key"], 403),
        (first, "", 403),
    ):
        sent = {"Authorization": f"Bearer {key}"}
        there = f"{API}/{answer['id']}/rating"
        assert program.put(there, json={"rating": "bad"}, headers=sent).status_code == status
        assert program.delete(there, headers=sent).status_code == status


def test_a_page_offers_its_buttons_to_whoever_asked(app: Flask, client: FlaskClient) -> None:
    place = client.post("/recommendations", data={"sample": "3"}).location
    assert not re.findall(r"<button[^>]*data-key[^>]* disabled", client.get(place).text)
    for_others = app.test_client().get(place).text
    assert len(re.findall(r"<button[^>]*data-key[^>]* disabled", for_others)) == 3
    assert "Whoever asked for this answer" in for_others


def test_two_answers_do_not_tell_that_one_browser_asked(
    client: FlaskClient, instance: Instance
) -> None:
    places = [client.post("/recommendations", data={"sample": "3"}).location for _ in range(2)]
    records = [instance.feedback.get(place.rpartition("/")[2]) for place in places]
    raters = {record.payload.rater for record in records if record}
    assert len(raters) == 2
    assert None not in raters


def test_an_old_record_is_rated_by_its_uploader_alone(
    app: Flask, client: FlaskClient, instance: Instance
) -> None:
    number = client.post("/recommendations", data={"sample": "3"}).location.rpartition("/")[2]
    with instance.engine.begin() as connection:
        mine = RecommendationRow.id == number
        payload = connection.execute(select(RecommendationRow.payload).where(mine)).scalar_one()
        payload["rater"] = None
        payload["query"]["owner"] = digest("old")
        connection.execute(update(RecommendationRow).where(mine).values(payload=payload))
    assert client.post(f"/r/{number}/rating", data={"rating": "good"}).status_code == 403
    former = app.test_client()
    former.set_cookie("onesheet_uploader", "old")
    assert former.post(f"/r/{number}/rating", data={"rating": "good"}).status_code == 303


def test_a_burst_counts_for_no_arm_and_doctor_tells_of_it(hurried: FlaskClient) -> None:
    for _ in range(12):
        answer = hurried.post(API, json={"imdb": "tt0000002"}).get_json()
        key = {"Authorization": f"Bearer {answer['rating_key']}"}
        place = f"{API}/{answer['id']}/rating"
        assert hurried.put(place, json={"rating": "bad"}, headers=key).status_code == 200
    state = hurried.get("/api/v1/bandit").get_json()
    assert state["rated"] == 0
    assert all(arm["value"] == 0 for arm in state["arms"])
    assert len(hurried.get("/learning/ratings.json").get_json()) == 12  # said, not hidden
    instance = hurried.application.extensions["onesheet"]
    (votes,) = (each for each in examine(instance) if each.name == "votes")
    assert "12 ratings came in bursts" in votes.detail


def test_five_in_a_minute_are_a_persons_pace(hurried: FlaskClient) -> None:
    for number in range(5):
        place = hurried.post("/recommendations", data={"sample": str(number + 1)}).location
        hurried.post(f"{place}/rating", data={"rating": "good"})
        hurried.post(f"{place}/rating", data={"rating": "okay"})  # changing one's mind is none
    assert hurried.get("/api/v1/bandit").get_json()["rated"] == 5


def test_who_rated_is_forgotten_within_the_hour_also_where_no_upload_can_be_removed(
    app: Flask, client: FlaskClient, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise OSError(errno.EROFS, "read-only")

    kept_on: list[Callable[[], None]] = []
    monkeypatch.setattr(process_duties, "_keep_on", lambda work, pause: kept_on.append(work))
    monkeypatch.setattr(instance.upload_store, "prune", fails)
    process_duties.look_after(app)
    place = client.post("/recommendations", data={"sample": "3"}).location
    client.post(f"{place}/rating", data={"rating": "good"})

    def trace(minutes: int) -> str | None:
        """What is left of who rated so many minutes ago, after the server has looked."""
        row = RecommendationRow
        then = datetime.now(UTC) - timedelta(minutes=minutes)
        with writing(instance.engine) as session:
            session.execute(update(row).values(rated_at=then))
        for work in kept_on:
            work()
        with instance.engine.connect() as connection:
            return connection.execute(select(row.rated_by)).scalar_one()

    found = trace(50)
    assert found
    assert "127.0.0.1" not in found
    assert trace(61) is None


def test_the_secret_is_the_owners_alone_and_stays(home: Path) -> None:
    made = secret(home / "secret")
    assert secret(home / "secret") == made
    assert len(made) == 32
    assert stat.S_IMODE((home / "secret").stat().st_mode) == 0o600
    (home / "secret").write_bytes(b"cut")
    assert len(secret(home / "secret")) == 32
