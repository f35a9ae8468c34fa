"""Training, from posters on disk to the best checkpoint. Reads top to bottom."""

from __future__ import annotations

import csv
import dataclasses
import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from embedder import data, report, validation
from embedder.augment import contact_sheet
from embedder.config import TrainingConfig
from embedder.distributed import Place, joined
from embedder.lessons import Criterion, Lessons, Objective, backward
from embedder.network import PosterNetwork, Shapes
from embedder.starting import begin, start_proxies
from embedder.teacher import look_targets
from embedder.tutor import tutored

Progress = Callable[[str, int, int], None]  # what is going on, done, total


def train(
    examples: Sequence[data.Example],
    run: Path,
    config: TrainingConfig,
    *,
    resume: bool = False,
    progress: Progress | None = None,
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
        ValueError: no val posters, too few training posters for one step, a checkpoint of another
            config, a device that is not there, or a loss that is no longer a number.
    """
    say = progress or (lambda *_: None)
    if config.threads:
        torch.set_num_threads(config.threads)
    with joined(device) as place:
        return _train(examples, run, config, resume, say if place.first else lambda *_: None, place)


def _train(
    examples: Sequence[data.Example],
    run: Path,
    config: TrainingConfig,
    resume: bool,
    say: Progress,
    place: Place,
) -> Path:
    examples, dropped = data.without_leaks(examples, config.near_duplicate)
    labels = data.labels(examples)
    split = np.array([example.split for example in examples])
    rows_train, rows_val = np.flatnonzero(split == "train"), np.flatnonzero(split == "val")
    if not len(rows_train) or not len(rows_val):
        raise ValueError("training needs posters in the splits train and val")
    own_share = config.batch * config.accumulate
    step_size = own_share * place.ranks
    steps = len(rows_train) // step_size  # an epoch; what is left over waits for another order
    if not steps:
        raise ValueError(f"{len(rows_train)} training posters do not fill a step of {step_size}")

    generator = _seeded(config.seed)
    shapes = Shapes(config.promise, config.look, len(labels.genre_names), len(labels.decade_names))
    network = PosterNetwork(config.backbone, shapes, config.dropout)
    network.to(memory_format=torch.channels_last)
    with place.first_alone():
        posters = data.cache(
            examples,
            run / "posters.npy",
            config.height,
            config.width,
            lambda done, total: say("decoding posters", done, total),
        )
        begin(network, config.backbone, config.teacher or config.weights, posters[rows_train])
        targets = data.kept(
            run,
            "looks",
            f"{config.backbone} {config.teacher or config.weights} {config.look}",
            lambda: look_targets(
                network, posters, split == "train", lambda *at: say("reading looks", *at)
            ),
        )
        read = labels.genres[rows_train]
        if config.tutor:
            read = data.kept(
                run,
                "readings",
                f"{config.tutor} {config.tutor_share}",
                lambda: tutored(
                    labels, posters, rows_train, config, lambda *at: say("asking the tutor", *at)
                ),
            )
        if config.teacher:
            begin(network, config.backbone, config.weights, posters[rows_train])
    families = data.families(examples)
    lessons = Lessons(posters, labels, targets, rows_train, read, families, config, place.device)
    criterion = Criterion(lessons, config, generator)
    start_proxies(criterion.promise.proxies, config.weights)
    objective = Objective(network, criterion, place).to(place.device)
    network.freeze(config.frozen)
    if place.first:
        _write_contact_sheet(lessons, config, run / "augmentation.png")

    average = torch.optim.swa_utils.AveragedModel(
        network,
        multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(config.average),  # type: ignore[no-untyped-call]
    )
    average.update_parameters(network)
    averaged = cast(PosterNetwork, average.module)
    optimizer = _optimizer(network, criterion, config)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: _warmup_cosine(step, steps * config.epochs, config.warmup)
    )
    parts: dict[str, Any] = {
        "network": network,
        "average": average,
        "criterion": criterion,
        "optimizer": optimizer,
        "schedule": schedule,
    }
    first, best = 0, -math.inf
    history: list[dict[str, Any]] = []
    if resume and (run / "last.pt").exists():
        first, best, history = _resume(run / "last.pt", parts, config)

    learner = place.parallel(objective)
    for epoch in range(first, config.epochs):
        started = time.monotonic()
        scale = config.early_scale if epoch < config.early_epochs else 1.0
        size = (round(config.height * scale / 16) * 16, round(config.width * scale / 16) * 16)
        order = torch.randperm(len(lessons), generator=_seeded(config.seed, epoch + 1))
        order = order[place.rank :: place.ranks]  # every process draws the same order
        generator = _seeded(config.seed, epoch + 1, place.rank + 1)
        network.train()
        sums: dict[str, Tensor] = {}
        for step in range(steps):
            batches = (
                lessons.batch(order[at : at + config.batch], size, generator)
                for at in range(step * own_share, (step + 1) * own_share, config.batch)
            )
            for name, value in backward(learner, batches, config.accumulate).items():
                sums[name] = sums.get(name, 0.0) + value / steps
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=True)
            average.update_parameters(network)
            done = (epoch * steps + step + 1) * step_size
            say(f"epoch {epoch + 1}/{config.epochs}", done, config.epochs * steps * step_size)
        place.average_(network.buffers())
        place.average_(sums.values())
        _refresh_batch_statistics(average, network)
        if not math.isfinite(sums["loss"]):
            raise ValueError(f"epoch {epoch + 1} ended in a loss of nan: lower the learning rate")

        stop = False
        if place.first:
            outputs = validation.read_rows(averaged, posters, rows_val, place)
            figures = validation.figures(outputs, labels, rows_val)
            row = {
                "epoch": epoch + 1,
                "seconds": round(time.monotonic() - started, 1),
                **{f"train_{name}": float(value) for name, value in sums.items()},
                **figures,
            }
            history.append(row)
            _write_history(run / "history.csv", history)
            better = _figure(row) > best
            best = max(best, _figure(row))
            checkpoint = {
                **{name: part.state_dict() for name, part in parts.items()},
                "config": dataclasses.asdict(config),
                "epoch": epoch + 1,
                "best": best,
                "history": history,
                "genres": labels.genre_names,
                "decades": labels.decade_names,
                "dropped": dropped,
            }
            _save(checkpoint, run / "last.pt")
            if better:
                _save(checkpoint, run / "best.pt")
            report.write(run, history, report.findings(outputs, labels, rows_val))
            stop = epoch + 1 - int(max(history, key=_figure)["epoch"]) >= config.patience
        if place.agreed(stop):
            break
    if place.first:
        report.conclude(run, examples, posters, place, say)
    return run / "best.pt"


def _seeded(*numbers: int) -> torch.Generator:
    """A generator for these numbers, counted from 1: to NumPy (1, 0) and (1,) are one seed.

    Torch's global one, for dropout, is set as well. Seeding every epoch anew lets an interrupted
    run go on exactly as if it had not been.
    """
    seed = int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> 1)
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed)


def _write_contact_sheet(lessons: Lessons, config: TrainingConfig, path: Path) -> None:
    generator = torch.Generator().manual_seed(config.seed)
    some = torch.randperm(len(lessons), generator=generator)[:10]
    contact_sheet(lessons.raw(some), config.height, config.width, generator).save(path)


def _optimizer(
    network: PosterNetwork, criterion: Criterion, config: TrainingConfig
) -> torch.optim.Optimizer:
    """AdamW; heads and proxies have their own rates, and only matrices decay."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            lr = config.lr if name.startswith("features.") else config.head_lr
            decay = config.weight_decay if parameter.ndim > 1 else 0.0
            groups.setdefault((lr, decay), []).append(parameter)
    groups.setdefault((config.proxy_lr, 0.0), []).extend(criterion.parameters())
    return torch.optim.AdamW(
        [{"params": p, "lr": lr, "weight_decay": decay} for (lr, decay), p in groups.items()]
    )


def _warmup_cosine(step: int, total: int, warmup: float) -> float:
    rising = max(1, int(total * warmup))
    if step < rising:
        return (step + 1) / rising
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - rising) / max(1, total - rising))))


