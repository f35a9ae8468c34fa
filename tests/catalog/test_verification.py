"""Posters' files against their digests."""

from pathlib import Path

import pytest
from sqlalchemy import update

from catalog.catalog import Catalog
from catalog.database import connect, writing
from catalog.files import PosterFiles
from catalog.models import Poster
from catalog.records import MovieRecord
from catalog.verification import verified_posters
from onesheet.storage import schema


def test_damage_is_found_once_and_an_import_mends_it(tmp_path: Path, new_poster: bytes) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'a.db'}")
    schema.migrate(engine)
    catalog, files = Catalog(engine, tmp_path / "posters"), PosterFiles(tmp_path / "posters")
    record = MovieRecord("tt0000001", None, "Film", None, None, None, (), None)
    catalog.add(record, new_poster, "test")
    (card,) = catalog.all_cards()
    path = files.path(card.content_hash)
    with writing(engine) as session:  # as rows from before have it
        session.execute(update(Poster).values(file_digest=None))
    assert verified_posters(engine, files).noted == 1
    assert verified_posters(engine, files).noted == 0
    path.write_bytes(path.read_bytes()[:-2] + b"??")
    assert verified_posters(engine, files).damaged == ["tt0000001"]
    assert path.with_suffix(".damaged").exists()
    assert verified_posters(engine, files).missing == ["tt0000001"]
    catalog.add(record, new_poster, "test")
    found = verified_posters(engine, files)
    assert (found.files, found.damaged, found.missing, found.noted) == (1, [], [], 0)
    engine.dispose()


def test_a_file_that_cannot_be_read_is_missing(tmp_path: Path, new_poster: bytes) -> None:
    files = PosterFiles(tmp_path)
    digest = files.store(new_poster).content_hash
    files.path(digest).unlink()
    files.path(digest).mkdir()
    assert files.file_digest(digest) is None


def test_a_poster_written_anew_meanwhile_stays(
    tmp_path: Path, new_poster: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'a.db'}")
    schema.migrate(engine)
    catalog, files = Catalog(engine, tmp_path / "posters"), PosterFiles(tmp_path / "posters")
    record = MovieRecord("tt0000001", None, "Film", None, None, None, (), None)
    catalog.add(record, new_poster, "test")

    def read_late(poster: str) -> str:
        with writing(engine) as session:
            session.execute(update(Poster).values(file_digest="of what was written since"))
        return "of what was written since"

    monkeypatch.setattr(files, "file_digest", read_late)
    assert verified_posters(engine, files).damaged == []
    assert len(files.whole([card.content_hash for card in catalog.all_cards()])) == 1
    engine.dispose()
