from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from msgspec import structs
from PIL import Image, ImageDraw
from sqlalchemy import update

from bandit import UnknownRecommendation
from bandit.models import RecommendationRow
from catalog.images import ImageError
from catalog.images.surroundings.part import Part
from index import Metric
from onesheet.base.home import Home
from onesheet.base.payload import View
from onesheet.base.refusals import QueryError
from onesheet.instance import Instance
from onesheet.queries.query import from_sample
from onesheet.recommending.draft_comparison import MOST_DRAFTS
from onesheet.recommending.recommender import SHOWN
from onesheet.uploads.errors import GoneError
from onesheet.uploads.ownership import Ownership
from tests.conftest import drawn_bytes, movie
from tests.onesheet.recommending.restriction_request import MANY, Predicts


@pytest.fixture
def instance(home: Path) -> Iterator[Instance]:
    instance = Instance(Home(home))
    yield instance
    instance.close()


def drafts(*numbers: int) -> list[tuple[str, bytes]]:
    """File names and posters of bars, other than those of the catalogue."""
    files = []
    for number in numbers:
        image = Image.new("RGB", (200, 300), (40 * number % 256, 90, 255 - 30 * number))
        ImageDraw.Draw(image).rectangle((20 * number, 30, 150, 60 + 30 * number), (250, 240, 10))
        buffer = BytesIO()
        image.save(buffer, "PNG")
        files.append((f"draft-{number}.png", buffer.getvalue()))
    return files


def test_each_draft_is_an_answer_of_its_uploaders_under_one_distance(instance: Instance) -> None:
    ids = instance.drafts.submit(drafts(1, 2), ownership=Ownership(owner="me"))
    found = instance.drafts.compare(ids, [])
    assert [draft.letter for draft in found.drafts] == ["A", "B"]
    assert [draft.answer.id for draft in found.drafts] == ids
    for draft in found.drafts:
        assert draft.answer.arm == found.metric
        assert draft.answer.query.owner == "me"
        assert not draft.answer.credited
    assert found.best == []


def test_another_draft_is_searched_by_the_distance_of_the_first(instance: Instance) -> None:
    query = instance.permalinks.query(instance.drafts.submit(drafts(1, 2))[0])
    first = instance.recommender.ask(query, metric=Metric.MANHATTAN).id
    ids = instance.drafts.submit(drafts(3), [first])
    assert ids[0] == first
    found = instance.drafts.compare(ids, [])
    assert found.metric is Metric.MANHATTAN
    assert instance.permalinks.record(ids[1]).arm == "manhattan"


def test_a_change_tells_what_is_new_since_the_draft_before(instance: Instance) -> None:
    found = instance.drafts.compare(instance.drafts.submit(drafts(1, 4)), [])
    (change,) = found.changes
    before, after = (
        {each.card.movie_id for each in draft.answer.results} for draft in found.drafts
    )
    assert {each.card.movie_id for each in change.new} == after - before
    assert change.gap == found.gaps["A", "B"] == found.gaps["B", "A"]
    assert {each.card.movie_id for each in found.shared} == before & after


def test_the_best_draft_promises_most_of_what_is_intended(instance: Instance) -> None:
    ids = instance.drafts.submit(drafts(1, 2, 3))
    found = instance.drafts.compare(ids, ["horror|Drama"])
    assert found.intended == ["Horror", "Drama"]
    strengths = [draft.strength for draft in found.drafts]
    assert [draft.strength for draft in found.best] == [max(strengths)]


@pytest.mark.parametrize(
    ("numbers", "told"), [((), "at least two"), ((1,), "at least two"), (range(7), "At most 6")]
)
def test_too_few_or_too_many_are_refused(
    instance: Instance, numbers: tuple[int, ...], told: str
) -> None:
    assert MOST_DRAFTS == 6
    with pytest.raises(QueryError, match=told):
        instance.drafts.submit(drafts(*numbers))
    assert not list(instance.home.uploads.glob("*"))


def test_a_file_that_is_no_picture_is_named(instance: Instance) -> None:
    with pytest.raises(ImageError, match=r"notes\.txt: "):
        instance.drafts.submit([*drafts(1), ("notes.txt", b"notes")])
    assert not list(instance.home.uploads.glob("*"))


def test_a_comparison_with_an_unknown_draft_is_none(instance: Instance) -> None:
    with pytest.raises(UnknownRecommendation):
        instance.drafts.compare(["unknown"], [])


