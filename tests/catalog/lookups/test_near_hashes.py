import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, event, update

from catalog.catalog import Catalog, MovieRecord
from catalog.database import writing
from catalog.images import decode, perceptual_hash
from catalog.models import Movie

Film = Callable[..., MovieRecord]
Bytes = Callable[..., bytes]


@pytest.fixture
def hashes_read(engine: Engine) -> list[str]:
    """The queries of hashes that were made so far."""
    said: list[str] = []

    def note(*facts: Any) -> None:
        if " ".join(facts[2].split()).startswith("SELECT poster.id, poster.perceptual_hash FROM"):
            said.append(facts[2])

    event.listen(engine, "before_cursor_execute", note)
    return said


def test_near_finds_copies_nearest_first_and_follows_what_comes_and_goes(
    catalog: Catalog, film: Film, poster: Bytes
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
    for number in (9, 40):
        catalog.remove(f"tt{number:07}")
    assert catalog.near(wanted) == []
    assert len(catalog.sample(100, random.Random(5))) == 29
    catalog.add(film(41), poster(9, "JPEG", quality=31), "test")
    assert [card.imdb_id for card, _ in catalog.near(wanted)] == ["tt0000041"]


def test_a_request_from_before_an_import_reads_nothing_anew(
    catalog: Catalog, hashes_read: list[str], film: Film, poster: Bytes
) -> None:
    catalog.add_many([(film(n), poster(n)) for n in (1, 2, 3)], "test")
    old, new = (perceptual_hash(decode(poster(n))) for n in (1, 4))
    catalog.near(old)
    with ThreadPoolExecutor(1) as other, catalog.snapshot():
        before = catalog.state()
        other.submit(catalog.add, film(4), poster(4), "test").result()
        assert len(other.submit(catalog.near, new).result()) == 1
        hashes_read.clear()
        assert catalog.state() == before
        assert (catalog.near(new), len(catalog.near(old))) == ([], 1)
    assert len(catalog.near(new)) == 1
    assert hashes_read == []


def test_a_request_from_before_a_removal_undoes_nothing(
    catalog: Catalog, hashes_read: list[str], film: Film, poster: Bytes
) -> None:
    catalog.add_many([(film(n), poster(n)) for n in (1, 2, 3)], "test")
    last = perceptual_hash(decode(poster(3)))
    catalog.near(last)
    with ThreadPoolExecutor(1) as other, catalog.snapshot():
        before = catalog.state()
        other.submit(catalog.remove, "tt0000003").result()
        assert other.submit(catalog.near, last).result() == []
        assert catalog.state() == before
        assert len(catalog.near(last)) == 1
    hashes_read.clear()
    assert catalog.near(last) == []
    assert hashes_read == []


def test_posters_are_found_after_all_went_and_the_clock_was_set_back(
    catalog: Catalog, engine: Engine, film: Film, poster: Bytes
) -> None:
    catalog.add(film(1), poster(1), "test")
    with writing(engine) as session:
        session.execute(update(Movie).values(changed=1 << 60))
    wanted = perceptual_hash(decode(poster(1)))
    assert len(catalog.near(wanted)) == 1
    catalog.remove("tt0000001")
    assert catalog.near(wanted) == []
    assert catalog.sample(9, random.Random(5)) == []
    catalog.add(film(2), poster(1), "test")
    assert [card.imdb_id for card, _ in catalog.near(wanted)] == ["tt0000002"]
