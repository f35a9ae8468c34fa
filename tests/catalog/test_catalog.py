import random
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import Engine, delete, text
from sqlalchemy.exc import IntegrityError

from catalog.catalog import Catalog, Change, MovieRecord
from catalog.database import reading, writing
from catalog.images import ImageError, content_hash, decode, perceptual_hash
from catalog.models import Poster

Film = Callable[..., MovieRecord]
Bytes = Callable[..., bytes]
Paint = Callable[..., Image.Image]


def rows(engine: Engine) -> list[object]:
    with reading(engine) as session:
        return [
            session.execute(text(f"SELECT * FROM {table} ORDER BY id")).all()
            for table in ("movie", "poster")
        ]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_added_film_comes_back_as_a_card(catalog: Catalog, film: Film, poster: Bytes) -> None:
    data = poster(1, "PNG")
    added = catalog.add(film(7, title="Žižkov", year=None), data, "test")
    assert added.change is Change.ADDED
    (card,) = catalog.by_imdb("tt0000007")
    assert (card.poster_id, card.movie_id) == (added.poster_id, added.movie_id)
    assert (card.title, card.year, card.rating, card.votes) == ("Žižkov", None, 6.5, 100)
    assert (card.genres, card.split, card.invented) == (("Crime", "Drama"), "train", False)
    assert (card.width, card.height) == (120, 180)
    assert card.content_hash == content_hash(data)
    assert card.perceptual_hash == perceptual_hash(decode(data))
    assert catalog.by_hash(content_hash(data)) == [card]
    assert catalog.cards([added.poster_id or 0]) == {card.poster_id: card}


def test_adding_the_same_again_changes_nothing(
    catalog: Catalog, engine: Engine, film: Film, poster: Bytes, tmp_path: Path
) -> None:
    first = catalog.add(film(), poster(1), "test")
    before = rows(engine), files(tmp_path / "posters")
    second = catalog.add(film(), poster(1), "another source")
    assert second.change is Change.UNCHANGED
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
    assert catalog.add(film(**fields), poster(1), "test").change is Change.UPDATED
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
    assert catalog.add(unknown, poster(1), "test").change is Change.UNCHANGED
    assert catalog.by_imdb("tt0000001")[0].rating == 6.5


