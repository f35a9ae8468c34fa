"""Which split a film belongs to."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text

from catalog.catalog import AdditionOutcome, Catalog, MovieRecord
from catalog.database import reading
from catalog.images import content_hash
from catalog.intake import hashed_split
from catalog.records import SPLITS


def rows(engine: Engine) -> list[object]:
    with reading(engine) as session:
        return [
            session.execute(text(f"SELECT * FROM {table} ORDER BY id")).all()
            for table in ("movie", "poster")
        ]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


Film = Callable[..., MovieRecord]
Bytes = Callable[..., bytes]


def split_of(catalog: Catalog, number: int) -> str:
    return catalog.by_imdb(f"tt{number:07d}")[0].split


@pytest.mark.parametrize(("key", "split"), [("s", "test"), ("f", "val"), ("a", "train")])
def test_a_key_always_has_the_same_split(key: str, split: str) -> None:
    assert hashed_split(key) == split


def test_hashing_gives_eight_parts_of_ten_to_training() -> None:
    counts = Counter(hashed_split(str(n)) for n in range(20_000))
    assert abs(counts["train"] / 20_000 - 0.8) < 0.01
    assert abs(counts["val"] / 20_000 - 0.1) < 0.01


def test_a_split_given_is_kept(catalog: Catalog, film: Film, poster: Bytes) -> None:
    for number, split in enumerate(SPLITS, 1):
        catalog.add(film(number, split=split), poster(number), "test")
        assert split_of(catalog, number) == split


def test_without_one_near_duplicates_share_that_of_the_first(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    """Whether they come in one batch, in another, or after a film whose split was given."""
    for n in range(1, 13):
        catalog.add(film(n, split=None), poster(n), "test")
    assert len({split_of(catalog, n) for n in range(1, 13)}) > 1
    copies = [(film(100 + n, split=None), poster(n, "JPEG", quality=40)) for n in range(1, 13)]
    both = [
        (film(200, split=None), poster(50, "PNG")),
        (film(201, split=None), poster(50, "JPEG")),
    ]
    report = catalog.add_many([*copies, *both], "test")
    assert all(split_of(catalog, n) == split_of(catalog, 100 + n) for n in range(1, 13))
    assert split_of(catalog, 200) == split_of(catalog, 201)
    catalog.add(film(300, split="test"), poster(60), "test")
    catalog.add(film(301, split=None), poster(60, "JPEG"), "test")
    assert split_of(catalog, 301) == "test"
    assert report.across_splits == 0


def test_a_split_does_not_change_when_the_film_comes_again(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    for n in range(1, 13):
        catalog.add(film(n, split=None), poster(n), "test")
    before = [split_of(catalog, n) for n in range(1, 13)]
    for n in range(1, 13):
        catalog.add(film(n, split=None), poster(100 + n), "test")
    assert [split_of(catalog, n) for n in range(1, 13)] == before


def test_near_duplicates_across_given_splits_are_counted_and_kept(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    catalog.add(film(1, split="train"), poster(1), "test")
    items = [
        (film(2, split="test"), poster(1, "JPEG")),
        (film(3, split="val"), poster(3)),
        (film(4, split="train"), poster(3, "JPEG")),
        (film(5, split="val"), poster(5)),
        (film(6, split="val"), poster(5, "JPEG")),
    ]
    assert catalog.add_many(items, "test").across_splits == 2
    assert [split_of(catalog, n) for n in (1, 2, 3, 4)] == ["train", "test", "val", "train"]
    assert catalog.add_many(items, "test").across_splits == 0


def test_films_that_share_one_picture_ask_for_those_before_them_once(
    catalog: Catalog,
    engine: Engine,
    film: Film,
    poster: Bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("catalog.importer.BATCH_SECONDS", float("inf"))
    catalog.add_many([(film(n), poster(1)) for n in range(1, 21)], "test")
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: said.append(args[2]))

    def asked(numbers: range) -> int:
        said.clear()
        report = catalog.add_many([(film(n, split=None), poster(1)) for n in numbers], "test")
        assert (report.added, report.across_splits) == (len(numbers), 0)
        return sum(each.startswith("SELECT") for each in said)

    assert asked(range(101, 103)) == asked(range(201, 221))
    assert split_of(catalog, 220) == "train"


def test_a_split_that_was_changed_in_between_is_that_of_the_films_after_it(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    catalog.add(film(1, split="train"), poster(1), "test")
    items = [
        (film(2, split=None), poster(1)),
        (film(1, split="test"), None),
        (film(3, split=None), poster(1)),
    ]
    assert catalog.add_many(items, "test").across_splits == 1
    assert [split_of(catalog, n) for n in (1, 2, 3)] == ["test", "train", "test"]


def test_adding_the_same_again_changes_nothing(
    catalog: Catalog, engine: Engine, film: Film, poster: Bytes, tmp_path: Path
) -> None:
    first = catalog.add(film(), poster(1), "test")
    before = rows(engine), files(tmp_path / "posters")
    second = catalog.add(film(), poster(1), "another source")
    assert second.change is AdditionOutcome.UNCHANGED
    assert (second.movie_id, second.poster_id) == (first.movie_id, first.poster_id)
    assert (rows(engine), files(tmp_path / "posters")) == before


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "New"},
        {"year": 1999},
        {"rating": 9.0},
        {"votes": 7},
        {"genres": ("War",)},
        {"split": "test"},
        {"tmdb_id": 99},
        {"invented": True},
    ],
)
def test_a_changed_fact_updates_the_film(
    catalog: Catalog, engine: Engine, film: Film, poster: Bytes, fields: dict[str, object]
) -> None:
    catalog.add(film(), poster(1), "test")
    assert catalog.add(film(**fields), poster(1), "test").change is AdditionOutcome.UPDATED
    with reading(engine) as session:
        (kept,) = session.execute(text(f"SELECT {next(iter(fields))} FROM movie")).one()
    value = next(iter(fields.values()))
    assert kept == ("|".join(value) if isinstance(value, tuple) else value)
    assert len(catalog.by_imdb("tt0000001")) == 1


def test_a_missing_value_never_erases_a_known_one(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    catalog.add(film(), poster(1), "test")
    unknown = film(year=None, rating=None, votes=None, tmdb_id=None, split=None)
    assert catalog.add(unknown, poster(1), "test").change is AdditionOutcome.UNCHANGED
    assert catalog.by_imdb("tt0000001")[0].rating == 6.5


def test_a_film_may_have_several_posters_and_a_poster_several_films(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    catalog.add(film(1), poster(1), "test")
    assert catalog.add(film(1), poster(2), "test").change is AdditionOutcome.UPDATED
    catalog.add(film(2), poster(2), "test")
    assert len(catalog.by_imdb("tt0000001")) == 2
    shared = catalog.by_hash(content_hash(poster(2)))
    assert [card.imdb_id for card in shared] == ["tt0000001", "tt0000002"]


def test_a_film_without_a_poster_can_be_given_one_later(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    assert catalog.add(film(), None, "test").poster_id is None
    assert catalog.by_imdb("tt0000001") == []
    assert catalog.counts().movies == catalog.movies() == 1
    assert catalog.add(film(), None, "test").change is AdditionOutcome.UNCHANGED
    assert catalog.add(film(), poster(1), "test").change is AdditionOutcome.UPDATED
    assert len(catalog.by_imdb("tt0000001")) == 1


def test_of_films_with_one_number_the_oldest_gets_what_comes_by_it(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    older, newer = film(9, tmdb_id=7), film(1, tmdb_id=7)
    for each in (older, newer):
        catalog.add(each, None, "test")
    by_number = film(imdb_id="tmdb-7", tmdb_id=7)
    catalog.add_many([(older, None), (newer, None), (by_number, poster(1))], "test")
    assert [card.imdb_id for card in catalog.by_tmdb(7)] == [older.imdb_id]
