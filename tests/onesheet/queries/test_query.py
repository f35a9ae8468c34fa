import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog.images import ImageError, content_hash, decode
from catalog.images.surroundings.part import WHOLE_PICTURE, Part
from onesheet.base.home import Home
from onesheet.base.refusals import QueryError, UnknownFilmError
from onesheet.instance import Instance
from onesheet.queries.likes import from_likes
from onesheet.queries.query import (
    MOST_PIXELS,
    QUERY_PIXELS,
    from_card,
    from_record,
    from_sample,
    from_upload,
)
from onesheet.uploads.ownership import Ownership
from tests.conftest import drawn
from tests.onesheet.queries.test_read_part import framed


@pytest.fixture
def instance(home: Path) -> Iterator[Instance]:
    instance = Instance(Home(home))
    yield instance
    instance.close()


def test_an_upload_is_kept_unless_its_uploader_wishes_otherwise(new_poster: bytes) -> None:
    query = from_upload(new_poster)
    assert query.source_hash == content_hash(new_poster)
    assert query.image.mode == "RGB"
    assert min(query.image.size) <= min(QUERY_PIXELS)
    assert query.kept
    assert not replace(query, ownership=Ownership(keep=False)).kept


def test_bytes_that_are_no_picture_are_refused() -> None:
    with pytest.raises(ImageError):
        from_upload(b"%PDF-1.7")


@pytest.mark.parametrize("crop", [None, Part.rectangle(0, 0.2, 1, 0.8)])
def test_a_long_picture_waits_in_little_memory(crop: Part | None) -> None:
    long = io.BytesIO()
    drawn(4).resize((600, 20_000), Image.Resampling.NEAREST).save(long, "PNG", compress_level=1)
    query = from_upload(long.getvalue(), WHOLE_PICTURE, crop)
    assert MOST_PIXELS / 6 < np.prod(query.whole.image.size) <= MOST_PIXELS


@pytest.mark.parametrize("size", [(500, 750), (999, 1498), (2400, 3600)])
def test_a_poster_is_read_as_it_was_without_a_limit(size: tuple[int, int]) -> None:
    poster = io.BytesIO()
    drawn(4).resize(size).save(poster, "JPEG")
    expected = decode(poster.getvalue(), at_least=QUERY_PIXELS)
    assert from_upload(poster.getvalue(), WHOLE_PICTURE).image.tobytes() == expected.tobytes()


def test_the_first_answer_about_an_upload_is_the_root_of_all_others(new_poster: bytes) -> None:
    first = from_upload(new_poster).rooted("first")
    assert first.ownership.root == "first"
    assert first.rooted("second") == first


def test_a_sample_is_a_poster_of_the_catalogue_and_never_kept(instance: Instance) -> None:
    card = instance.catalog.by_imdb("demo-0003")[0]
    for query in (
        from_sample(str(card.poster_id), instance.catalog),
        from_card(card, instance.catalog),
    ):
        assert (query.card, query.source_hash) == (card, card.content_hash)
        assert not query.kept


def test_a_number_that_somebody_kept_is_no_other_posters(instance: Instance) -> None:
    card, other = instance.catalog.all_cards()[:2]
    check = card.content_hash[:6]
    assert from_sample(f"{card.poster_id}-{check}", instance.catalog).card == card
    with pytest.raises(UnknownFilmError, match="no longer in the catalogue"):
        from_sample(f"{other.poster_id}-{check}", instance.catalog)


@pytest.mark.parametrize("text", ["0", "999999", "3.0", "three", "9" * 30, "3-", "3-x"])
def test_a_number_that_is_no_posters_is_told(instance: Instance, text: str) -> None:
    with pytest.raises(UnknownFilmError, match="no longer in the catalogue"):
        from_sample(text, instance.catalog)


@pytest.mark.parametrize("bytes_left", [None, b"RIFF"])
def test_a_poster_whose_file_is_lost_or_damaged_is_told(
    instance: Instance, bytes_left: bytes | None
) -> None:
    card = instance.catalog.by_imdb("demo-0003")[0]
    path = instance.catalog.poster_path(card.content_hash)
    path.unlink()
    if bytes_left:
        path.write_bytes(bytes_left)
    with pytest.raises(UnknownFilmError, match=r"Film No\. 3"):
        from_card(card, instance.catalog)


def test_a_recorded_film_is_asked_about_again(instance: Instance) -> None:
    query = from_sample("4", instance.catalog)
    record = instance.recommender.ask(query)
    again = from_record(record, Path("nowhere"), instance.catalog)
    assert again.card == query.card


def test_a_part_of_a_poster_is_of_what_was_read_of_the_picture(instance: Instance) -> None:
    lower = Part.rectangle(0, 0.5, 1, 1)
    query = from_upload(framed(7), crop=lower)
    assert query.part is not None
    assert query.image.size == pytest.approx((400, 300), abs=4)
    assert query.whole.image.size == pytest.approx((400, 600), abs=4)
    assert query.cropped(WHOLE_PICTURE).crop is None
    assert query.read_from(WHOLE_PICTURE).crop is None
    sample = from_sample("4", instance.catalog)
    record = instance.recommender.ask(sample.cropped(lower))
    assert not record.credited
    again = from_record(record, Path("nowhere"), instance.catalog)
    assert again.crop == lower
    assert again.image.size == sample.cropped(lower).image.size


def test_a_part_is_large_enough_if_it_is_in_what_is_kept(
    instance: Instance, tmp_path: Path
) -> None:
    large = io.BytesIO()
    drawn(4).resize((2000, 3000)).save(large, "PNG")
    with pytest.raises(QueryError, match="too small"):
        from_upload(large.getvalue(), crop=Part.rectangle(0.4, 0, 0.43, 1))
    query = from_upload(large.getvalue(), crop=Part.rectangle(0.4, 0, 0.433, 1))
    record, upload = instance.recommender.ask(query), tmp_path / "kept.jpg"
    upload.write_bytes(query.encoded())
    assert from_record(record, upload, instance.catalog).crop == query.crop


def test_a_part_that_shows_nothing_and_one_of_several_posters_are_refused(
    instance: Instance,
) -> None:
    query = from_sample("4", instance.catalog)
    with pytest.raises(QueryError, match="too small"):
        query.cropped(Part.rectangle(0, 0, 0.03, 0.03))
    with pytest.raises(ImageError):
        from_upload(framed(7), WHOLE_PICTURE, Part.rectangle(0, 0, 0.2, 1))
    with pytest.raises(QueryError, match="one poster"):
        from_likes([3, 5], [], instance.catalog).cropped(Part.rectangle(0, 0, 1, 0.5))
