"""Posters and labels for training: what is learned from, decoded once into a memory map."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from catalog.images import ImageError, decode
from embedder.preprocess import to_array

FIRST_DECADE, LAST_DECADE = 1920, 2010  # films before and after count to the nearest


class ReadableFile(Protocol):
    """A file that is read as a `Path` is; its text names it, the same in every run."""

    def read_bytes(self) -> bytes: ...


@dataclass(frozen=True)
class Example:
    """One poster to learn from or to be tested on.

    Attributes:
        film: identifies the film; no two splits may share one.
        path: its image; a `Path`, or what fetches it when it is read.
        genres: none where they are unknown.
        year, rating: None where unknown.
        split: "train", "val" or "test".
        perceptual_hash: 64 bits, for finding near-duplicates across splits.
    """

    film: str
    title: str
    path: ReadableFile
    genres: tuple[str, ...]
    year: int | None
    rating: float | None
    split: str
    perceptual_hash: int


@dataclass(frozen=True)
class Labels:
    """Numeric labels of N examples, in their order."""

    genre_names: tuple[str, ...]
    decade_names: tuple[str, ...]
    genres: NDArray[np.float32]  # [N, genres], 0 or 1
    decades: NDArray[np.float32]  # [N, decades], one-hot; all 0 where the year is unknown
    ratings: NDArray[np.float32]  # [N], NaN where unknown


def decade_of(year: int) -> int:
    """The decade a film counts to, e.g. 1987 -> 1980."""
    return min(max(year // 10 * 10, FIRST_DECADE), LAST_DECADE)


def labels_of(examples: Sequence[Example], genre_names: Sequence[str] | None = None) -> Labels:
    """Labels of the examples; genres are those of the training split, commonest first.

    Raises:
        ValueError: no training example has a genre.
    """
    if genre_names is None:
        counts: dict[str, int] = {}
        for example in examples:
            if example.split == "train":
                for genre in example.genres:
                    counts[genre] = counts.get(genre, 0) + 1
        genre_names = sorted(counts, key=lambda name: (-counts[name], name))
    if not genre_names:
        raise ValueError("no training poster has a genre")
    decades = [str(year) for year in range(FIRST_DECADE, LAST_DECADE + 1, 10)]
    genre_at = {name: i for i, name in enumerate(genre_names)}
    decade_at = {name: i for i, name in enumerate(decades)}
    result = Labels(
        tuple(genre_names),
        tuple(decades),
        np.zeros((len(examples), len(genre_names)), np.float32),
        np.zeros((len(examples), len(decades)), np.float32),
        np.full(len(examples), np.nan, np.float32),
    )
    for row, example in enumerate(examples):
        for genre in example.genres:
            if genre in genre_at:
                result.genres[row, genre_at[genre]] = 1
        if example.year is not None:
            result.decades[row, decade_at[str(decade_of(example.year))]] = 1
        if example.rating is not None:
            result.ratings[row] = example.rating
    return result


def without_leaks(examples: Sequence[Example], at_most: int) -> tuple[list[Example], list[str]]:
    """Drop the training copy of every film or near-duplicate poster that val or test holds.

    Args:
        at_most: perceptual hashes that differ in so many bits or fewer are near-duplicates.

    Returns:
        The examples kept, in order, and the films of those dropped.
    """
    held = [e for e in examples if e.split != "train"]
    films = {e.film for e in held}
    hashes = np.array([e.perceptual_hash for e in held], np.uint64)
    kept: list[Example] = []
    dropped: list[str] = []
    for example in examples:
        leak = example.split == "train" and (
            example.film in films or _near(example.perceptual_hash, hashes, at_most)
        )
        if leak:
            dropped.append(example.film)
        else:
            kept.append(example)
    return kept, dropped


def _near(value: int, hashes: NDArray[np.uint64], at_most: int) -> bool:
    return bool((np.bitwise_count(hashes ^ np.uint64(value)) <= at_most).any())


def families(examples: Sequence[Example], within_years: int = 8) -> NDArray[np.int64]:
    """Numbered sequels among the training examples: their posters are meant to look alike.

    "Jaws 2" belongs with "Jaws" when both were made within `within_years` of each other.

    Returns:
        int64 [pairs, 2] rows of the examples, both directions, training split only.
    """
    titled: dict[str, list[int]] = {}
    for row, example in enumerate(examples):
        if example.split == "train" and example.year is not None:
            titled.setdefault(_series(example.title), []).append(row)
    pairs = [
        (a, b)
        for rows in titled.values()
        for a in rows
        for b in rows
        if a != b
        and any(_is_numbered(examples[row].title) for row in (a, b))
        and abs((examples[a].year or 0) - (examples[b].year or 0)) <= within_years
    ]
    return np.array(pairs, np.int64).reshape(-1, 2)


_NUMBER = re.compile(
    r"^(.{3,}?)[\s:,-]+(?:part\s+)?(?:[2-9]|ii|iii|iv|v|vi|vii|viii)(?:\b.*)?$", re.I
)


def _is_numbered(title: str) -> bool:
    return _NUMBER.match(title) is not None


def _series(title: str) -> str:
    match = _NUMBER.match(title)
    return (match.group(1) if match else title).strip().lower()


def cache(
    examples: Sequence[Example],
    path: Path,
    height: int,
    width: int,
    progress: Callable[[int, int], None] | None = None,
) -> NDArray[np.uint8]:
    """Decode every poster once to model size.

    Returns:
        A read-only memory map uint8 [N, height, width, 3]. An existing file of the same examples
        and size is used as it is; an interrupted one is made anew.

    Raises:
        ValueError: an image that cannot be read, named.
        OSError: a disk without room for all of them.
    """
    key = path.with_suffix(".key")
    wanted = "\n".join([f"{height}x{width}", *(str(e.path) for e in examples)])
    if not (path.exists() and key.exists() and key.read_text() == wanted):
        key.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        shape = (len(examples), height, width, 3)
        posters = np.lib.format.open_memmap(path, "w+", np.uint8, shape)
        _take_room(path)
        for row, example in enumerate(examples):
            try:
                posters[row] = to_array(decode(example.path.read_bytes()), height, width)
            except ImageError as error:
                raise ValueError(f"{example.path}: {error}") from error
            if progress is not None:
                progress(row + 1, len(examples))
        posters.flush()
        key.write_text(wanted)
    cached: NDArray[np.uint8] = np.load(path, mmap_mode="r")
    return cached


def _take_room(path: Path) -> None:
    """Give a file, made of holes, its room on the disk: a mapping that finds none later kills the
    process. Raises OSError, and then nothing is left of the file."""
    if not hasattr(os, "posix_fallocate"):
        return
    try:
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    except OSError:
        path.unlink()
        raise


def kept(
    run: Path, name: str, facts: Sequence[object], make: Callable[[], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """What an earlier start of this run made of the same posters and facts, or made now.

    Args:
        facts: all else that decides what is made: arrays, and what `repr` tells apart.
    """
    path, note = run / f"{name}.npy", run / f"{name}.key"
    parts = (f.tobytes() if isinstance(f, np.ndarray) else repr(f).encode() for f in facts)
    key = hashlib.sha256(b"\n".join(parts)).hexdigest()
    current = path.exists() and path.stat().st_mtime >= (run / "posters.npy").stat().st_mtime
    if current and note.exists() and note.read_text() == key:
        found: NDArray[np.float32] = np.load(path)
        return found
    note.unlink(missing_ok=True)
    made = make()
    np.save(path, made)
    note.write_text(key)
    return made
