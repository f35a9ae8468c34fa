"""Tagging a folder: what each of its posters says, row by row into a CSV that can be resumed."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from catalog.images import ImageError
from catalog.sources.pictures.files import contents_of
from embedder import Embedder, ModelCard
from embedder.batches import in_batches
from onesheet.base.csv_cells import harmless
from onesheet.base.files import write_atomically
from onesheet.base.refusals import QueryError
from onesheet.reading.readings import Reading

FACTS = ("file", "model", "predicted", "score", "score_low", "score_high", "decade")
MODEL_DIGITS = 12
"""Of the model's fingerprint, in each row: rows of another model are read again."""


@dataclass
class Tagged:
    """What a run did: files read, files whose rows were there already, and what was left out."""

    read: int = 0
    kept: int = 0
    skipped: list[str] = field(default_factory=list)


def tag_folder(
    embedder: Embedder,
    folder: Path,
    out: Path,
    progress: Callable[[int, int], None],
    poster_in: Callable[[Path], Image.Image],
) -> Tagged:
    """Read every poster under `folder` that `out` has no row of yet.

    Rows are appended a batch at a time, whole and written through, so `out` is a valid CSV
    whenever the run is interrupted, and the same call afterwards goes on from there. A file that
    is no image, or that `contents_of` passes over, is reported and gets no row.
    `progress(done, total)` counts files. `poster_in` gives the poster in a file, RGB; it raises
    ImageError and OSError. Raises QueryError where `out` is some other table.
    """
    model = embedder.fingerprint[:MODEL_DIGITS]
    columns = [*FACTS, *sorted(embedder.card.genres)]
    rows = _rows_kept(out, columns, model)
    done = {row[0] for row in rows}
    contents = contents_of(folder)
    files = contents.pictures
    left = [path for path in files if _name(path, folder) not in done]
    write_atomically(out, _lines([columns, *rows]).encode())
    tagged = Tagged(kept=len(files) - len(left), skipped=list(contents.passed_over))
    total = len(files) + len(tagged.skipped)

    def read(paths: Sequence[Path]) -> list[tuple[Path, Reading | str]]:
        return [(path, _read(embedder, path, poster_in)) for path in paths]

    progress(tagged.kept + len(tagged.skipped), total)
    with out.open("ab") as file:
        for batch in in_batches(read, left):
            new = []
            for path, found in batch:
                name = _name(path, folder)
                if isinstance(found, str):
                    tagged.skipped.append(f"{name}: {found}")
                else:
                    new.append(_row(name, model, found, embedder.card))
            file.write(_lines(new).encode())
            file.flush()
            os.fsync(file.fileno())
            tagged.read += len(new)
            progress(tagged.kept + tagged.read + len(tagged.skipped), total)
    return tagged


def _read(
    embedder: Embedder, path: Path, poster_in: Callable[[Path], Image.Image]
) -> Reading | str:
    """The reading, or why there is none."""
    try:
        image = poster_in(path)
    except ImageError as error:
        return str(error)
    except OSError as error:
        return f"The file cannot be read: {error.strerror}."
    return Reading.of(embedder.card, embedder.read([image]))


def _row(name: str, model: str, reading: Reading, card: ModelCard) -> list[str]:
    """In the order of the columns; what is not told stays empty."""
    scores = (reading.score, *reading.score_interval) if reading.score_told else ("", "", "")
    genres = (reading.genres[each] for each in sorted(card.genres))
    facts = (name, model, "|".join(reading.predicted), *scores, reading.decade or "", *genres)
    return [str(fact) for fact in facts]


def _rows_kept(out: Path, columns: list[str], model: str) -> list[list[str]]:
    """The whole rows of this model that `out` has; a row torn by a crash is dropped."""
    try:
        text = out.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return []
    whole = text[: text.rfind("\n") + 1]
    if not text:
        return []
    try:
        header, *rows = csv.reader(io.StringIO(whole, newline=""))
    except (ValueError, csv.Error):
        header, rows = [], []
    if header != columns:
        raise QueryError(
            "%(file)s holds something else than readings by this model; name a new CSV.", file=out
        )
    return [row for row in rows if len(row) == len(columns) and row[1] == model]


def _lines(rows: Sequence[Sequence[str]]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def _name(path: Path, folder: Path) -> str:
    # A name that is no UTF-8 is written with replacement characters rather than not at all.
    name = path.relative_to(folder).as_posix()
    return str(harmless(name.encode("utf-8", errors="replace").decode()))
