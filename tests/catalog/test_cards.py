import random
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from catalog.cards import Cards
from catalog.catalog import Catalog, MovieRecord
from catalog.models import ALTERNATE_ORIGIN, TMDB_ORIGIN

Film = Callable[..., MovieRecord]
Bytes = Callable[..., bytes]
HASHES_READ = "SELECT poster.id, poster.perceptual_hash FROM"


def test_cards_come_in_the_order_asked_for_without_the_unknown(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    catalog.add_many([(film(n), poster(n)) for n in range(1, 5)], "test")
    assert list(catalog.cards([3, 99, 1])) == [3, 1]
    assert catalog.cards([]) == {}
    assert len(catalog.cards(range(40_000))) == 4


def test_cards_are_found_by_the_hashes_of_many_files(
    catalog: Catalog,
    engine: Engine,
    film: Film,
    poster: Bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("catalog.cards._IDS_A_QUERY", 2)
    catalog.add_many([(film(n), poster(n)) for n in range(1, 6)], "test")
    catalog.add(film(6), poster(5), "test")
    cards = catalog.all_cards()
    hashes = [card.content_hash for card in reversed(cards[:5])]
    found = Cards(engine).by_hashes([hashes[0], "0" * 64, *hashes[1:]])
    assert found == cards
    assert list(catalog.cards([5, 99, 1, 4, 2])) == [5, 1, 4, 2]


def test_all_cards_are_ordered_and_can_be_of_one_split(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    splits = ["train", "test", "train", "val"]
    catalog.add_many([(film(n, split=s), poster(n)) for n, s in enumerate(splits, 1)], "test")
    assert [card.poster_id for card in catalog.all_cards()] == [1, 2, 3, 4]
    assert catalog.poster_ids() == {1, 2, 3, 4}
    assert [card.poster_id for card in catalog.all_cards("train")] == [1, 3]
    assert catalog.counts().by_split == {"train": 2, "val": 1, "test": 1}
    with pytest.raises(ValueError, match="dev"):
        catalog.all_cards("dev")


def test_a_sample_is_drawn_by_the_generator_given(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    catalog.add_many([(film(n), poster(n)) for n in range(1, 31)], "test")
    drawn = catalog.sample(10, random.Random(5))
    assert drawn == catalog.sample(10, random.Random(5))
    assert drawn != catalog.sample(10, random.Random(6))
    assert len({card.poster_id for card in drawn}) == 10
    assert len(catalog.sample(100, random.Random(5))) == 30


def test_a_sample_has_as_many_as_asked_for_though_what_is_known_of_films_rests(
    catalog: Catalog,
    engine: Engine,
    film: Film,
    poster: Bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("catalog.lookups.latest.LONG", 0.0)  # every work is long
    monkeypatch.setattr("catalog.lookups.facets._RESTS", 1e9)
    without = Catalog(engine, tmp_path, without_adult=True)
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *facts: said.append(facts[2]))
    catalog.add_many([(film(n), poster(n)) for n in range(1, 40)], "test")
    without.facets()
    catalog.add(film(40, adult=True), poster(40), "test")
    catalog.add(film(41), poster(41), "test")
    assert len(without.facets().poster_ids) == 40
    for number in range(1, 31):
        catalog.remove(f"tt{number:07d}")
    assert len(without.facets().poster_ids) == 40, "it rests"
    said.clear()
    there = {*range(31, 40), 41}
    for seed in range(9):
        drawn = [card.poster_id for card in without.sample(8, random.Random(seed))]
        assert len(set(drawn)) == len(drawn) == 8
        assert set(drawn) <= there
    assert {card.poster_id for card in without.sample(20, random.Random(5))} == there
    assert without.sample(0, random.Random(5)) == []
    assert not [each for each in said if " ".join(each.split()).startswith(HASHES_READ)]


def test_a_card_tells_a_poster_of_tmdbs_that_stands_behind_the_films_own(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    catalog.add(film(1), poster(1), f"{TMDB_ORIGIN}/1.jpg")
    catalog.add(film(1), poster(2), f"{ALTERNATE_ORIGIN}/2.jpg")
    assert [(card.poster_id, card.alternate) for card in catalog.all_cards()] == [
        (1, False),
        (2, True),
    ]
    assert [each.poster_id for each in catalog.film_facts(firsts=True)] == [1]


def test_facts_are_what_the_cards_tell_of_the_films_of_their_posters(
    catalog: Catalog, engine: Engine, film: Film, poster: Bytes, tmp_path: Path
) -> None:
    for number, genres in enumerate([("Crime", "Drama"), (), ("Drama",)], 1):
        catalog.add(film(number, genres=genres, adult=number == 3), poster(number), "test")
    catalog.add(film(1, genres=("Crime", "Drama")), poster(4), "test")
    facts = catalog.film_facts()
    assert facts == [
        (each.poster_id, each.movie_id, each.year, each.rating, each.votes, each.genres)
        for each in catalog.all_cards()
    ]
    assert [each.genres for each in facts[:3]] == [("Crime", "Drama"), (), ("Drama",)]
    assert [each.poster_id for each in catalog.film_facts(firsts=True)] == [2, 3, 4]
    without = Catalog(engine, tmp_path, without_adult=True)
    assert [each.poster_id for each in without.film_facts()] == [1, 2, 4]
    assert [each.poster_id for each in without.film_facts(firsts=True)] == [2, 4]
