"""A run's report: written anew after every epoch, and once more at its end."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional

from embedder.networks.poster_network import PosterNetwork
from embedder.training import data, validation
from embedder.training.checkpoints import averaged_network
from embedder.training.place import TrainingPlace
from embedder.training.progress import Progress, silent
from embedder.training.report.findings import Pictured, Retrieval, RunFindings, run_findings
from embedder.training.report.page import page

_QUERIES, _NEAREST = 12, 5


def write_report(
    run: Path,
    history: Sequence[Mapping[str, Any]],
    found: RunFindings,
    retrievals: Sequence[Retrieval] = (),
) -> None:
    """Write `report.html`, one file that needs nothing else, into the run's folder.

    Args:
        history: a row an epoch, as in `history.csv`.
        retrievals: neighbours to show; the section is left out without any.
    """
    partial = run / "report.partial"
    partial.write_text(page(history, found, retrievals), encoding="utf-8")
    partial.replace(run / "report.html")


def conclude(
    run: Path,
    examples: Sequence[data.Example],
    posters: NDArray[np.uint8],
    place: TrainingPlace,
    say: Progress = silent,
) -> None:
    """Write the report of a finished run's best epoch, with the neighbours of unseen posters.

    Args:
        run: the folder that `training.train` wrote.
        examples, posters: as trained on, uint8 [N, H, W, 3].
    """
    saved = torch.load(run / "best.pt", map_location="cpu", weights_only=True)
    network = averaged_network(saved).to(place.device)
    with (run / "history.csv").open(newline="") as file:
        history = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
    labels = data.labels_of(examples, saved["genres"])
    split = np.array([example.split for example in examples])
    val, test = np.flatnonzero(split == "val"), np.flatnonzero(split == "test")
    found = run_findings(validation.read_rows(network, posters, val, place), labels, val)
    unseen = test if len(test) else val
    queries = unseen[:: max(1, len(unseen) // _QUERIES)][:_QUERIES]
    gallery = np.flatnonzero(split == "train")
    parts = []
    for chunk in np.array_split(gallery, max(1, len(gallery) // 1024)):
        parts.append(_directions(network, posters, chunk, place))
        say("embedding posters", int(np.searchsorted(gallery, chunk[-1])) + 1, len(gallery))
    cosines = _directions(network, posters, queries, place) @ torch.cat(parts).T
    nearest = cosines.topk(min(_NEAREST, len(gallery))).indices.numpy()
    retrievals = [
        Retrieval(
            _pictured(examples[query], posters[query]),
            tuple(_pictured(examples[row], posters[row]) for row in gallery[near]),
        )
        for query, near in zip(queries, nearest, strict=True)
    ]
    write_report(run, history, found, retrievals)


def _directions(
    network: PosterNetwork,
    posters: NDArray[np.uint8],
    rows: NDArray[np.int64],
    place: TrainingPlace,
) -> Tensor:
    """Both parts at unit length, so that promise and look weigh the same."""
    outputs = validation.read_rows(network, posters, rows, place)
    return torch.cat([functional.normalize(outputs.promise), functional.normalize(outputs.look)], 1)


def _pictured(example: data.Example, poster: NDArray[np.uint8]) -> Pictured:
    image = Image.fromarray(np.asarray(poster))
    image.thumbnail((128, 192))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=78)
    uri = "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
    return Pictured(example.title, example.year, example.genres, uri)
