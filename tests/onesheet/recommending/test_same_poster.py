import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import ImageChops, ImageEnhance

from catalog.catalog import MovieRecord
from catalog.images import NEAR_DUPLICATE, decode, hamming, perceptual_hash
from index import Metric
from onesheet.base.home import Home
from onesheet.instance import Instance
from onesheet.queries.query import Query, from_card, from_upload


@pytest.fixture
def instance(home: Path) -> Iterator[Instance]:
    instance = Instance(Home(home))
    yield instance
    instance.close()


def test_a_second_film_with_the_same_poster_is_left_out_too(instance: Instance) -> None:
    card = instance.catalog.by_imdb("demo-0001")[0]
    data = instance.catalog.poster_path(card.content_hash).read_bytes()
    double = MovieRecord("tt7654321", None, "Double", 1999, 5.0, 1, ("Drama",), "train")
    instance.catalog.add(double, data, "drawn")
    instance.builder.build()
    fresh = Instance(instance.home)
    for query in (from_card(card, fresh.catalog), from_upload(data)):
        answer = fresh.recommender.recommend(query, k=50)
        found = {each.card.imdb_id for each in answer.neighbourhood}
        assert not found & {"demo-0001", "tt7654321"}
    fresh.close()


def test_copies_are_told_by_hash_and_embedding_together(instance: Instance) -> None:
    card = instance.catalog.by_imdb("demo-0009")[0]
    image = decode(instance.catalog.poster_path(card.content_hash).read_bytes())
    other = Query(image=image.rotate(180), source_hash="0" * 64)
    assert perceptual_hash(other.image) != card.perceptual_hash
    assert instance.recommender.recommend(other).same_as is None
    same = Query(image=image.resize((100, 150)), source_hash="0" * 64)
    found = instance.recommender.recommend(same).same_as
    assert found is not None
    assert found.imdb_id == "demo-0009"


def test_the_film_named_is_the_one_with_the_nearest_hash(instance: Instance) -> None:
    card = instance.catalog.by_imdb("demo-0001")[0]
    image = decode(instance.catalog.poster_path(card.content_hash).read_bytes())
    darker = ImageEnhance.Brightness(image).enhance(0.8)
    shifted = ImageChops.offset(darker, 1, 1)
    apart = hamming(perceptual_hash(shifted), card.perceptual_hash)
    assert 0 < apart <= NEAR_DUPLICATE
    assert perceptual_hash(darker) == card.perceptual_hash
    buffer = io.BytesIO()
    shifted.save(buffer, "PNG")
    record = MovieRecord("tt7654321", None, "Double", 1999, 5.0, 1, ("Drama",), "train")
    number = instance.catalog.add(record, buffer.getvalue(), "drawn").poster_id
    instance.builder.build()
    fresh = Instance(instance.home)
    embedding = fresh.embedder().read([darker]).embeddings[0]
    first = fresh.index().search(embedding, Metric.COSINE, 1)[0]
    assert first.poster_id == number, "by the embedding alone the copy would come first"
    found = fresh.recommender.recommend(Query(image=darker, source_hash="0" * 64)).same_as
    assert found is not None
    assert found.imdb_id == "demo-0001"
    exact = fresh.recommender.recommend(from_upload(buffer.getvalue())).same_as
    assert exact is not None
    assert exact.imdb_id == "tt7654321"
    fresh.close()
