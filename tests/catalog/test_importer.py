import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from catalog.catalog import Catalog, MovieRecord
from catalog.database import reading, writing
from catalog.importer import SourcedItem
from catalog.lookups.near_hashes import HashTable

Film = Callable[..., MovieRecord]
Bytes = Callable[..., bytes]


def rows(engine: Engine) -> list[object]:
    with reading(engine) as session:
        return [
            session.execute(text(f"SELECT * FROM {table} ORDER BY id")).all()
            for table in ("movie", "poster")
        ]


def test_others_may_write_while_the_hashes_of_all_posters_are_read(
    catalog: Catalog,
    engine: Engine,
    film: Film,
    poster: Bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in (1, 2):
        catalog.add(film(number), poster(number), "test")
    read, numbers = HashTable.read, []

    def beside_a_writer(*args: Any, **how: Any) -> HashTable:
        with writing(engine) as session:  # fails where the import writes already
            session.execute(text("UPDATE movie SET votes = votes + 1"))
        table = read(*args, **how)
        numbers.append(len(table.poster_ids))
        return table

    monkeypatch.setattr(HashTable, "read", beside_a_writer)
    Catalog(engine, tmp_path).add(film(3), poster(3), "test")
    Catalog(engine, tmp_path).add_many([(film(4), poster(4))], "test")
    assert numbers == [2, 3]


def test_adding_many_counts_what_it_did(catalog: Catalog, film: Film, poster: Bytes) -> None:
    catalog.add(film(1), poster(1), "test")
    catalog.add(film(2), poster(2), "test")
    calls: list[int] = []
    report = catalog.add_many(
        [
            (film(1), poster(1)),
            (film(2, rating=1.0), poster(2)),
            (film(3), poster(3, "PNG")),
            (film(4), b"no image"),
            (film(5), None),
            (film(1), poster(6)),
        ],
        "test",
        progress=calls.append,
    )
    assert (report.added, report.updated, report.unchanged) == (1, 2, 1)
    assert len(report.skipped) == 2
    assert report.skipped[0].startswith("tt0000004: This is not an image")
    assert report.skipped[1] == "tt0000005: there is no picture"
    assert calls == [6]
    assert catalog.counts().movies == 3, "facts alone make no film"
    assert catalog.counts().posters == 4


def test_the_same_film_twice_in_a_batch_is_one_film(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    items = [(film(1), poster(1)), (film(1), poster(1)), (film(1), poster(2))]
    report = catalog.add_many(items, "test")
    assert (report.added, report.updated, report.unchanged) == (1, 1, 1)
    assert len(catalog.by_imdb("tt0000001")) == 2


def test_adding_many_again_changes_nothing_and_decodes_nothing(
    catalog: Catalog, engine: Engine, film: Film, poster: Bytes, tmp_path: Path
) -> None:
    items = [(film(n), poster(n)) for n in range(1, 8)]
    catalog.add_many(items, "test")
    before = rows(engine)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "posters").rglob("*.webp")}
    report = catalog.add_many(items, "test")
    assert (report.added, report.updated, report.unchanged) == (0, 0, 7)
    assert rows(engine) == before
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_an_interruption_keeps_the_batches_before_it(
    catalog: Catalog, film: Film, poster: Bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.importer.BATCH_ITEMS", 4)
    items = [(film(n), poster(n)) for n in range(1, 12)]

    def interrupted() -> Iterator[tuple[MovieRecord, bytes]]:
        yield from items[:10]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        catalog.add_many(interrupted(), "test")
    assert catalog.counts().posters == 8
    report = catalog.add_many(items, "test")
    assert (report.added, report.unchanged) == (3, 8)


def test_two_threads_adding_the_same_films_add_each_once(
    catalog: Catalog, film: Film, poster: Bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.importer.BATCH_ITEMS", 3)
    items = [(film(n, split=None), poster(n)) for n in range(1, 20)]
    reports = []
    threads = [
        threading.Thread(target=lambda: reports.append(catalog.add_many(items, "test", workers=1)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(report.added for report in reports) == 19
    assert sum(report.unchanged for report in reports) == 38
    assert catalog.counts().posters == 19


def test_a_source_is_noted_once_it_changed_something(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    catalog.add_many([(film(1), poster(1))], "folder")
    catalog.add_many([(film(1), poster(1))], "imdb")
    assert catalog.sources_used() == {"folder"}
    catalog.add_many([(film(1, rating=2.0), None)], "imdb")
    catalog.add_many([SourcedItem(film(2), poster(2), None, "tmdb:/p.jpg")], "table")
    catalog.add_many([SourcedItem(film(3), poster(3), None, "https://a.example/p.jpg")], "table")
    assert catalog.sources_used() == {"folder", "imdb", "tmdb", "table"}


def test_facts_alone_bring_back_no_film_that_was_removed_meanwhile(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    for number in (1, 2):
        catalog.add(film(number), poster(number), "test")

    def items() -> Iterator[tuple[MovieRecord, None]]:
        yield film(1, rating=1.0), None
        catalog.remove("tt0000001")
        yield film(2, rating=1.0), None

    report = catalog.add_many(items(), "test")
    assert (report.added, report.updated, catalog.movies()) == (0, 1, 1)


def test_facts_alone_make_no_film_of_another_ones_number(catalog: Catalog, film: Film) -> None:
    catalog.add(film(1, tmdb_id=5), None, "test")
    report = catalog.add_many([(film(2, tmdb_id=5), None)], "test")
    assert report.skipped == ["tt0000002: there is no picture"]
    assert catalog.movies() == 1
