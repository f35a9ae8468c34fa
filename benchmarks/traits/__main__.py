"""Fit what the network's positions tell of a poster in a word, and draw sheets to judge it by.

    python -m benchmarks.traits POSTERS LABELS [--out FILE] [--sheets DIR]

POSTERS is a folder of movies.csv and images/. LABELS is a table of posters looked at: `imdb_id`,
`title` (above, below or middle), `look` (photographed, painted, or empty where it is neither or
both) and `face` (large, none or empty). Writes onesheet/explaining/probes.npz and prints how often
each word would have been right on labelled posters left out of the fit; with --sheets, a picture
for every word of 60 posters that it is said of, none of which has a label.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from catalog.images import decode
from catalog.images.palette import palette
from embedder import Embedder
from onesheet.explaining.probes import FILE, Probes
from onesheet.explaining.traits import Trait, pixel_traits, plain_colours

RowMeans = NDArray[np.float32]

POSTERS_TOGETHER = 32
SHEET_GRID = (15, 4)
PRINT_SIZE = (96, 142)


@dataclass(frozen=True)
class FittedWord:
    """A trait and its labels: those of which it is true and false, how much of all posters it is
    said of at most, whether the rows matter or only their mean, and the inverse of the fit's
    regularisation."""

    trait: Trait
    column: str
    true: str
    false: tuple[str, ...]
    said_of: float
    by_rows: bool
    strength: float


FITTED_WORDS = (
    FittedWord(Trait.TITLE_ABOVE, "title", "above", ("middle", "below"), 0.17, True, 0.001),
    FittedWord(Trait.TITLE_BELOW, "title", "below", ("middle", "above"), 0.3, True, 0.001),
    FittedWord(Trait.PAINTED, "look", "painted", ("photographed",), 0.11, False, 0.0003),
    FittedWord(Trait.PHOTOGRAPHED, "look", "photographed", ("painted",), 0.4, False, 0.0003),
    FittedWord(Trait.LARGE_FACE, "face", "large", ("none",), 0.08, False, 0.0003),
)


def fitted_word(
    word: FittedWord, rows: RowMeans, labels: Sequence[dict[str, str]], others: RowMeans
) -> tuple[RowMeans, float]:
    """A word's weights [h, D] and bias, so that what is above 0 is said of `said_of` of the posters
    `others`; prints how often it was right in eight folds."""
    known = [n for n, label in enumerate(labels) if label[word.column] in (word.true, *word.false)]
    right = np.array([labels[n][word.column] == word.true for n in known])
    seen = _seen(word, rows[known])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=word.strength, max_iter=2000))
    folds = StratifiedKFold(8, shuffle=True, random_state=0)
    values = cross_val_predict(model, seen, right, cv=folds, method="decision_function")
    said = np.argsort(-values)[: round(word.said_of * len(values))]
    click.echo(f"{word.trait}: {right[said].mean():.0%} of {len(said)} right, {right.sum()} are so")
    model.fit(seen, right)
    scale, line = model[0].scale_, model[1].coef_[0]
    flat = line / scale
    shape = rows.shape[1:]
    weights = flat.reshape(shape) if word.by_rows else np.tile(flat / shape[0], (shape[0], 1))
    limit = np.quantile(np.einsum("nhd,hd->n", others, weights), 1 - word.said_of)
    return weights.astype(np.float32), -float(limit)


def _seen(word: FittedWord, rows: RowMeans) -> RowMeans:
    found: RowMeans = rows.reshape(len(rows), -1) if word.by_rows else rows.mean(axis=1)
    return found


def row_means(embedder: Embedder, images: Sequence[Image.Image]) -> RowMeans:
    """The rows of the posters' positions, float32[N, h, D]."""
    found = []
    for start in range(0, len(images), POSTERS_TOGETHER):
        positions = embedder.read(
            images[start : start + POSTERS_TOGETHER], positions=True
        ).positions
        assert positions is not None
        found.append(positions.mean(axis=2))
    return np.concatenate(found)


def draw_sheets(into: Path, images: Sequence[Image.Image], rows: RowMeans, probes: Probes) -> None:
    """A sheet for each word, and what share of the posters it is said of."""
    said: dict[str, list[int]] = {}
    for number, image in enumerate(images):
        positions = rows[number][:, None]
        found = probes.traits_of(positions, probes.model) | pixel_traits(image)
        for word in (*found, *plain_colours(palette(image))):
            said.setdefault(str(word), []).append(number)
    into.mkdir(parents=True, exist_ok=True)
    for word, numbers in sorted(said.items()):
        click.echo(f"{word}: of {len(numbers) / len(images):.1%}")
        sheet = Image.new("RGB", (SHEET_GRID[0] * PRINT_SIZE[0], SHEET_GRID[1] * PRINT_SIZE[1]))
        for place, number in enumerate(numbers[: SHEET_GRID[0] * SHEET_GRID[1]]):
            corner = place % SHEET_GRID[0] * PRINT_SIZE[0], place // SHEET_GRID[0] * PRINT_SIZE[1]
            sheet.paste(images[number].resize(PRINT_SIZE), corner)
        sheet.save(into / f"{word}.png")


@click.command()
@click.argument("posters", type=click.Path(path_type=Path, exists=True))
@click.argument("labels", type=click.Path(path_type=Path, exists=True))
@click.option("--others", default=3000, help="Posters without labels, drawn at random.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("onesheet/explaining") / FILE)
@click.option("--sheets", type=click.Path(path_type=Path), help="Where to draw the sheets.")
def main(posters: Path, labels: Path, others: int, out: Path, sheets: Path | None) -> None:
    """Fit the probes of the packaged model on LABELS of POSTERS."""
    with labels.open(encoding="utf-8", newline="") as file:
        labelled = list(csv.DictReader(file))
    mine = {label["imdb_id"] for label in labelled}
    rest = sorted(path for path in (posters / "images").iterdir() if path.stem not in mine)
    random.Random(0).shuffle(rest)
    embedder = Embedder.load()
    looked_at = [_picture(posters, label["imdb_id"]) for label in labelled]
    unseen = [decode(path.read_bytes()) for path in rest[:others]]
    rows, drawn = row_means(embedder, looked_at), row_means(embedder, unseen)
    limits = drawn[: others // 2]
    found = [fitted_word(word, rows, labelled, limits) for word in FITTED_WORDS]
    probes = Probes(
        embedder.fingerprint,
        tuple(word.trait for word in FITTED_WORDS),
        np.stack([weights for weights, _ in found]),
        np.array([bias for _, bias in found]),
    )
    np.savez_compressed(
        out,
        model=probes.model,
        traits=np.array(probes.traits, dtype=np.str_),
        weights=probes.weights.astype(np.float16),
        bias=probes.bias,
    )
    if sheets is not None:
        draw_sheets(sheets, unseen[others // 2 :], drawn[others // 2 :], probes)


def _picture(posters: Path, imdb_id: str) -> Image.Image:
    return decode(next((posters / "images").glob(f"{imdb_id}.*")).read_bytes())


if __name__ == "__main__":
    main()
