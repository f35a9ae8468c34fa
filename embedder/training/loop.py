"""Training, from posters on disk to the best checkpoint. Reads top to bottom."""

from __future__ import annotations

import copy
import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from embedder.networks.poster_network import PosterNetwork, Shapes
from embedder.training import data, validation
from embedder.training.augment import contact_sheet
from embedder.training.checkpoints import (
    BEST,
    LAST,
    Epochs,
    keep_epoch,
    resumed,
    since_best,
)
from embedder.training.config import TrainingConfig
from embedder.training.learner import Learner, seeded
from embedder.training.lessons import Criterion, Lessons
from embedder.training.place import TrainingPlace, training_place
from embedder.training.progress import Progress, silent
from embedder.training.report.findings import run_findings
from embedder.training.report.writing import conclude, write_report
from embedder.training.starting import begin, start_proxies, weights_identity
from embedder.training.teacher import look_targets
from embedder.training.tutor import tutored


def train(
    examples: Sequence[data.Example],
    run: Path,
    config: TrainingConfig,
    *,
    resume: bool = False,
    progress: Progress = silent,
    device: str = "auto",
) -> Path:
    """Train a network on the examples' train split, choosing the epoch by their val split.

    Writes into `run`: `posters.npy` and `looks.npy` (caches), `augmentation.png` (what training
    sees), `last.pt` and `best.pt` (checkpoints that describe themselves), `history.csv` (a row an
    epoch) and `report.html`. Started by torchrun, every process takes its share of each epoch and
    the first one writes; `config.batch` is then each process's own.

    Args:
        examples: posters with labels; see `data.Example`. Training copies of near-duplicates of
            val and test posters are left out.
        resume: continue from `last.pt` of the same config.
        progress: told what is going on; epochs count posters of the whole run.
        device: "cpu", "cuda" or "auto", which is a GPU where one is found.

    Returns:
        The path of the best checkpoint.

    Raises:
        ValueError: fewer than two val posters, or none with a genre; too few training posters for
            one step, a checkpoint of another config or of other genres, a device that is not
            there, or a loss that is no longer a number.
    """
    if config.threads:
        torch.set_num_threads(config.threads)
    with training_place(device) as place:
        say = progress if place.first else silent
        return _train(_Run(run, config, place, say), examples, resume)


@dataclass(frozen=True)
class _Run:
    """What every step of a run needs; `folder` is what it writes into."""

    folder: Path
    config: TrainingConfig
    place: TrainingPlace
    say: Progress

    def telling(self, what: str) -> Callable[[int, int], None]:
        """How far `what` has come is told to `say`."""
        return lambda done, total: self.say(what, done, total)


def _train(run: _Run, examples: Sequence[data.Example], resume: bool) -> Path:
    config, place = run.config, run.place
    examples, dropped = data.without_leaks(examples, config.near_duplicate)
    labels = data.labels_of(examples)
    split = np.array([example.split for example in examples])
    rows_train, rows_val = np.flatnonzero(split == "train"), np.flatnonzero(split == "val")
    steps = _steps(labels, rows_train, rows_val, config, place)

    generator = seeded(config.seed)
    network = _network(labels, config)
    with place.first_alone():
        posters = data.cache(
            examples,
            run.folder / "posters.npy",
            config.height,
            config.width,
            run.telling("decoding posters"),
        )
        targets, read = _taught(run, network, posters, labels, rows_train)
    families = data.families(examples)
    lessons = Lessons(posters, labels, targets, rows_train, read, families, config, place.device)
    criterion = Criterion(lessons, config, generator)
    start_proxies(criterion.promise.proxies, config.weights, labels.genre_names)
    learner = Learner(network, criterion, config, place, steps)
    if place.first:
        _write_contact_sheet(lessons, config, run.folder / "augmentation.png")

    facts = {
        "config": dataclasses.asdict(config),
        "genres": labels.genre_names,
        "decades": labels.decade_names,
        "dropped": dropped,
    }
    history = resumed(run.folder / LAST, learner.parts, facts) if resume else []
    _learn(run, learner, lessons, posters, labels, rows_val, history, facts)
    if place.first:
        conclude(run.folder, examples, posters, place, run.say)
    return run.folder / BEST


