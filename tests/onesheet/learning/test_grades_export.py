"""Thumbs as grades: pairs of films in the form that training takes."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from onesheet.base.home import Home
from onesheet.instance import Instance
from onesheet.learning.grades_export import grades, grades_csv
from onesheet.queries.query import from_sample, from_upload


@pytest.fixture
def instance(home: Path) -> Iterator[Instance]:
    instance = Instance(Home(home))
    yield instance
    instance.close()


def test_a_thumb_up_is_two_a_thumb_down_nothing_and_several_are_their_mean(
    instance: Instance, new_poster: bytes
) -> None:
    ask, thumbs = instance.recommender.ask, instance.thumbs
    first, again = (ask(from_sample("3", instance.catalog)).id for _ in range(2))
    upload = ask(from_upload(new_poster)).id
    thumbs.give(first, 7, True)
    thumbs.give(first, 9, False)
    thumbs.give(again, 7, False)
    thumbs.give(upload, 7, True)  # of no film of the catalogue
    thumbs.give("unknown", 7, True)
    names = {number: card.imdb_id for number, card in instance.catalog.cards([3, 7, 9]).items()}
    expected = {(names[3], names[7]): 1.0, (names[3], names[9]): 0.0}
    assert grades(instance.feedback, thumbs, instance.catalog) == expected
    text = "".join(grades_csv(instance.feedback, thumbs, instance.catalog))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0] == {"query": names[3], "candidate": names[7], "grade": "1"}
    assert [row["grade"] for row in rows] == ["1", "0"]


def test_an_upload_that_a_film_is_the_poster_of_counts_as_that_film(instance: Instance) -> None:
    card = instance.catalog.cards([5])[5]
    data = instance.catalog.poster_path(card.content_hash).read_bytes()
    upload = instance.recommender.ask(from_upload(data)).id
    instance.thumbs.give(upload, 7, True)
    [(query, _)] = grades(instance.feedback, instance.thumbs, instance.catalog)
    assert query == card.imdb_id
