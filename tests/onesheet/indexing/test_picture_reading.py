"""Pictures read some at a time: each row once, and what failed told of by its row."""

import numpy as np
import pytest

from catalog.files import PosterFiles
from embedder.batches import BATCH
from onesheet.indexing.picture_reading import OwnCores, read_pictures
from onesheet.instance import Instance


@pytest.fixture
def files(instance: Instance) -> PosterFiles:
    return PosterFiles(instance.poster_files)


@pytest.fixture
def hashes(instance: Instance) -> list[str]:
    return [card.content_hash for card in instance.catalog.all_cards()[:20]]


def test_own_cores_read_each_row_once_in_batches(
    instance: Instance, files: PosterFiles, hashes: list[str]
) -> None:
    embedder = instance.embedder()
    batches = list(OwnCores(files).read(embedder, hashes, hashes[:5]))
    assert [batch.rows for batch in batches] == [
        [*range(0, BATCH)],
        [*range(BATCH, 2 * BATCH)],
        [*range(2 * BATCH, 20)],
    ]
    alone = embedder.read([files.image(hashes[9])]).embeddings[0]
    np.testing.assert_allclose(batches[1].embeddings[1], alone, atol=1e-5)
    assert {each for batch in batches for each in batch.impressions} == {*hashes[5:]}


def test_a_picture_that_cannot_be_read_is_told_of_and_costs_no_other(
    instance: Instance, files: PosterFiles, hashes: list[str]
) -> None:
    files.path(hashes[1]).unlink()
    files.path(hashes[2]).write_bytes(b"torn")
    read = read_pictures(files, instance.embedder(), hashes, (), range(4))
    assert read.rows == [0, 3]
    assert read.embeddings.shape == (2, 32)
    assert {row: type(error).__name__ for row, error in read.failures.items()} == {
        1: "FileNotFoundError",
        2: "ImageError",
    }


def test_the_same_picture_twice_is_opened_once(
    instance: Instance,
    files: PosterFiles,
    hashes: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    image = PosterFiles.image

    def counting(files: PosterFiles, digest: str) -> object:
        opened.append(digest)
        return image(files, digest)

    monkeypatch.setattr(PosterFiles, "image", counting)
    read = read_pictures(files, instance.embedder(), [hashes[0]] * 3, (), range(3))
    assert (read.rows, opened) == ([0, 1, 2], [hashes[0]])
    np.testing.assert_array_equal(read.embeddings[0], read.embeddings[2])
