"""What a benchmark works out once and keeps in a folder outside the repository."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from catalog.sources.folder import import_folder
from embedder import Embedder
from embedder.training.data import Example
from onesheet.base.home import Home
from onesheet.base.progress import progress_of
from onesheet.evaluation.poster_readings import Readings
from onesheet.evaluation.training_examples import training_examples
from onesheet.instance import Instance
from onesheet.storage import schema as database

Arrays = dict[str, NDArray[np.generic]]
PART = 2000
"""Posters read between two saves."""


def stage(
    folder: Path, name: str, make: Callable[[], Arrays], made_by: str | None = None
) -> Arrays:
    """The arrays of a stage, from their file where it is whole, else made and kept.

    A stage that can be made in several ways names the one it wants in `made_by`; a file made in
    another is then made anew. None takes what is there.
    """
    path = folder / f"{name}.npz"
    if path.exists():
        with np.load(path, allow_pickle=False) as kept:
            arrays: Arrays = {key: kept[key] for key in kept.files}
        if made_by is None or str(arrays.get("made_by", "")) == made_by:
            return arrays
    arrays = make()
    if made_by is not None:
        arrays["made_by"] = np.array(made_by)
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{name}.partial.npz"
    np.savez(partial, **arrays)  # type: ignore[arg-type]  # its stub confuses names and options
    partial.replace(path)
    return arrays


def examples_of(posters: Path, cache: Path) -> list[Example]:
    """The posters as the product imports them, into an instance below `cache`."""
    instance = Instance(Home(cache / "instance"))
    instance.home.folder.mkdir(parents=True, exist_ok=True)
    database.migrate(instance.engine)
    if not instance.catalog.counts().posters:
        with progress_of("Importing") as progress:
            import_folder(instance.catalog, posters, progress=progress)
    examples = training_examples(instance.home, instance.catalog, instance.poster_files)
    instance.close()
    return examples


def readings_of(embedder: Embedder, examples: list[Example], cache: Path) -> Readings:
    """The model's readings of all examples; an interrupted run goes on where it stopped."""
    folder = cache / f"readings-{embedder.fingerprint[:12]}-{len(examples)}"
    parts = []
    with progress_of("Reading posters") as progress:
        for start in range(0, len(examples), PART):
            some = examples[start : start + PART]
            parts.append(stage(folder, f"{start:06d}", partial(_readings_of, embedder, some)))
            progress(min(start + PART, len(examples)), len(examples))
    embeddings, genres, scores = (
        np.concatenate([part[name] for part in parts]).astype(np.float32)
        for name in ("embeddings", "genres", "scores")
    )
    return Readings(examples, embedder.card.genres, embeddings, genres, scores)


def _readings_of(embedder: Embedder, examples: list[Example]) -> Arrays:
    found = Readings.of(embedder, examples)
    return {"embeddings": found.embeddings, "genres": found.genres, "scores": found.scores}