def _refresh_batch_statistics(average: nn.Module, network: nn.Module) -> None:
    """Batch statistics are running averages already: the averaged network takes them over."""
    for own, other in zip(average.module.buffers(), network.buffers(), strict=True):  # type: ignore[union-attr]
        own.copy_(other)


def _figure(row: dict[str, Any]) -> float:
    """What an epoch is chosen by."""
    return float(row["val_map"] + row["val_p5"])


def _resume(
    path: Path, parts: dict[str, Any], config: TrainingConfig
) -> tuple[int, float, list[dict[str, Any]]]:
    saved = torch.load(path, map_location="cpu", weights_only=True)
    known = {field.name for field in dataclasses.fields(config)}
    if TrainingConfig(**{k: v for k, v in saved["config"].items() if k in known}) != config:
        raise ValueError(f"{path} was trained with another config; start anew without --resume")
    for name, part in parts.items():
        part.load_state_dict(saved[name])
    return saved["epoch"], saved["best"], saved["history"]


def _save(checkpoint: dict[str, Any], path: Path) -> None:
    partial = path.with_suffix(".partial")
    torch.save(checkpoint, partial)
    partial.replace(path)


def _write_history(path: Path, history: list[dict[str, Any]]) -> None:
    partial = path.with_suffix(".partial")
    with partial.open("w", newline="") as file:
        writer = csv.DictWriter(file, history[-1])
        writer.writeheader()
        writer.writerows(history)
    partial.replace(path)
