import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bandit import Rating
from index import Metric
from onesheet.base.home import Home
from onesheet.instance import Instance
from onesheet.learning.ratings_export import ExportedRating, as_csv, as_json, published_id
from onesheet.queries.query import from_sample, from_upload

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
