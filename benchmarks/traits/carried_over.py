"""Carry the packaged probes over to a new packaged model, where the labels are not at hand.

    python -m benchmarks.traits.carried_over POSTERS FORMER

POSTERS is a folder with images/, FORMER the folder of the model that the probes read until now.
Fits to 6,000 posters what each probe said of the former model's positions, so that each word is
said as often as before, and prints how often both say the same of 2,000 others. Writes
onesheet/explaining/probes.npz.
"""

from __future__ import annotations

import random
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.traits.__main__ import row_means
from catalog.images import decode
from embedder import Embedder
from onesheet.explaining.probes import FILE, packaged_probes

Floats = NDArray[np.float64]
LEARNED_FROM, CHECKED = 6000, 2000
RIDGE = 0.02
"""Of the mean variance of a position's numbers, added to each."""


@click.command()
@click.argument("posters", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("former", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(posters: Path, former: Path) -> None:
    """Fit what each word was said of to the packaged model's positions."""
    probes, old, new = packaged_probes(), Embedder.load(former), Embedder.load()
    if probes.model != old.fingerprint:
        raise click.UsageError("The packaged probes do not read that model.")
    pictures = sorted((posters / "images").iterdir())
    chosen = random.Random(0).sample(pictures, min(len(pictures), LEARNED_FROM + CHECKED))
    images = [decode(path.read_bytes()) for path in chosen]
    before, after = (row_means(each, images).astype(np.float64) for each in (old, new))
    values = np.einsum("nhd,thd->nt", before, probes.weights) + probes.bias
    weights, bias = [], []
    for number, trait in enumerate(probes.traits):
        by_rows = bool(np.ptp(probes.weights[number], axis=0).any())
        weight, limit, found = carried(after, values[:, number], by_rows=by_rows)
        weights.append(weight)
        bias.append(limit)
        said, was = found[LEARNED_FROM:] > 0, values[LEARNED_FROM:, number] > 0
        click.echo(
            f"{trait.value}: said of {said.mean():.1%}, of those before too {was[said].mean():.1%}"
            f"; the same of {np.mean(said == was):.1%}"
        )
    np.savez_compressed(
        Path("onesheet/explaining") / FILE,
        model=new.fingerprint,
        traits=np.array(probes.traits, dtype=np.str_),
        weights=np.array(weights, np.float16),
        bias=np.array(bias),
    )


def carried(rows: Floats, values: Floats, *, by_rows: bool) -> tuple[Floats, float, Floats]:
    """Least squares of values [N] on row means [N, h, D], by the first LEARNED_FROM.

    Returns:
        The weights [h, D], the bias with which as many are above 0 as of the values, and what they
        say of all.
    """
    seen = rows.reshape(len(rows), -1) if by_rows else rows.mean(axis=1)
    known, mean = seen[:LEARNED_FROM], seen[:LEARNED_FROM].mean(axis=0)
    inner = (known - mean).T @ (known - mean)
    inner[np.diag_indices_from(inner)] += RIDGE * np.trace(inner) / len(inner)
    wanted = values[:LEARNED_FROM] - values[:LEARNED_FROM].mean()
    weight = np.linalg.solve(inner, (known - mean).T @ wanted)
    bias = -float(np.quantile(known @ weight, 1 - np.mean(values[:LEARNED_FROM] > 0)))
    height = rows.shape[1]
    shaped = weight.reshape(rows.shape[1:]) if by_rows else np.tile(weight / height, (height, 1))
    return shaped, bias, seen @ weight + bias


if __name__ == "__main__":
    main()
