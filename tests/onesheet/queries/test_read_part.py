"""What is read of a picture, from the upload to its permalink."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from catalog.images import ImageError, decode
from catalog.images.surroundings.part import WHOLE_PICTURE, Part
from onesheet.instance import Instance
from onesheet.queries.query import from_upload
from onesheet.uploads.ownership import Ownership
from tests.conftest import drawn


def framed(number: int, colour: str = "black") -> bytes:
    """A drawn poster of 400 x 600 between bars of 200 at either side, as PNG."""
    picture, buffer = Image.new("RGB", (800, 600), colour), BytesIO()
    picture.paste(drawn(number).resize((400, 600)), (200, 0))
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def test_the_poster_within_a_picture_is_read_unless_all_of_it_is_wanted() -> None:
    query = from_upload(framed(7))
    assert query.part is not None
    assert query.picture is not None
    assert query.picture.size == (800, 600)
    assert query.image.size == pytest.approx((400, 600), abs=4)
    whole = from_upload(framed(7), WHOLE_PICTURE)
    assert (whole.part, whole.picture) == (None, None)
    assert whole.image.size == (800, 600)
    left = Part.rectangle(0.25, 0, 0.5, 1)
    assert from_upload(framed(7), left).image.size == (200, 600)
    assert np.array_equal(np.asarray(query.read_from(WHOLE_PICTURE).image), np.asarray(whole.image))


def test_a_plain_area_is_no_poster(monkeypatch: pytest.MonkeyPatch) -> None:
    bars = Part.rectangle(0, 0, 0.2, 1)
    monkeypatch.setattr("onesheet.queries.query.poster_part", lambda image: bars)
    query = from_upload(framed(7))
    assert query.part is None
    assert query.image.size == (800, 600)


def test_a_part_without_a_picture_is_refused() -> None:
    with pytest.raises(ImageError):
        from_upload(framed(7), Part.rectangle(0, 0, 0.2, 1))


def test_a_permalink_reads_the_same_part_again(instance: Instance) -> None:
    query = replace(from_upload(framed(700)), ownership=Ownership(owner="me"))
    answer = instance.recommender.recommend(query)
    assert answer.query.part == query.part
    again = instance.permalinks.query(answer.id)
    assert again.part == query.part
    assert again.image.size == pytest.approx((400, 600), abs=4)
    other = instance.recommender.recommend(again.read_from(WHOLE_PICTURE))
    assert other.query.part is None
    assert instance.permalinks.query(other.id).part is None


def test_what_is_asked_again_is_read_and_kept_with_as_many_pixels(instance: Instance) -> None:
    picture, wall = Image.new("RGB", (1200, 1000)), BytesIO()
    picture.paste(drawn(7).resize((400, 600)), (400, 200))
    picture.save(wall, "PNG")
    first = from_upload(wall.getvalue(), Part.rectangle(1 / 3, 0.2, 2 / 3, 0.8))
    answer = instance.recommender.recommend(replace(first, ownership=Ownership(owner="me")))
    again = instance.permalinks.query(answer.id)
    assert again.image.size == first.image.size == (400, 600)
    assert decode(again.encoded()).size == picture.size
    assert again.read_from(WHOLE_PICTURE).image.size == picture.size


@pytest.mark.parametrize("colour", ["black", "white", "#7f7f7f"])
def test_a_copy_between_bars_is_named(instance: Instance, colour: str) -> None:
    same = instance.recommender.recommend(from_upload(framed(9, colour))).same_as
    assert same is not None
    assert same.imdb_id == "demo-0009"
