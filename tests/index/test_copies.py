"""A copy of an index's vectors; tests/index/contract asks it what it asks of any index."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from index import IndexFolderError, Metric, Options, PosterIndex, Storage
from index import folder as folders
from index.contents import VECTORS_SUM
from index.copies import IndexCopies
from index.folder import MANIFEST, current_folder
from index.gallery import VectorGallery
from index.manifest import Manifest
from index.search.kinds import MappedGallery, opened_gallery
from tests.index.conftest import clustered

VECTORS = clustered(200, 16, seed=51)
QUERIES = clustered(5, 16, seed=52)
Original = tuple[Manifest, MappedGallery]


def original(root: Path, vectors: NDArray[np.float32], options: Options) -> Original:
    """An index whose manifest tells what one in a database does."""
    ids = np.arange(len(vectors))
    index = PosterIndex.build(root, ids, vectors, model="m", options=options)
    files = {VECTORS_SUM: hashlib.sha256(vectors.tobytes()).hexdigest()}
    gallery = opened_gallery(current_folder(root), index.manifest)
    return replace(index.manifest, files=files), gallery


@pytest.fixture
def exact(tmp_path: Path) -> Original:
    return original(tmp_path / "original", VECTORS, Options())


@pytest.fixture
def copies(tmp_path: Path) -> IndexCopies:
    return IndexCopies(tmp_path / "copies")


def found(gallery: VectorGallery) -> list[list[int]]:
    asked = [gallery.candidates(QUERIES, metric, 3) for metric in Metric]
    return [sorted(near.rows.tolist()) for each in asked for near in each]


def refused(*_: object, **__: object) -> Any:
    pytest.fail("the original was asked")


def test_the_original_answers_until_there_is_a_copy(
    copies: IndexCopies, exact: Original, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest, gallery = exact
    assert copies.wanted() is None, "nothing was opened yet"
    assert not copies.take_up()
    copied = copies.gallery(*exact)
    assert copies.wanted() == manifest
    assert not copies.take_up()
    before, vectors = found(copied), copied.vectors(np.arange(200))
    copies.make()
    assert copies.wanted() == manifest, "whoever made it takes it up as others do"
    assert copies.take_up()
    assert copies.wanted() is None
    monkeypatch.setattr(gallery, "candidates", refused)
    monkeypatch.setattr(gallery, "vectors", refused)
    assert found(copied) == before
    np.testing.assert_array_equal(copied.vectors(np.arange(200)), vectors)
    assert copied.dimensions == 16


def test_whoever_opens_the_index_later_has_the_copy_at_once(
    copies: IndexCopies, exact: Original
) -> None:
    copied = copies.gallery(*exact)
    copies.make()
    later = IndexCopies(copies.folder)
    copy = later.copy_of(exact[0])
    assert copy is not None
    assert found(copy) == found(copied)
    assert later.wanted() is None
    assert later.copy_of(replace(exact[0], n=1)) is None, "of another index"


@pytest.mark.parametrize("storage", Storage)
@pytest.mark.parametrize("options", [Options(), Options(exact_up_to=0)], ids=["exact", "graphs"])
def test_half_floats_stay_what_they_are(tmp_path: Path, storage: Storage, options: Options) -> None:
    rounded = VECTORS.astype(storage).astype(np.float32)
    manifest, gallery = original(tmp_path, rounded, Options(exact_up_to=0, storage=storage))
    copies = IndexCopies(tmp_path / "copies", options)
    copied = copies.gallery(manifest, gallery)
    copies.make()
    assert copies.take_up()
    np.testing.assert_array_equal(copied.vectors(np.arange(200)), rounded)


def damage(copy: Path) -> None:
    path = copy / "vectors.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\x7f")


def tear(copy: Path) -> None:
    (copy / MANIFEST).unlink()


def lose(copy: Path) -> None:
    (copy / "manhattan.faiss").unlink()


@pytest.mark.parametrize("harm", [damage, tear, lose])
def test_a_copy_that_is_damaged_is_none_and_is_made_anew(
    copies: IndexCopies, exact: Original, harm: Callable[[Path], None]
) -> None:
    copies.gallery(*exact)
    copies.make()
    harm(current_folder(copies.folder / exact[0].fingerprint))
    assert copies.copy_of(exact[0]) is None
    copied = copies.gallery(*exact)
    assert not copies.take_up()
    assert copied.serving is exact[1]
    copies.make()
    assert copies.take_up()
    np.testing.assert_array_equal(copied.vectors(np.arange(200)), VECTORS)


@pytest.mark.parametrize("error", [RuntimeError, ValueError, OSError])
def test_a_copy_that_cannot_be_opened_is_none(
    copies: IndexCopies, exact: Original, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fails(*_: object) -> Any:
        raise error("FAISS does not take it")

    copies.gallery(*exact)
    copies.make()
    monkeypatch.setattr("index.copies.opened_gallery", fails)
    assert not copies.take_up()


def test_a_copy_is_taken_up_by_the_index_that_it_is_of(
    copies: IndexCopies, exact: Original, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where another thread opens another one meanwhile."""
    manifest, gallery = exact
    verified, others = folders.current_folder, []

    def meanwhile(root: Path) -> Path:
        others.append(copies.gallery(replace(manifest, n=1), gallery))
        return verified(root)

    copied = copies.gallery(*exact)
    copies.make()
    monkeypatch.setattr("index.folder.current_folder", meanwhile)
    assert copies.take_up()
    assert copied.serving is not gallery
    assert [other.serving for other in others] == [gallery]


def test_the_next_index_takes_the_place_and_who_has_the_old_copy_open_keeps_it(
    copies: IndexCopies, exact: Original, tmp_path: Path
) -> None:
    first = copies.gallery(*exact)
    copies.make()
    copies.take_up()
    killed = copies.folder / exact[0].fingerprint / ".unfinished-1"
    killed.mkdir()
    second = original(tmp_path / "second", 2 * VECTORS, Options())
    other = copies.gallery(*second)
    left = copies.folder / second[0].fingerprint / ".unfinished-2"
    left.mkdir(parents=True)
    copies.make()
    assert copies.take_up()
    assert [each.name for each in copies.folder.iterdir()] == [second[0].fingerprint]
    assert not left.exists()
    np.testing.assert_array_equal(first.vectors(np.arange(9)), VECTORS[:9])
    np.testing.assert_array_equal(other.vectors(np.arange(9)), 2 * VECTORS[:9])


def test_vectors_that_are_not_the_indexs_are_no_copy(copies: IndexCopies, exact: Original) -> None:
    manifest, gallery = exact
    torn = replace(manifest, files={VECTORS_SUM: "0" * 64})
    copies.gallery(torn, gallery)
    with pytest.raises(IndexFolderError, match="not those that the index was built of"):
        copies.make()
    assert not copies.take_up()


def test_a_copy_takes_no_more_room_than_it_is_said_to(copies: IndexCopies, tmp_path: Path) -> None:
    vectors = clustered(3_000, 64, seed=53)
    for options in (Options(), Options(exact_up_to=0)):
        manifest, gallery = original(tmp_path / str(options.exact_up_to), vectors, options)
        kind = IndexCopies(copies.folder, options)
        kind.gallery(manifest, gallery)
        kind.make()
        taken = sum(path.stat().st_size for path in copies.folder.rglob("*") if path.is_file())
        assert vectors.nbytes < taken < kind.room(manifest).disk
        assert kind.room(manifest).disk < kind.room(manifest).memory
