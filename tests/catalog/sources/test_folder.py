from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from catalog.catalog import Catalog, CatalogError
from catalog.database import reading
from catalog.images import content_hash
from catalog.sources.folder import import_folder
from tests.catalog.sources.conftest import HEADER, Bytes, LayFolder, row, summary


def everything(engine: Engine) -> list[object]:
    with reading(engine) as session:
        return [
            session.execute(text(f"SELECT * FROM {table} ORDER BY id")).all()
            for table in ("movie", "poster")
        ]


def test_a_folder_is_imported(catalog: Catalog, lay_folder: LayFolder, poster: Bytes) -> None:
    folder = lay_folder([HEADER, row(1), row(2, "val"), row(3, "test")], [1, 2, 3])
    assert summary(import_folder(catalog, folder)) == (3, 0, 0, 0)
    (card,) = catalog.by_imdb("tt0000002")
    assert (card.title, card.year, card.rating, card.votes) == ("Film 2", 1950, 6.5, 100)
    assert (card.genres, card.split) == (("Crime", "Drama"), "val")
    assert catalog.poster_path(content_hash(poster(2))).read_bytes() == poster(2)


def test_importing_again_changes_nothing(
    catalog: Catalog, engine: Engine, lay_folder: LayFolder
) -> None:
    folder = lay_folder([HEADER, *map(row, range(1, 9))], range(1, 9))
    import_folder(catalog, folder)
    before = everything(engine)
    assert summary(import_folder(catalog, folder)) == (0, 0, 8, 0)
    assert everything(engine) == before


def test_changed_facts_and_changed_images_are_taken(
    catalog: Catalog, lay_folder: LayFolder, poster: Bytes
) -> None:
    import_folder(catalog, lay_folder([HEADER, row(1), row(2), row(3)], [1, 2, 3]))
    folder = lay_folder([HEADER, row(1).replace("6.5", "7.5"), row(2), row(3), row(4)], [4])
    (folder / "images" / "tt0000002.webp").write_bytes(poster(20))
    assert summary(import_folder(catalog, folder)) == (1, 2, 1, 0)
    assert catalog.by_imdb("tt0000001")[0].rating == 7.5
    assert [card.content_hash for card in catalog.by_imdb("tt0000002")] == [
        content_hash(poster(20)),
        content_hash(poster(2)),
    ], "the newest first"


def test_an_interrupted_import_goes_on_where_it_was(
    catalog: Catalog, lay_folder: LayFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.importer.BATCH_ITEMS", 5)
    folder = lay_folder([HEADER, *map(row, range(1, 13))], range(1, 13))

    def interrupt(done: int, total: int, *, posters: int) -> None:
        if done >= 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_folder(catalog, folder, progress=interrupt)
    assert catalog.counts().posters == 5
    assert summary(import_folder(catalog, folder)) == (7, 0, 5, 0)


def test_an_unreadable_image_is_reported_and_its_film_left_out_until_it_is_mended(
    catalog: Catalog, lay_folder: LayFolder, poster: Bytes
) -> None:
    folder = lay_folder([HEADER, *map(row, range(1, 6))], [1, 2, 3, 4, 5])
    images = folder / "images"
    (images / "tt0000002.webp").write_bytes(poster(2)[:300])
    (images / "tt0000003.webp").write_bytes(b"")
    (images / "tt0000004.webp").unlink()
    (images / "tt0000004.webp").mkdir()
    report = import_folder(catalog, folder)
    assert summary(report) == (2, 0, 0, 3)
    damaged, empty, directory = report.skipped
    assert damaged.startswith("line 3: tt0000002.webp: The image is damaged")
    assert empty.startswith("line 4: tt0000003.webp: The file is empty")
    assert directory.startswith("line 5: tt0000004.webp: ")
    assert catalog.counts().movies == 2
    (images / "tt0000002.webp").write_bytes(poster(2))
    assert summary(import_folder(catalog, folder)) == (1, 0, 2, 2)


def test_an_image_of_too_many_bytes_is_not_even_read(
    catalog: Catalog, lay_folder: LayFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = lay_folder([HEADER, row(1)], [1])
    with (folder / "images" / "tt0000001.webp").open("r+b") as file:
        file.truncate(21 * 1024 * 1024)
    report = import_folder(catalog, folder)
    assert report.skipped == ["line 2: tt0000001.webp: the file is larger than 20 MB"]


@pytest.mark.parametrize(
    ("extension", "file_format"),
    [("jpg", "JPEG"), ("jpeg", "JPEG"), ("png", "PNG"), ("JPG", "JPEG"), ("png", "JPEG")],
)
def test_images_may_be_jpeg_or_png_and_content_decides(
    catalog: Catalog, lay_folder: LayFolder, poster: Bytes, extension: str, file_format: str
) -> None:
    folder = lay_folder([HEADER, row(1)], [])
    data = poster(1, file_format)
    (folder / "images" / f"tt0000001.{extension}").write_bytes(data)
    assert summary(import_folder(catalog, folder)) == (1, 0, 0, 0)
    assert catalog.by_imdb("tt0000001")[0].content_hash == content_hash(data)


def test_of_several_images_webp_comes_first_then_jpeg(
    catalog: Catalog, lay_folder: LayFolder, poster: Bytes
) -> None:
    folder = lay_folder([HEADER, row(1), row(2)], [1])
    for name, seed in (("tt0000001.png", 5), ("tt0000002.png", 6), ("tt0000002.jpg", 7)):
        (folder / "images" / name).write_bytes(poster(seed, "PNG"))
    import_folder(catalog, folder)
    assert catalog.by_imdb("tt0000001")[0].content_hash == content_hash(poster(1))
    assert catalog.by_imdb("tt0000002")[0].content_hash == content_hash(poster(7, "PNG"))


def test_progress_runs_from_none_to_all(
    catalog: Catalog, lay_folder: LayFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.importer.BATCH_ITEMS", 3)
    calls: list[tuple[int, int]] = []
    folder = lay_folder([HEADER, "bad,row", *map(row, range(1, 9))], range(1, 8))
    import_folder(catalog, folder, progress=lambda *call, **_: calls.append(call), workers=1)
    assert {total for _, total in calls} == {9}
    done = [done for done, _ in calls]
    assert done == sorted(done)
    assert done[-1] == 9
    assert len(set(done)) >= 3


def test_near_duplicates_across_splits_are_counted_and_kept_as_given(
    catalog: Catalog, lay_folder: LayFolder, poster: Bytes
) -> None:
    folder = lay_folder([HEADER, row(1, "train"), row(2, "test"), row(3, "val")], [1, 3])
    (folder / "images" / "tt0000002.jpg").write_bytes(poster(1, "JPEG"))
    assert import_folder(catalog, folder).across_splits == 1
    assert [card.split for card in catalog.all_cards()] == ["train", "test", "val"]


@pytest.mark.parametrize("missing", ["movies.csv", "images", "."])
def test_a_missing_part_is_named(catalog: Catalog, tmp_path: Path, missing: str) -> None:
    folder = tmp_path / "source"
    if missing != ".":
        folder.mkdir()
    if missing == "movies.csv":
        (folder / "images").mkdir()
    says = "is not a folder" if missing == "." else f"{missing} is missing"
    with pytest.raises(CatalogError, match=says):
        import_folder(catalog, folder)
