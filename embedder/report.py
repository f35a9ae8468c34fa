"""What a training run found out, for people: learning curves, genres, scores and neighbours."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional

from embedder import data, report_page, validation
from embedder.distributed import Place
from embedder.finishing import averaged_network
from embedder.network import SCORE_BINS, Outputs, PosterNetwork

QUERIES, NEIGHBOURS = 12, 5
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class GenreFinding:
    """How well one genre is read off val: its share of films, average precision, best F1."""

    name: str
    share: float
    average_precision: float
    best_f1: float


@dataclass(frozen=True)
class Findings:
    """Figures of the val posters; `confusion` counts true by predicted score bin, int64 [5, 5]."""

    genres: tuple[GenreFinding, ...]
    confusion: NDArray[np.int64]


@dataclass(frozen=True)
class Pictured:
    """A poster small enough to travel inside the page."""

    title: str
    year: int | None
    genres: tuple[str, ...]
    jpeg: str  # a data URI


@dataclass(frozen=True)
class Retrieval:
    """A query and its nearest training posters, nearest first."""

    query: Pictured
    nearest: tuple[Pictured, ...]


def findings(outputs: Outputs, labels: data.Labels, rows: Rows) -> Findings:
    """Figures of the posters of the given rows, whose outputs these are.

    F1 is at the threshold that suits these very posters best, so it flatters a little.
    """
    from sklearn.metrics import average_precision_score, precision_recall_curve

    genres = []
    for column, name in enumerate(labels.genre_names):
        truth, logits = labels.genres[rows, column], outputs.genres[:, column].numpy()
        if truth.any():
            precision, recall, _ = precision_recall_curve(truth, logits)
            f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
            average = float(average_precision_score(truth, logits))
            genres.append(GenreFinding(name, float(truth.mean()), average, float(f1.max())))
    ratings = labels.ratings[rows]
    rated = ~np.isnan(ratings)
    confusion = np.zeros((SCORE_BINS, SCORE_BINS), np.int64)
    true = np.minimum(ratings[rated] // 2, SCORE_BINS - 1).astype(np.int64)
    np.add.at(confusion, (true, outputs.scores.argmax(1).numpy()[rated]), 1)
    return Findings(tuple(genres), confusion)


def write(
    run: Path,
    history: Sequence[Mapping[str, Any]],
    found: Findings,
    retrievals: Sequence[Retrieval] = (),
) -> None:
    """Write `report.html`, one file that needs nothing else, into the run's folder.

    Args:
        history: a row an epoch, as in `history.csv`.
        retrievals: neighbours to show; the section is left out without any.
    """
    partial = run / "report.partial"
    partial.write_text(report_page.page(history, found, retrievals), encoding="utf-8")
    partial.replace(run / "report.html")


def conclude(
    run: Path,
    examples: Sequence[data.Example],
    posters: NDArray[np.uint8],
    place: Place,
    say: Callable[[str, int, int], None] = lambda *_: None,
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
    labels = data.labels(examples, saved["genres"])
    split = np.array([example.split for example in examples])
    val, test = np.flatnonzero(split == "val"), np.flatnonzero(split == "test")
    found = findings(validation.read_rows(network, posters, val, place), labels, val)
    unseen = test if len(test) else val
    queries = unseen[:: max(1, len(unseen) // QUERIES)][:QUERIES]
    gallery = np.flatnonzero(split == "train")
    parts = []
    for chunk in np.array_split(gallery, max(1, len(gallery) // 1024)):
        parts.append(_directions(network, posters, chunk, place))
        say("embedding posters", int(np.searchsorted(gallery, chunk[-1])) + 1, len(gallery))
    cosines = _directions(network, posters, queries, place) @ torch.cat(parts).T
    nearest = cosines.topk(min(NEIGHBOURS, len(gallery))).indices.numpy()
    retrievals = [
        Retrieval(
            _pictured(examples[query], posters[query]),
            tuple(_pictured(examples[row], posters[row]) for row in gallery[near]),
        )
        for query, near in zip(queries, nearest, strict=True)
    ]
    write(run, history, found, retrievals)


def _directions(
    network: PosterNetwork, posters: NDArray[np.uint8], rows: Rows, place: Place
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
