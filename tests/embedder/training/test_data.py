import errno
import os
from pathlib import Path

import numpy as np
import pytest

from embedder.training import data
from embedder.training.data import Example


def test_the_training_copy_of_a_leak_is_dropped() -> None:
    def example(film: str, split: str, bits: int) -> Example:
        return Example(film, film, Path(film), ("Drama",), None, None, split, bits)

    kept, dropped = data.without_leaks(
        [
            example("a", "train", 0b0),
            example("b", "train", 0b1111 << 40),
            example("c", "test", 0b1),
            example("d", "val", 0xFF << 50),
            example("d", "train", 0xFFFF),
        ],
        at_most=2,
    )
    assert [e.film for e in kept] == ["b", "c", "d"]
    assert dropped == ["a", "d"]


def test_numbered_sequels_of_the_training_split_are_families() -> None:
    def example(title: str, year: int | None, split: str = "train") -> Example:
        return Example(title, title, Path("x"), ("Drama",), year, None, split, 0)

    pairs = data.families(
        [
            example("The Lighthouse", 1980),
            example("The Lighthouse II: Landfall", 1983),
            example("The Lighthouse 3", 1999),  # too late
            example("The Lighthouse Part IV", 1986, "test"),
            example("Seven", 1984),
            example("Seven 7th Streets", 1985),
            example("The Lighthouse 2", None),
        ]
    )
    assert sorted(map(tuple, pairs.tolist())) == [(0, 1), (1, 0)]


def test_labels_know_missing_years_and_ratings(examples: list[Example]) -> None:
    labels = data.labels_of(examples)
    assert (
        labels.genre_names[0] == "Drama" or labels.genres[:, 0].sum() >= labels.genres[:, 1].sum()
    )
    unknown = [i for i, e in enumerate(examples) if e.year is None]
    assert (labels.decades[unknown] == 0).all()
    assert np.isnan(labels.ratings[[i for i, e in enumerate(examples) if e.rating is None]]).all()
    assert (labels.genres.sum(1) >= 1).all()


@pytest.mark.parametrize(("year", "decade"), [(1895, 1920), (1987, 1980), (2023, 2010)])
def test_years_outside_the_decades_count_to_the_nearest(year: int, decade: int) -> None:
    assert data.decade_of(year) == decade


def test_the_cache_is_decoded_once(examples: list[Example], tmp_path: Path) -> None:
    first = data.cache(examples, tmp_path / "posters.npy", 48, 32)
    stamp = (tmp_path / "posters.npy").stat().st_mtime_ns
    again = data.cache(examples, tmp_path / "posters.npy", 48, 32)
    assert (tmp_path / "posters.npy").stat().st_mtime_ns == stamp
    np.testing.assert_array_equal(first, again)
    other = data.cache(examples[:3], tmp_path / "posters.npy", 48, 32)
    assert other.shape == (3, 48, 32, 3)


def test_what_was_made_of_other_facts_is_made_anew(tmp_path: Path) -> None:
    np.save(tmp_path / "posters.npy", np.zeros(1))

    def made(number: int, *facts: object) -> float:
        found = data.kept(tmp_path, "looks", facts, lambda: np.full(1, number, np.float32))
        return float(found[0])

    rows = np.array([1, 2])
    assert made(1, "imagenet", rows) == 1
    assert made(2, "imagenet", rows) == 1
    assert made(3, "imagenet", rows[::-1]) == 3
    assert made(4, "packaged", rows[::-1]) == 4


def test_genres_are_named_by_the_training_split() -> None:
    def example(split: str, *genres: str) -> Example:
        return Example("film", "Film", Path("x"), genres, None, None, split, 0)

    labels = data.labels_of(
        [
            example("train", "Drama"),
            example("train", "Comedy", "Drama"),
            example("val", "Comedy", "Western"),
            example("val", "Comedy"),
        ]
    )
    assert labels.genre_names == ("Drama", "Comedy")


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="the system promises no room")
def test_a_disk_without_room_for_the_cache_is_told_before_posters_are_decoded(
    examples: list[Example], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mapping that finds no room later would kill the process."""

    def full(file: int, start: int, size: int) -> None:
        assert (start, size) == (0, os.fstat(file).st_size)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full)
    monkeypatch.setattr(data, "decode", lambda _: pytest.fail("a poster was decoded"))
    with pytest.raises(OSError, match="No space left"):
        data.cache(examples, tmp_path / "posters.npy", 48, 32)
    assert list(tmp_path.glob("posters*")) == []
