"""How well the five score bins are read, by three ways to decode them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.instruments.reporting import table
from benchmarks.papers.methods import PaperPosters
from benchmarks.papers.tables import ROUNDS
from embedder.gains import SCORE_CENTRES
from genres.intervals import mean_interval
from papers.ordinal import (
    confusion_matrix,
    likeliest,
    mean_absolute_error,
    median,
    nearest_to_mean,
)


def scores_read(posters: PaperPosters) -> str:
    """The five score bins by three decodings, beside the majority bin; and the confusions."""
    readings = posters.readings
    rated = [row for row in posters.test if readings.examples[row].rating is not None]
    known = [readings.examples[row].rating for row in posters.train]
    bins = _bins([readings.examples[row].rating or 0.0 for row in rated])
    majority = np.bincount(_bins([r for r in known if r is not None]), minlength=5).argmax()
    said = readings.scores[rated].astype(np.float64)
    said /= said.sum(axis=1, keepdims=True)
    decoded = {
        "likeliest bin": likeliest(np.minimum(said, 1)),
        "median bin": median(np.minimum(said, 1)),
        "bin nearest to the expected score": nearest_to_mean(np.minimum(said, 1), SCORE_CENTRES),
        "floor: the majority bin": np.full(len(bins), majority),
    }
    rows = []
    for name, found in decoded.items():
        hits = found == bins
        low, high = mean_interval(hits, rounds=ROUNDS)
        figure = f"{hits.mean():.3f} ({low:.3f}-{high:.3f})"
        rows.append([name, figure, f"{mean_absolute_error(bins, found):.3f}"])
    bands = ("0-2", "2-4", "4-6", "6-8", "8-10")
    counts = confusion_matrix(bins, decoded["likeliest bin"], 5).tolist()
    matrix = [[band, *map(str, row)] for band, row in zip(bands, counts, strict=True)]
    return (
        table(["decoding", "accuracy", "bins off"], rows)
        + "\n\n"
        + table(["true \\ likeliest", *bands], matrix)
    )


def _bins(ratings: Sequence[float]) -> NDArray[np.int64]:
    bins: NDArray[np.int64] = np.minimum(np.array(ratings) // 2, 4).astype(np.int64)
    return bins