def test_drafts_are_compared_with_all_films_however_they_were_asked_about(
    instance: Instance, predicts: Predicts
) -> None:
    predicts(*MANY)
    query = from_sample("3", instance.catalog)
    ask = partial(instance.recommender.ask, metric=Metric.EUCLIDEAN)
    plain = ask(query, restrict=False)
    restricted = ask(query, restrict=True)
    assert restricted.payload.restricted_to
    filtered = ask(query, view=View(genres=("Western",)))
    cropped = ask(query.cropped(Part.rectangle(0.0, 0.0, 0.5, 0.5)))
    expected = [row.poster_id for row in plain.payload.results["euclidean"]]
    for each in (restricted, filtered, cropped):
        assert [row.poster_id for row in each.payload.results["euclidean"]] != expected
        found = instance.drafts.compare([each.id, plain.id], [])
        first, _ = (draft.answer for draft in found.drafts)
        assert [result.card.poster_id for result in first.results] == expected
        assert first.genres == plain.payload.genres
        assert found.changes[0].new == []
        assert found.gaps["A", "B"].distance == pytest.approx(0, abs=1e-3)
        assert found.among_all


def test_a_film_by_another_of_its_ids_is_not_new(instance: Instance) -> None:
    query = from_sample("3", instance.catalog)
    one, other = (instance.recommender.ask(query, metric=Metric.COSINE) for _ in range(2))
    first, *rest = other.payload.results["cosine"]
    again = replace(movie(first.poster_id), imdb_id="tt0000999", invented=False)
    added = instance.catalog.add(again, drawn_bytes(first.poster_id, "PNG"), "test")
    assert added.poster_id
    by_its_other_id = (structs.replace(first, poster_id=added.poster_id), *rest)
    payload = structs.replace(other.payload, results={"cosine": by_its_other_id})
    instance.feedback.redact(other.id, payload)
    found = instance.drafts.compare([one.id, other.id], [])
    assert found.changes[0].new == []
    assert len(found.shared) == 5


@pytest.mark.parametrize("k", [2, 8])
def test_drafts_are_compared_by_their_fives_however_many_films_were_asked_for(
    instance: Instance, k: int
) -> None:
    ask = partial(instance.recommender.ask, from_sample("3", instance.catalog))
    ids = [ask(metric=Metric.EUCLIDEAN, k=number).id for number in (k, SHOWN)]
    found = instance.drafts.compare(ids, [])
    other, usual = (
        [each.card.poster_id for each in draft.answer.results] for draft in found.drafts
    )
    assert other == usual
    assert len(found.shared) == SHOWN
    assert found.changes[0].new == []


def test_a_draft_of_an_earlier_model_is_read_anew_as_long_as_its_poster_is_kept(
    instance: Instance,
) -> None:
    one, other = instance.drafts.submit(drafts(1) * 2)
    stored = instance.permalinks.record(other).payload
    earlier = structs.replace(
        stored,
        results={arm: rows[::-1] for arm, rows in stored.results.items()},
        predicted=["Horror", "Western"],
    )
    instance.feedback.redact(one, earlier)
    with instance.engine.begin() as connection:
        row = update(RecommendationRow).where(RecommendationRow.id == one)
        connection.execute(row.values(model="earlier"))
    found = instance.drafts.compare([one, other], [])
    first, second = (draft.answer for draft in found.drafts)
    assert [r.film for r in first.results] == [r.film for r in second.results]
    assert first.reading.predicted == second.reading.predicted
    assert not found.earlier_model
    assert not found.metric_told
    instance.upload_store.path(one).unlink()
    found = instance.drafts.compare([one, other], [])
    assert found.drafts[0].answer.reading.predicted == ["Horror", "Western"]
    assert found.earlier_model


def test_drafts_that_are_gone_are_left_out_and_the_others_keep_their_letters(
    instance: Instance,
) -> None:
    ids = instance.drafts.submit(drafts(1, 2, 3), ownership=Ownership(owner="me"))
    instance.upload_store.delete(ids[1], "me")
    found = instance.drafts.compare(ids, [])
    assert [(draft.letter, draft.answer.id) for draft in found.drafts] == [
        ("A", ids[0]),
        ("C", ids[2]),
    ]
    assert found.gone == ["B"]
    (change,) = found.changes
    assert change.gap == found.gaps["A", "C"]
    for each in (ids[0], ids[2]):
        instance.upload_store.delete(each, "me")
    with pytest.raises(GoneError, match="deleted"):
        instance.drafts.compare(ids, [])
