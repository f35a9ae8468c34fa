"""What does not fit is found, mended, and not found again."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from catalog.catalog import Catalog, MovieRecord
from catalog.files import PosterFiles
from catalog.impressions import Impressions
from catalog.records import CatalogError
from tests.catalog.conftest import ToldPosters

Film = Callable[..., MovieRecord]
Bytes = Callable[..., bytes]


def aged(path: Path) -> Path:
    os.utime(path, (0, 0))
    return path


def test_a_catalogue_that_fits_has_no_flaws(catalog: Catalog, film: Film, poster: Bytes) -> None:
    catalog.add(film(1), poster(1), "test")
    assert not catalog.flaws()


@pytest.mark.parametrize("torn", [False, True])
def test_a_poster_without_its_file_leaves_and_comes_again(
    followed: Catalog, told: ToldPosters, film: Film, poster: Bytes, torn: bool
) -> None:
    number = followed.add(film(1), poster(1), "test").poster_id
    followed.add(film(2), poster(2), "test")
    (card,) = followed.by_imdb("tt0000001")
    path = followed.poster_path(card.content_hash)
    path.write_bytes(path.read_bytes()[:100]) if torn else path.unlink()
    flaws = followed.flaws()
    assert [each.imdb_id for each in flaws.lost] == ["tt0000001"]
    followed.mend(flaws)
    assert told.gone == [number]
    assert followed.by_imdb("tt0000001") == []
    assert followed.movies() == 2, "what is known of the film stays"
    followed.add(film(1), poster(1), "test")
    assert not followed.flaws()


def test_a_film_that_loses_its_first_poster_is_found_by_its_other_one(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    for number, picture in ((1, 1), (1, 2), (2, 3)):
        catalog.add(film(number), poster(picture), "test")
    (lost,) = catalog.titled("Film 1")
    other = next(each for each in catalog.by_imdb("tt0000001") if each != lost)
    catalog.poster_path(lost.content_hash).unlink()
    catalog.mend(catalog.flaws())
    assert catalog.titled("Film 1") == [other]


def test_a_poster_whose_file_came_back_meanwhile_stays(
    followed: Catalog, told: ToldPosters, film: Film, poster: Bytes
) -> None:
    for number in (1, 2):
        followed.add(film(number), poster(number), "test")
    (card,) = followed.by_imdb("tt0000001")
    path = followed.poster_path(card.content_hash)
    data = path.read_bytes()
    path.unlink()
    flaws = followed.flaws()
    assert flaws.lost == [card]
    path.write_bytes(data)
    followed.mend(flaws)
    assert told.gone == []
    assert followed.by_imdb("tt0000001") == [card]


def test_where_every_file_is_missing_nothing_leaves(
    catalog: Catalog, film: Film, poster: Bytes, tmp_path: Path
) -> None:
    catalog.add(film(1), poster(1), "test")
    (card,) = catalog.by_imdb("tt0000001")
    path = catalog.poster_path(card.content_hash)
    path.rename(tmp_path / "elsewhere")
    with pytest.raises(CatalogError, match="is the posters' disk there"):
        catalog.mend(catalog.flaws())
    (tmp_path / "elsewhere").rename(path)
    assert not catalog.flaws()


def test_files_of_no_poster_go_but_young_ones_stay(
    catalog: Catalog, film: Film, poster: Bytes, tmp_path: Path
) -> None:
    for number in (1, 2):
        catalog.add(film(number), poster(number), "test")
    (card,) = catalog.by_imdb("tt0000001")
    path = aged(catalog.poster_path(card.content_hash))
    partial = path.with_name(f".{card.content_hash}.1.2")
    aged(partial.parent / partial.name) if partial.exists() else partial.write_bytes(b"half")
    aged(partial)
    assert catalog.flaws().stray_files == [f"{path.parent.name}/{partial.name}"]
    catalog.remove("tt0000001")
    catalog.remove("tt0000002")  # its file is young: an import may be about to name it
    flaws = catalog.flaws()
    assert {*flaws.stray_files} == {f"{path.parent.name}/{each.name}" for each in (path, partial)}
    catalog.mend(flaws)
    assert not path.exists()
    assert len(list((tmp_path / "posters").rglob("*.webp"))) == 1
    assert not catalog.flaws()


def test_impressions_of_posters_that_are_gone_go(
    catalog: Catalog, engine: Engine, film: Film, poster: Bytes, tmp_path: Path
) -> None:
    for number in (1, 2):
        catalog.add(film(number), poster(number), "test")
    cards = {card.imdb_id: card.content_hash for card in catalog.all_cards()}
    impressions = Impressions(engine, PosterFiles(tmp_path / "posters"))
    impressions.of(cards.values())
    catalog.remove("tt0000001")
    flaws = catalog.flaws()
    assert flaws.stray_impressions == [cards["tt0000001"]]
    catalog.mend(flaws)
    assert set(impressions.kept(cards.values())) == {cards["tt0000002"]}


def test_a_film_that_is_two_becomes_one(
    catalog: Catalog, engine: Engine, film: Film, poster: Bytes
) -> None:
    catalog.add(film(9, imdb_id="tmdb-603", tmdb_id=603), poster(1), "tmdb")
    catalog.add(film(133093, tmdb_id=None), poster(2), "folder")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE movie SET tmdb_id = 603")
    flaws = catalog.flaws()
    assert [clash.merged_into for clash in flaws.clashes] == ["tt0133093"]
    catalog.mend(flaws)
    assert (catalog.movies(), len(catalog.by_tmdb(603))) == (1, 2)
    assert not catalog.flaws()