def _learn(
    run: _Run,
    learner: Learner,
    lessons: Lessons,
    posters: NDArray[np.uint8],
    labels: data.Labels,
    val: NDArray[np.int64],
    history: Epochs,
    facts: Mapping[str, Any],
) -> None:
    """Learn one epoch after another, keep each, and stop once none has been the best for long."""
    config, place = run.config, run.place
    if history and since_best(history) >= config.patience:
        return
    for epoch in range(len(history), config.epochs):
        started = time.monotonic()
        losses = learner.learn(epoch, lessons, run.say)
        stop = False
        if place.first:
            outputs = validation.read_rows(learner.averaged, posters, val, place)
            row = {
                "epoch": epoch + 1,
                "seconds": round(time.monotonic() - started, 1),
                **{f"train_{name}": float(value) for name, value in losses.items()},
                **validation.figures(outputs, labels, val),
            }
            history.append(row)
            keep_epoch(run.folder, history, learner.parts, facts)
            write_report(run.folder, history, run_findings(outputs, labels, val))
            stop = since_best(history) >= config.patience
        if place.agreed(stop):
            break


def _steps(
    labels: data.Labels,
    train: NDArray[np.int64],
    val: NDArray[np.int64],
    config: TrainingConfig,
    place: TrainingPlace,
) -> int:
    """Of an epoch, where there is enough to learn from and to choose by; the posters left over
    wait for another order."""
    if not len(train) or len(val) < 2:
        raise ValueError("training needs posters in the splits train and val, of val at least two")
    if not labels.genres[val].any():
        raise ValueError("no poster of the split val has a genre that those of train have")
    step_size = config.batch * config.accumulate * place.ranks
    if len(train) < step_size:
        raise ValueError(f"{len(train)} training posters do not fill a step of {step_size}")
    return len(train) // step_size


def _network(labels: data.Labels, config: TrainingConfig) -> PosterNetwork:
    shapes = Shapes(config.promise, config.look, len(labels.genre_names), len(labels.decade_names))
    network = PosterNetwork(config.backbone, shapes, config.dropout)
    return network.to(memory_format=torch.channels_last)


def _taught(
    run: _Run,
    network: PosterNetwork,
    posters: NDArray[np.uint8],
    labels: data.Labels,
    train: NDArray[np.int64],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The teacher's vectors of all posters, and the genre probabilities of the training ones; the
    network is left with the weights that it starts from."""
    config = run.config
    teacher = config.teacher or config.weights
    teaching = copy.deepcopy(network) if config.teacher else network
    fit_on = np.zeros(len(posters), bool)
    fit_on[train] = True
    begin(teaching, config.backbone, teacher, posters[train], labels.genre_names)
    seed = config.seed if teacher == "none" else None  # a random teacher is another by each seed
    targets = data.kept(
        run.folder,
        "looks",
        (config.backbone, weights_identity(teacher), seed, config.look, train),
        lambda: look_targets(teaching, posters, fit_on, run.telling("reading looks")),
    )
    read = labels.genres[train]
    if config.tutor:
        tutor = weights_identity(config.tutor)
        read = data.kept(
            run.folder,
            "readings",
            (tutor, config.tutor_share, labels.genre_names, read, train),
            lambda: tutored(labels, posters, train, config, run.telling("asking the tutor")),
        )
    if teaching is not network:
        begin(network, config.backbone, config.weights, posters[train], labels.genre_names)
    return targets, read


def _write_contact_sheet(lessons: Lessons, config: TrainingConfig, path: Path) -> None:
    generator = torch.Generator().manual_seed(config.seed)
    some = torch.randperm(len(lessons), generator=generator)[:10]
    contact_sheet(lessons.raw(some), config.height, config.width, generator).save(path)
