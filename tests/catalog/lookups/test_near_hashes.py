import random
from collections.abc import Callable

from sqlalchemy import Engine, delete

from catalog.catalog import Catalog, MovieRecord
from catalog.database import writing
from catalog.images import decode, perceptual_hash
from catalog.models import Poster

Film = Callable[..., MovieRecord]
Bytes = Callable[..., bytes]


def test_near_finds_copies_nearest_first_and_follows_what_comes_and_goes(
    catalog: Catalog, engine: Engine, film: Film, poster: Bytes
) -> None:
    catalog.add_many([(film(n), poster(n)) for n in range(1, 31)], "test")
    wanted = perceptual_hash(decode(poster(9, "JPEG", quality=30)))
    assert [card.imdb_id for card, _ in catalog.near(wanted)] == ["tt0000009"]
    catalog.add(film(40), poster(9, "JPEG", quality=30), "test")
    copy, original = catalog.near(wanted)
    assert (copy[0].imdb_id, copy[1]) == ("tt0000040", 0)
    assert original[0].imdb_id == "tt0000009"
    assert len(catalog.near(wanted, at_most=64)) == 31
    distances = [bits for _, bits in catalog.near(wanted, at_most=64)]
    assert distances == sorted(distances)
    with writing(engine) as session:
        session.execute(delete(Poster).where(Poster.id.in_([9, 31])))
    assert catalog.near(wanted) == []
    assert len(catalog.sample(100, random.Random(5))) == 29
    catalog.add(film(41), poster(9, "JPEG", quality=31), "test")
    assert [card.imdb_id for card, _ in catalog.near(wanted)] == ["tt0000041"]
