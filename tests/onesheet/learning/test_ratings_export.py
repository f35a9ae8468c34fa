import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bandit import Rating
from catalog.database import writing
from index import Metric
from onesheet.base.film_thumbs import Thumbs
from onesheet.base.home import Home
from onesheet.base.payload import VERSION, PayloadError, RecordStore
from onesheet.instance import Instance
from onesheet.learning.ratings_export import ExportedRating, as_csv, as_json, published_id
from onesheet.queries.query import from_sample, from_upload
from tests.postgres import EVERYWHERE, of_sqlite

Export = Callable[[RecordStore, Thumbs], Iterator[str]]
COLUMNS = ExportedRating.__struct_fields__


@pytest.fixture
def instance(home: Path) -> Iterator[Instance]:
    instance = Instance(Home(home))
    yield instance
    instance.close()


def test_without_ratings_there_is_a_header_and_an_empty_list(instance: Instance) -> None:
    assert list(as_csv(instance.feedback, instance.thumbs)) == [",".join(COLUMNS) + "\n"]
    assert json.loads("".join(as_json(instance.feedback, instance.thumbs))) == []


def test_every_rating_is_a_row_and_an_upload_keeps_its_address_to_itself(
    instance: Instance, new_poster: bytes
) -> None:
    film = instance.recommender.ask(from_sample("3", instance.catalog), metric=Metric.COSINE)
    upload = instance.recommender.ask(from_upload(new_poster))
    instance.recommender.ask(from_sample("4", instance.catalog))  # never rated
    instance.recommender.rate(film.id, Rating.OKAY)
    instance.recommender.rate(upload.id, Rating.BAD)
    for poster, up in ((7, True), (9, False), (8, True)):
        instance.thumbs.give(film.id, poster, up)
        instance.thumbs.give(upload.id, poster, up)
    rows = list(csv.DictReader(io.StringIO("".join(as_csv(instance.feedback, instance.thumbs)))))
    assert [row["recommendation"] for row in rows] == [
        published_id(film.id),
        published_id(upload.id),
    ]
    assert film.id not in published_id(film.id)
    assert [row["reward"] for row in rows] == ["0", "-1"]
    assert [row["credited"] for row in rows] == ["False", "True"]
    assert [row["thumbs_up"] for row in rows] == ["7|8", ""]
    assert [row["thumbs_down"] for row in rows] == ["9", ""]
    facts = json.loads("".join(as_json(instance.feedback, instance.thumbs)))
    assert [list(each) for each in facts] == [list(COLUMNS)] * 2
    assert facts[0]["propensity"] is None
    assert facts[1]["query"] == "upload"


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (
            f'{{"version": {VERSION + 1}, "query": %s}}',
            f"{VERSION + 1}, written by a later Onesheet",
        ),
        ('{"version": "3", "query": %s}', "cannot be read: Expected `int`, got `str`"),
        ('{"version": 3, "query": {}}', "missing required field `kind`"),
        ('{"query": {"kind": "dream", "poster_id": 3, "content_hash": ""}}', "'dream'"),
        ("null", "Expected `object`, got `null`"),
        pytest.param('{"query": %s', "was truncated", marks=of_sqlite),
        pytest.param('{"query": %s, no}', "is malformed", marks=of_sqlite),
    ],
)
@pytest.mark.parametrize("export", [as_csv, as_json])
def test_a_record_that_no_version_explains_is_named_and_refused(
    instance: Instance, export: Export, payload: str, said: str
) -> None:
    ids = [
        instance.recommender.ask(from_sample(sample, instance.catalog)).id for sample in ("3", "4")
    ]
    for each in ids:
        instance.recommender.rate(each, Rating.GOOD)
    query = '{"kind": "catalogue", "poster_id": 3, "content_hash": ""}'
    stored = "CAST(:payload AS JSON)" if EVERYWHERE else ":payload"
    change = text(f"UPDATE recommendations SET payload = {stored} WHERE id = :id")
    with writing(instance.engine) as session:
        session.execute(change, {"payload": payload.replace("%s", query), "id": ids[1]})
    with pytest.raises(PayloadError, match=said) as refused:
        list(export(instance.feedback, instance.thumbs))
    assert published_id(ids[1]) in str(refused.value)
    assert ids[1] not in str(refused.value)
    assert published_id(ids[0]) not in str(refused.value)
