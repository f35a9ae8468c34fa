"""Drafts side by side: uploading them by a plain form, and what their page tells."""

import html
import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from msgspec.structs import replace

from bandit import Recommendation
from index import Metric
from onesheet.base.payload import Payload
from onesheet.instance import Instance
from onesheet.recommending.draft_gaps import DraftGap, DraftShift
from tests.webapp.routes.drafts import ids, poster, submitted
from webapp.routes.compare import _what_changed


def test_several_files_become_a_comparison_with_an_address_of_its_own(client: FlaskClient) -> None:
    address = submitted(client, 1, 2, 3)
    text = client.get(address).text
    assert len(ids(address)) == 3
    assert text == client.get(address).text
    for each in ids(address):
        assert f'href="/r/{each}"' in text
        assert client.get(f"/uploads/{each}.jpg").status_code == 200


def test_drafts_are_all_shown_under_one_distance_and_credited_to_none(
    client: FlaskClient, instance: Instance
) -> None:
    found = instance.drafts.compare(ids(submitted(client, 1, 2)), [])
    assert {draft.answer.arm for draft in found.drafts} == {found.metric.value}
    assert not any(draft.answer.credited for draft in found.drafts)
    assert not any(arm.shown for arm in instance.recommender.bandit().arms)


def test_results_found_by_different_distances_are_compared_under_the_first(
    client: FlaskClient, instance: Instance
) -> None:
    one, other = (
        client.post("/api/v1/recommendations", json={"sample": "3", "metric": metric}).get_json()[
            "id"
        ]
        for metric in ("manhattan", "cosine")
    )
    found = instance.drafts.compare([one, other], [])
    assert found.metric is Metric.MANHATTAN
    first, second = (draft.answer.results for draft in found.drafts)
    assert first == second
    assert found.changes[0].new == []


def test_a_distance_that_would_have_shown_the_same_is_no_hindrance(
    client: FlaskClient, instance: Instance
) -> None:
    asked = (
        client.post("/api/v1/recommendations", json={"sample": str(number)}).get_json()["id"]
        for number in range(1, 60)
    )
    other = next(each for each in asked if record(instance, each).agreeing)
    arm = record(instance, other).agreeing[0]
    one = client.post("/api/v1/recommendations", json={"sample": "3", "metric": arm}).get_json()[
        "id"
    ]
    found = instance.drafts.compare([one, other], [])
    assert [draft.answer.arm for draft in found.drafts] == [arm, arm]
    recorded = record(instance, other).payload.results[arm]
    assert [(each.card.poster_id, each.distance) for each in found.drafts[1].answer.results] == [
        (each.poster_id, each.distance) for each in recorded
    ]


def record(instance: Instance, recommendation_id: str) -> Recommendation[Payload]:
    found = instance.feedback.get(recommendation_id)
    assert found
    return found


def test_what_changed_is_told_from_the_records(client: FlaskClient, instance: Instance) -> None:
    found = instance.drafts.compare(ids(submitted(client, 1, 4)), [])
    (change,) = found.changes
    was, now = (draft.answer for draft in found.drafts)
    before = {each.card.imdb_id for each in was.results}
    assert [each.card.imdb_id for each in change.new] == [
        each.card.imdb_id for each in now.results if each.card.imdb_id not in before
    ]
    assert set(change.gained) == set(now.reading.predicted) - set(was.reading.predicted)
    assert set(change.lost) == set(was.reading.predicted) - set(now.reading.predicted)


def test_drafts_are_as_close_as_their_distance_in_the_index_says(
    client: FlaskClient, instance: Instance
) -> None:
    """The same film asked about twice is at no distance; another is where a search finds it."""
    asked = [
        client.post(
            "/api/v1/recommendations", json={"sample": n, "metric": "euclidean"}
        ).get_json()["id"]
        for n in ("3", "3", "4")
    ]
    gaps = instance.drafts.compare(asked, []).gaps
    assert gaps["A", "B"].distance == 0
    assert gaps["A", "B"].closeness > 90
    embedding = instance.index().embeddings([3])[0]
    (found,) = instance.index().search(embedding, Metric.EUCLIDEAN, 1, within=[4])
    assert gaps["A", "C"].distance == pytest.approx(found.distance, rel=0.02)
    assert gaps["A", "C"] == gaps["C", "A"]
    assert gaps["A", "B"].likeness > gaps["A", "C"].likeness


def test_marked_genres_single_out_the_draft_that_promises_them_best(
    client: FlaskClient, instance: Instance
) -> None:
    address = submitted(client, 1, 2, 3, 5, intended=["Horror"])
    assert address.endswith("&intended=Horror")
    found = instance.drafts.compare(ids(address), ["horror"])
    shares = {draft.letter: draft.answer.genres["Horror"] for draft in found.drafts}
    assert [draft.letter for draft in found.best] == [max(shares, key=shares.__getitem__)]
    text = client.get(address).text
    assert f"raft {found.best[0].letter}" in text
    assert 'value="Horror" checked' in text


