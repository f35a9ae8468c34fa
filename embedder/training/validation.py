"""Cheap figures for choosing an epoch."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from embedder.networks.poster_network import Outputs, PosterNetwork
from embedder.training import data
from embedder.training.image_batches import image_batches
from embedder.training.place import TrainingPlace

BIN_CENTRES = torch.tensor([1.0, 3, 5, 7, 9])


@torch.inference_mode()
def read_rows(
    network: PosterNetwork,
    posters: NDArray[np.uint8],
    rows: NDArray[np.int64],
    place: TrainingPlace,
) -> Outputs:
    """Raw outputs for some of the posters, uint8 [N, H, W, 3]; float32 on the CPU."""
    network.eval()
    found = []
    for batch in image_batches(posters, rows, at_once=128):
        with place.autocast():
            found.append(network(batch.to(place.device)))
    names = [field.name for field in dataclasses.fields(Outputs)]
    return Outputs(**{n: torch.cat([getattr(o, n) for o in found]).float().cpu() for n in names})


def figures(outputs: Outputs, labels: data.Labels, rows: NDArray[np.int64]) -> dict[str, float]:
    """How well the posters of the given rows are read, and found by each other.

    Returns:
        `val_map`: mean over genres of average precision. `val_p5`: shared-genre precision of the
        five nearest by the cosine of the promise part, each poster against the others; 0 where
        there are none. Both are of posters that have a genre. `val_rmse`: of the expected score;
        NaN where none is rated.
    """
    from sklearn.metrics import average_precision_score

    known = labels.genres[rows].any(1)  # a film whose genres nobody knows is not a film of none
    truth, genres = labels.genres[rows][known], outputs.genres.numpy()[known]
    seen = truth.any(0)
    promise = functional.normalize(outputs.promise[torch.from_numpy(known)])
    nearest = (promise @ promise.T).fill_diagonal_(-2).topk(min(5, len(truth) - 1)).indices.numpy()
    shared = (truth[nearest] * truth[:, None]).any(2)
    expected = (outputs.scores.softmax(1) @ BIN_CENTRES).numpy()
    ratings = labels.ratings[rows]
    rated = ~np.isnan(ratings)
    rmse = float(np.sqrt(np.mean((expected - ratings)[rated] ** 2))) if rated.any() else math.nan
    return {
        "val_map": float(average_precision_score(truth[:, seen], genres[:, seen], average="macro")),
        "val_p5": float(shared.mean()) if shared.size else 0.0,
        "val_rmse": rmse,
    }
