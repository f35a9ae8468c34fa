"""Palettes and placeholders: made once a poster, kept in the database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from catalog.catalog import Catalog, MovieRecord
from catalog.database import connect
from catalog.file_store import UnreachableError
from catalog.files import PosterFiles
from catalog.images import content_hash, decode
from catalog.images.palette import palette, palette_distances
from catalog.impressions import PLACEHOLDER_SIZE, Impressions
from tests.postgres import of_sqlite


@pytest.fixture
def hashes(
    catalog: Catalog, film: Callable[..., MovieRecord], poster: Callable[..., bytes]
) -> list[str]:
    """Of three posters in the catalogue."""
    for number in (1, 2, 3):
        catalog.add(film(number), poster(number), "test")
    return [content_hash(poster(number)) for number in (1, 2, 3)]


@pytest.fixture
def impressions(engine: Engine, catalog: Catalog) -> Impressions:
    return Impressions(engine, catalog._files)


def test_an_impression_is_the_palette_and_a_tiny_image(
    impressions: Impressions, catalog: Catalog, hashes: list[str]
) -> None:
    found = impressions.of(hashes)
    assert set(found) == set(hashes)
    for digest, impression in found.items():
        image = decode(catalog.poster_path(digest).read_bytes())
        assert palette_distances(palette(image), [impression.palette])[0] < 0.1
        assert decode(impression.placeholder).size == PLACEHOLDER_SIZE
        assert len(impression.placeholder) < 200


def test_what_was_made_is_kept_without_the_file(
    impressions: Impressions, catalog: Catalog, hashes: list[str]
) -> None:
    before = impressions.of(hashes)
    for digest in hashes:
        catalog.poster_path(digest).unlink()
    assert impressions.of(hashes) == impressions.kept(hashes) == before
    assert impressions.count() == len(hashes)


def test_a_poster_without_a_readable_file_is_left_out(
    impressions: Impressions, catalog: Catalog, hashes: list[str]
) -> None:
    catalog.poster_path(hashes[0]).unlink()
    catalog.poster_path(hashes[1]).write_bytes(b"torn")
    assert set(impressions.of(hashes)) == {hashes[2]}


@of_sqlite
def test_a_database_that_is_read_only_keeps_nothing_and_answers_the_same(
    impressions: Impressions, catalog: Catalog, hashes: list[str], tmp_path: Path
) -> None:
    frozen = connect(f"sqlite:///file:{tmp_path / 'onesheet.db'}?mode=ro&uri=true")
    assert set(Impressions(frozen, catalog._files).of(hashes)) == set(hashes)
    assert impressions.kept(hashes) == {}
    frozen.dispose()


def test_keeping_what_another_process_kept_meanwhile_changes_nothing(
    impressions: Impressions, hashes: list[str]
) -> None:
    made = impressions.of(hashes)
    impressions.keep(made)
    assert impressions.kept(hashes) == made
    assert impressions.known(hashes) == made.keys()


def test_more_posters_than_one_query_takes_are_found(
    impressions: Impressions, hashes: list[str]
) -> None:
    made = impressions.of(hashes[:1])[hashes[0]]
    many = {f"{number:064x}": made for number in range(1200)}
    impressions.keep(many)
    assert impressions.kept(many) == many


def test_a_store_that_is_away_is_asked_for_one_poster_alone(
    impressions: Impressions, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[str]()

    def path(files: PosterFiles, content_hash: str) -> Path:
        asked.append(content_hash)
        raise UnreachableError("no answer")

    monkeypatch.setattr(PosterFiles, "path", path)
    assert impressions.of(["a" * 64, "b" * 64, "c" * 64]) == {}
    assert len(asked) == 1