def test_a_film_may_have_several_posters_and_a_poster_several_films(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    catalog.add(film(1), poster(1), "test")
    assert catalog.add(film(1), poster(2), "test").change is Change.UPDATED
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
    assert catalog.add(film(), None, "test").change is Change.UNCHANGED
    assert catalog.add(film(), poster(1), "test").change is Change.UPDATED
    assert len(catalog.by_imdb("tt0000001")) == 1


def test_an_unreadable_poster_changes_nothing(
    catalog: Catalog, engine: Engine, film: Film, tmp_path: Path
) -> None:
    with pytest.raises(ImageError):
        catalog.add(film(), b"<svg/>", "test")
    assert rows(engine) == [[], []]
    assert files(tmp_path / "posters") == {}


def test_a_failed_transaction_leaves_no_rows(catalog: Catalog, engine: Engine, film: Film) -> None:
    with writing(engine) as session:
        session.execute(
            text(
                "CREATE TRIGGER refuse BEFORE INSERT ON movie WHEN NEW.title = 'Film 3'"
                " BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        )
    with pytest.raises(IntegrityError):
        catalog.add_many(((film(n), None) for n in range(1, 5)), "test")
    assert rows(engine) == [[], []]


def test_a_plain_webp_is_kept_as_it_came(catalog: Catalog, film: Film, poster: Bytes) -> None:
    data = poster(1)
    catalog.add(film(), data, "test")
    assert catalog.poster_path(content_hash(data)).read_bytes() == data


@pytest.mark.parametrize(
    ("file_format", "options"),
    [("JPEG", {}), ("PNG", {}), ("WEBP", {"xmp": b"<x/>"}), ("TIFF", {})],
)
def test_anything_else_is_kept_as_webp_without_metadata(
    catalog: Catalog, film: Film, poster: Bytes, file_format: str, options: dict[str, object]
) -> None:
    data = poster(1, file_format, **options)
    catalog.add(film(), data, "test")
    path = catalog.poster_path(content_hash(data))
    assert path.relative_to(path.parents[1]).as_posix() == (
        f"{content_hash(data)[:2]}/{content_hash(data)}.webp"
    )
    with Image.open(path) as kept:
        assert (kept.format, kept.mode, kept.size) == ("WEBP", "RGB", (120, 180))
        assert "xmp" not in kept.info
    assert perceptual_hash(decode(path.read_bytes())).bit_count() == 32


@pytest.mark.parametrize(
    ("size", "kept"),
    [((1001, 1500), (1000, 1499)), ((2500, 50), (1000, 20)), ((4000, 1), (1000, 1))],
)
def test_a_large_poster_is_kept_a_thousand_pixels_wide(
    catalog: Catalog, film: Film, paint: Paint, size: tuple[int, int], kept: tuple[int, int]
) -> None:
    buffer = BytesIO()
    paint(1, size).save(buffer, "WEBP")
    catalog.add(film(), buffer.getvalue(), "test")
    (card,) = catalog.by_imdb("tt0000001")
    assert (card.width, card.height) == kept
    with Image.open(catalog.poster_path(card.content_hash)) as image:
        assert image.size == kept


def test_a_very_tall_poster_is_kept_within_what_webp_holds(
    catalog: Catalog, film: Film, paint: Paint
) -> None:
    buffer = BytesIO()
    paint(1, (40, 20_000)).save(buffer, "PNG")
    catalog.add(film(), buffer.getvalue(), "test")
    (card,) = catalog.by_imdb("tt0000001")
    assert (card.width, card.height) == (8, 4000)


def test_no_half_file_is_left_when_the_disk_fails(
    catalog: Catalog, film: Film, poster: Bytes, tmp_path: Path
) -> None:
    data = poster(1)
    in_the_way = catalog.poster_path(content_hash(data))
    in_the_way.mkdir(parents=True)
    with pytest.raises(OSError, match=in_the_way.name):
        catalog.add(film(), data, "test")
    assert files(tmp_path).keys() <= {"onesheet.db", "onesheet.db-wal", "onesheet.db-shm"}
    assert catalog.counts().movies == 0


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "ab" * 31, "AB" * 32, "ab" * 32 + "/"])
def test_only_a_content_hash_names_a_file(catalog: Catalog, digest: str) -> None:
    with pytest.raises(ValueError, match="content hash"):
        catalog.poster_path(digest)


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
    assert (report.added, report.updated, report.unchanged) == (2, 2, 1)
    assert len(report.skipped) == 1
    assert report.skipped[0].startswith("tt0000004: This is not an image")
    assert calls == [6]
    assert catalog.counts().movies == 4
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


def test_a_lost_file_is_put_back_by_adding_again(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    catalog.add_many([(film(), poster(1))], "test")
    path = catalog.poster_path(content_hash(poster(1)))
    path.unlink()
    assert catalog.add_many([(film(), poster(1))], "test").unchanged == 1
    assert path.read_bytes() == poster(1)


def test_a_file_emptied_by_a_loss_of_power_is_put_back(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    catalog.add_many([(film(), poster(1))], "test")
    digest = content_hash(poster(1))
    assert catalog.has_file(digest)
    catalog.poster_path(digest).write_bytes(b"")
    assert not catalog.has_file(digest)
    assert catalog.add_many([(film(), poster(1))], "test").unchanged == 1
    assert catalog.poster_path(digest).read_bytes() == poster(1)


def test_an_interruption_keeps_the_batches_before_it(
    catalog: Catalog, film: Film, poster: Bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.catalog.BATCH_ITEMS", 4)
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
    monkeypatch.setattr("catalog.catalog.BATCH_ITEMS", 3)
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


def test_cards_come_in_the_order_asked_for_without_the_unknown(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    catalog.add_many([(film(n), poster(n)) for n in range(1, 5)], "test")
    assert list(catalog.cards([3, 99, 1])) == [3, 1]
    assert catalog.cards([]) == {}
    assert len(catalog.cards(range(40_000))) == 4


def test_all_cards_are_ordered_and_can_be_of_one_split(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    splits = ["train", "test", "train", "val"]
    catalog.add_many([(film(n, split=s), poster(n)) for n, s in enumerate(splits, 1)], "test")
    assert [card.poster_id for card in catalog.all_cards()] == [1, 2, 3, 4]
    assert [card.poster_id for card in catalog.all_cards("train")] == [1, 3]
    assert catalog.counts().by_split == {"train": 2, "val": 1, "test": 1}
    with pytest.raises(ValueError, match="dev"):
        catalog.all_cards("dev")


def test_an_empty_catalogue_answers_everything(catalog: Catalog) -> None:
    assert catalog.all_cards() == []
    assert catalog.by_imdb("tt0000001") == []
    assert catalog.by_hash("ab" * 32) == []
    assert catalog.near(5) == []
    assert catalog.sample(3, random.Random(1)) == []
    assert catalog.counts().by_split == {"train": 0, "val": 0, "test": 0}
    assert catalog.add_many([], "test").added == 0


def test_a_sample_is_drawn_by_the_generator_given(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    catalog.add_many([(film(n), poster(n)) for n in range(1, 31)], "test")
    drawn = catalog.sample(10, random.Random(5))
    assert drawn == catalog.sample(10, random.Random(5))
    assert drawn != catalog.sample(10, random.Random(6))
    assert len({card.poster_id for card in drawn}) == 10
    assert len(catalog.sample(100, random.Random(5))) == 30


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


def test_a_poster_file_that_was_cut_short_is_missing_and_importing_again_mends_it(
    catalog: Catalog, film: Callable[..., MovieRecord], poster: Callable[..., bytes]
) -> None:
    catalog.add_many([(film(1), poster(1))], "test")
    card = catalog.all_cards()[0]
    path = catalog.poster_path(card.content_hash)
    whole = path.read_bytes()
    for harmed in (whole[:-1], whole[:10], b"", b"nothing like it", whole + b"?"):
        path.write_bytes(harmed)
        assert not catalog.has_file(card.content_hash)
        catalog.add_many([(film(1), poster(1))], "test")
        assert path.read_bytes() == whole
        assert catalog.has_file(card.content_hash)