def test_a_missing_genre_is_not_made_up_for_by_another(
    client: FlaskClient, instance: Instance
) -> None:
    found = instance.drafts.compare(ids(submitted(client, 1, 2, 3)), ["Horror", "Comedy"])
    best = max(
        found.drafts,
        key=lambda d: (
            len({"Horror", "Comedy"} & set(d.answer.reading.predicted)),
            d.answer.genres["Horror"] * d.answer.genres["Comedy"],
        ),
    )
    assert found.best == [best]


def test_another_draft_joins_under_the_same_distance(
    client: FlaskClient, instance: Instance
) -> None:
    first = ids(submitted(client, 1, 2))
    address = submitted(client, 3, draft=first)
    assert ids(address)[:2] == first
    assert len(instance.drafts.compare(ids(address), []).drafts) == 3
    assert client.get(address).text.count(">Leave out<") == 3


def test_a_draft_that_is_no_longer_kept_leaves_the_rest_standing(
    client: FlaskClient, instance: Instance
) -> None:
    address = submitted(client, 1, 2)
    instance.upload_store.path(ids(address)[0]).unlink()
    text = client.get(address).text
    assert "The poster is no longer kept." in text
    assert "What changed" in text
    assert instance.drafts.compare(ids(address), []).gaps == {}


def test_comparisons_are_kept_out_of_search_engines(client: FlaskClient) -> None:
    assert client.get(submitted(client, 1, 2)).headers["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in client.get("/compare").headers


def test_a_comparison_is_told_to_programs_as_the_page_tells_it(
    client: FlaskClient, instance: Instance
) -> None:
    address = f"{submitted(client, 1, 4)}&intended=Horror"
    page = client.get(address).text
    beside = re.search(r'type="application/json" href="([^"]+)"', page)
    assert beside
    answer = client.get(html.unescape(beside[1]))
    found = instance.drafts.compare(ids(address), ["Horror"])
    assert answer.json is not None
    one, other = answer.get_json()["drafts"]
    assert [one["id"], other["id"]] == ids(address)
    assert [one["letter"], other["letter"]] == ["A", "B"]
    assert other["intended"]["promises"].keys() == {"Horror"}
    titles = [each["title"] for each in other["results"]]
    assert titles == [each.card.title for each in found.drafts[1].answer.results]
    assert not any(each["new"] for each in one["results"])
    (change,) = answer.get_json()["changes"]
    new = [each["title"] for each in other["results"] if each["new"]]
    assert [each["title"] for each in change["new"]] == new
    (gap,) = answer.get_json()["gaps"]
    assert gap == {"one": "A", "other": "B", **change["gap"]}
    assert answer.get_json()["metric"] is None  # test_arm_told.py
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_a_draft_asked_by_another_distance_shows_all_its_five(
    client: FlaskClient, instance: Instance
) -> None:
    """Also those that are not among the fifty nearest by the distance that it was asked by."""
    first, second = (
        client.post("/api/v1/recommendations", json={"sample": "3", "metric": metric}).get_json()[
            "id"
        ]
        for metric in ("manhattan", "cosine")
    )
    record = instance.feedback.get(second)
    assert record
    near = record.payload.results["cosine"]
    instance.feedback.redact(second, replace(record.payload, neighbourhood=near))
    for draft in instance.drafts.compare([first, second], []).drafts:
        assert len(draft.answer.results) == 5


def test_example_drafts_are_one_click_away_and_what_changed_is_said(client: FlaskClient) -> None:
    assert 'name="example"' in client.get("/compare").text
    answer = client.post("/compare", data={"example": "true"})
    assert answer.status_code == 303
    assert answer.location.count("draft=") == 3
    page = client.get(answer.location).text
    assert page.count("Its colours") == 2


def test_a_mirrored_layout_is_told_from_the_same_and_another(app: Flask) -> None:
    gaps = [DraftGap(0.1, 90.0, 0.9, DraftShift.NONE, layout) for layout in DraftShift]
    with app.test_request_context():
        said = [_what_changed(gap).removeprefix("Its colours are the same. ") for gap in gaps]
    assert len(set(said)) == 4
    assert said[-1] == "Its layout is mirrored."


def test_drafts_that_share_nothing_are_told_to_be_different(app: Flask) -> None:
    gap = DraftGap(0.001, 20.0, 0.9, DraftShift.MUCH, DraftShift.MUCH)
    with app.test_request_context():
        assert _what_changed(gap) == "Its colours are different. Its layout is different."


def test_a_comparison_claims_all_films_only_where_it_had_them(
    client: FlaskClient, instance: Instance
) -> None:
    form = {"poster": (BytesIO(poster(1)), "draft.webp"), "genre": "Western"}
    first = client.post("/recommendations", data=form).location.rpartition("/")[2]
    address = submitted(client, 2, draft=[first])
    report = address.replace("/compare?", "/compare/report?")
    assert "compared with all films" in client.get(address).text
    assert "Onesheet compared it with" in client.get(report).text
    instance.upload_store.path(first).unlink()
    text = client.get(address).text
    assert "compared with all films" not in text
    assert "still those of a narrower search" in text
    assert "Onesheet compared it with" not in client.get(report).text
