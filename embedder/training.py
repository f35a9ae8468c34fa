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
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from embedder import data
from embedder.config import TrainingConfig
from embedder.lessons import Criterion, Lessons
from embedder.network import Outputs, PosterNetwork, Shapes, load_weights
from embedder.teacher import look_targets

Progress = Callable[[str, int, int], None]  # what is going on, done, total


def train(
    examples: Sequence[data.Example],
    run: Path,
    config: TrainingConfig,
    *,
    resume: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Train a network on the examples' train split, choosing the epoch by their val split.

    Writes into `run`: `posters.npy` (the cache), `last.pt` and `best.pt` (checkpoints that
    describe themselves), `history.csv` (a row an epoch).

    Args:
        examples: posters with labels; see `data.Example`. Training copies of near-duplicates of
            val and test posters are left out.
        resume: continue from `last.pt` of the same config.

    Returns:
        The path of the best checkpoint.

    Raises:
        ValueError: no training or val posters, or a checkpoint of another config.
    """
    say = progress or (lambda *_: None)
    if config.threads:
        torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    generator = torch.Generator().manual_seed(config.seed)

    examples, dropped = data.without_leaks(examples, config.near_duplicate)
    labels = data.labels(examples)
    split = np.array([example.split for example in examples])
    rows_train, rows_val = np.flatnonzero(split == "train"), np.flatnonzero(split == "val")
    if not len(rows_train) or not len(rows_val):
        raise ValueError("training needs posters in the splits train and val")
    posters = data.cache(
        examples,
        run / "posters.npy",
        config.height,
        config.width,
        lambda done, total: say("decoding posters", done, total),
    )

    shapes = Shapes(config.promise, config.look, len(labels.genre_names), len(labels.decade_names))
    network = PosterNetwork(config.backbone, shapes, config.dropout)
    load_weights(network, config.backbone, config.weights)
    network.to(memory_format=torch.channels_last)
    targets = _cached_targets(network, posters, split == "train", run, say)
    lessons = Lessons(posters, labels, targets, rows_train, data.families(examples), config)
    criterion = Criterion(lessons, config, generator)
    network.freeze(config.frozen)

    average = torch.optim.swa_utils.AveragedModel(
        network,
        multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(config.average),  # type: ignore[no-untyped-call]
    )
    average.update_parameters(network)
    optimizer = _optimizer(network, criterion, config)
    steps_an_epoch = len(lessons) // (config.batch * config.accumulate)
    total_steps = steps_an_epoch * config.epochs
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: _warmup_cosine(step, total_steps, config.warmup)
    )

    first, best = 0, -math.inf
    history: list[dict[str, Any]] = []
    parts: dict[str, Any] = {
        "network": network,
        "average": average,
        "criterion": criterion,
        "optimizer": optimizer,
        "schedule": schedule,
    }
    if resume and (run / "last.pt").exists():
        first, best, history = _resume(run / "last.pt", parts, config, generator)
    for epoch in range(first, config.epochs):
        scale = config.early_scale if epoch < config.early_epochs else 1.0
        size = (round(config.height * scale / 16) * 16, round(config.width * scale / 16) * 16)
        network.train()
        started = time.monotonic()
        sums: dict[str, float] = {}
        order = torch.randperm(len(lessons), generator=generator)
        for step in range(steps_an_epoch):
            for part in range(config.accumulate):
                at = (step * config.accumulate + part) * config.batch
                batch = lessons.batch(order[at : at + config.batch], size, generator)
                with torch.autocast("cpu", torch.bfloat16):
                    outputs = network(batch.images)
                losses = criterion(outputs, batch)
                (losses["loss"] / config.accumulate).backward()
                for name, value in losses.items():
                    sums[name] = sums.get(name, 0.0) + float(value.detach())
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=True)
            average.update_parameters(network)
            say(f"epoch {epoch + 1}/{config.epochs}", (step + 1) * config.batch, len(lessons))
        _refresh_batch_statistics(average, network)
        figures = evaluate_val(cast(PosterNetwork, average.module), posters, labels, rows_val)
        row = {
            "epoch": epoch + 1,
            "seconds": round(time.monotonic() - started, 1),
            **{f"train_{k}": v / (steps_an_epoch * config.accumulate) for k, v in sums.items()},
            **figures,
        }
        history.append(row)
        _write_history(run / "history.csv", history)
        better = figures["val_map"] + figures["val_p5"] > best
        best = max(best, figures["val_map"] + figures["val_p5"])
        checkpoint = {
            **{name: part.state_dict() for name, part in parts.items()},
            "config": dataclasses.asdict(config),
            "epoch": epoch + 1,
            "best": best,
            "history": history,
            "generator": generator.get_state(),
            "dropout": torch.get_rng_state(),
            "genres": labels.genre_names,
            "decades": labels.decade_names,
            "dropped": dropped,
        }
        _save(checkpoint, run / "last.pt")
        if better:
            _save(checkpoint, run / "best.pt")
        elif epoch + 1 - _best_epoch(history) >= config.patience:
            break
    return run / "best.pt"


def _cached_targets(
    network: PosterNetwork,
    posters: NDArray[np.uint8],
    fit_on: NDArray[np.bool_],
    run: Path,
    say: Progress,
) -> NDArray[np.float32]:
    path = run / "looks.npy"
    if path.exists() and path.stat().st_mtime >= (run / "posters.npy").stat().st_mtime:
        kept: NDArray[np.float32] = np.load(path)
        if kept.shape == (len(posters), network.shapes.look):
            return kept
    targets = look_targets(
        network, posters, fit_on, lambda done, total: say("reading looks", done, total)
    )
    np.save(path, targets)
    return targets


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


@torch.inference_mode()
def evaluate_val(
    network: PosterNetwork,
    posters: NDArray[np.uint8],
    labels: data.Labels,
    rows: NDArray[np.int64],
) -> dict[str, float]:
    """Cheap figures for choosing an epoch, on the given posters alone.

    Returns:
        `val_map`: mean over genres of average precision. `val_p5`: shared-genre precision of the
        five nearest by the cosine of the promise part, each poster against the others.
        `val_rmse`: of the expected score.
    """
    from sklearn.metrics import average_precision_score

    network.eval()
    found = [
        _outputs(network, posters[chunk])
        for chunk in np.array_split(rows, max(1, len(rows) // 128))
    ]
    genres, truth = torch.cat([o.genres for o in found]).numpy(), labels.genres[rows]
    seen = truth.any(0)
    promise = functional.normalize(torch.cat([o.promise for o in found]))
    nearest = (promise @ promise.T).fill_diagonal_(-2).topk(min(5, len(rows) - 1)).indices.numpy()
    shared = (truth[nearest] * truth[:, None]).any(2)
    centres = torch.tensor([1.0, 3, 5, 7, 9])
    expected = (torch.cat([o.scores for o in found]).softmax(1) @ centres).numpy()
    ratings = labels.ratings[rows]
    rated = ~np.isnan(ratings)
    rmse = float(np.sqrt(np.mean((expected - ratings)[rated] ** 2))) if rated.any() else math.nan
    return {
        "val_map": float(average_precision_score(truth[:, seen], genres[:, seen], average="macro")),
        "val_p5": float(shared.mean()),
        "val_rmse": rmse,
    }


def _outputs(network: PosterNetwork, posters: NDArray[np.uint8]) -> Outputs:
    images = torch.from_numpy(np.ascontiguousarray(posters)).permute(0, 3, 1, 2)
    with torch.autocast("cpu", torch.bfloat16):
        return network(images)  # type: ignore[no-any-return]


def _best_epoch(history: list[dict[str, Any]]) -> int:
    return int(max(history, key=lambda row: row["val_map"] + row["val_p5"])["epoch"])


def _resume(
    path: Path, parts: dict[str, Any], config: TrainingConfig, generator: torch.Generator
) -> tuple[int, float, list[dict[str, Any]]]:
    saved = torch.load(path, map_location="cpu", weights_only=True)
    if saved["config"] != dataclasses.asdict(config):
        raise ValueError(f"{path} was trained with another config; start anew without --resume")
    for name, part in parts.items():
        part.load_state_dict(saved[name])
    generator.set_state(saved["generator"])
    torch.set_rng_state(saved["dropout"])
    return saved["epoch"], saved["best"], saved["history"]


def _save(checkpoint: dict[str, Any], path: Path) -> None:
    partial = path.with_suffix(".partial")
    torch.save(checkpoint, partial)
    partial.replace(path)


def _write_history(path: Path, history: list[dict[str, Any]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, history[0])
        writer.writeheader()
        writer.writerows(history)
