"""train: fit a model of one's own on the catalogue's posters."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from embedder.config import TrainingConfig
from webapp.commands.framework import Mistake, on_instance
from webapp.instance import Instance
from webapp.progress import bar

_HELP = {
    "backbone": "A torchvision classifier by name, or custom.",
    "weights": "imagenet (downloaded once), packaged (go on from the model that comes with "
    "Onesheet), the folder of a model, a file with a state dict, or none.",
    "teacher": "Weights that teach the look part, if not those to start from.",
    "tutor": "A finished model's folder, or packaged, whose genre readings soften the labels.",
    "tutor_share": "How much of the genres learned are the tutor's readings.",
    "height": "Of the network's input, pixels.",
    "width": "Of the network's input, pixels.",
    "epochs": "Times each training poster is seen.",
    "early_epochs": "First epochs at reduced size.",
    "batch": "Posters a step.",
    "accumulate": "Batches an optimiser step.",
    "frozen": "First blocks of the backbone that stay as they are.",
    "lr": "Learning rate of the backbone.",
    "promise": "Dimensions of the embedding's promise part.",
    "look": "Dimensions of the embedding's look part.",
    "mixing": "Share of batches whose posters are mixed.",
    "patience": "Epochs without a better val figure before stopping.",
    "seed": "Of everything random.",
    "threads": "CPU threads; 0 leaves the choice to torch.",
}


def _config_options(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each documented field of TrainingConfig, its default taken from there."""
    for field in reversed(dataclasses.fields(TrainingConfig)):
        if field.name in _HELP:
            command = click.option(
                f"--{field.name.replace('_', '-')}",
                default=field.default,
                show_default=True,
                help=_HELP[field.name],
            )(command)
    return command


@click.command(epilog="Example: onesheet train --backbone resnet18 --epochs 8 && onesheet index")
@_config_options
@click.option(
    "--run",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of checkpoints, caches and history; HOME/runs/latest unless given.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the finished model; HOME/model, which is then served, unless given.",
)
@click.option(
    "--balance",
    default=0.15,
    show_default=True,
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="How much of a similarity is looks; the rest is promise.",
)
@click.option(
    "--soup",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Share of the weights started from in the finished ones; for --weights of a model.",
)
@click.option("--name", default="Onesheet poster model", show_default=True, help="Of the model.")
@click.option("--resume", is_flag=True, help="Go on from the run's last epoch.")
@click.option(
    "--device",
    default="auto",
    show_default=True,
    type=click.Choice(["auto", "cpu", "cuda"]),
    help="auto takes a GPU where one is found.",
)
@click.option(
    "--int8",
    "wants_int8",
    is_flag=True,
    help="Keep an int8 build instead, if it is faster and loses at most 0.5 points of mAP.",
)
@on_instance
def train(
    instance: Instance,
    run: Path | None,
    out: Path | None,
    balance: float,
    soup: float,
    name: str,
    resume: bool,
    device: str,
    wants_int8: bool,
    **settings: Any,
) -> None:
    """Train a model on the catalogue's posters and make it the one that is served.

    Posters of the split train are learned from, those of val choose the epoch and calibrate.
    The run's folder gets augmentation.png, which shows what training sees, and report.html.
    Several processes train together when torchrun starts them:
    torchrun --nproc-per-node 2 --no-python onesheet train.
    Needs the extra: pip install 'onesheet[train]'.
    """
    try:
        from embedder import data
        from embedder.distributed import is_first
        from embedder.finishing import finish
        from embedder.training import train as fit
        from genres.thresholds import calibrated_thresholds
    except ImportError as error:
        raise Mistake(f"Training needs `pip install 'onesheet[train]'`: {error}") from error
    run, out = run or instance.home / "runs" / "latest", out or instance.model
    try:
        config = TrainingConfig(**settings)
        examples = training_examples(instance)
        with _Bars() as bars:
            best = fit(examples, run, config, resume=resume, progress=bars, device=device)
            if not is_first():
                return
            kept, _ = data.without_leaks(examples, config.near_duplicate)
            posters = data.cache(kept, run / "posters.npy", config.height, config.width)
            digest = finish(
                best,
                kept,
                posters,
                out,
                name=name,
                balance=balance,
                thresholds=calibrated_thresholds,
                soup=soup,
                progress=bars,
            )
        if wants_int8:
            digest = _adopt_int8(out, kept, posters)
    except ValueError as error:
        raise Mistake(str(error)) from error
    click.echo(f"The model {digest[:12]} is in {out}. Build its index with `onesheet index`.")
    click.echo(f"How the training went: {run / 'report.html'}")


def _adopt_int8(folder: Path, examples: Sequence[Any], posters: Any) -> str:
    """Try the int8 build, say what it costs and gains, and give the kept model's fingerprint."""
    import numpy as np

    from embedder import card, data, int8

    split = np.array([example.split for example in examples])
    train, val = np.flatnonzero(split == "train"), np.flatnonzero(split == "val")
    truth = data.labels(examples, card.load(folder)[1].genres).genres[val]
    some = train[:: -(-len(train) // int8.CALIBRATION)]
    measured, digest = int8.adopt(folder, posters[some], posters[val], truth)
    click.echo(
        f"int8 loses {measured.points_lost:.2f} points of mAP on val and takes "
        f"{measured.ms_int8:.1f} ms a poster instead of {measured.ms_float32:.1f}: "
        + ("kept." if measured.worth_it else "not worth it, float32 stays.")
    )
    return digest


def training_examples(instance: Instance) -> list[Any]:
    """The catalogue's posters, invented films left out unless there are no others."""
    from embedder.data import Example

    cards = instance.catalog.all_cards()
    real = [card for card in cards if not card.invented]
    return [
        Example(
            film=card.imdb_id,
            title=card.title,
            path=instance.catalog.poster_path(card.content_hash),
            genres=card.genres,
            year=card.year,
            rating=card.rating,
            split=card.split,
            perceptual_hash=card.perceptual_hash,
        )
        for card in real or cards
    ]


class _Bars:
    """A bar for each thing that training does in turn; the epochs of a run share one."""

    def __init__(self) -> None:
        self._kind: str | None = None
        self._bar: Any = None

    def __enter__(self) -> _Bars:
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, what: str, done: int, total: int) -> None:
        kind = what.partition(" ")[0]
        if kind != self._kind:
            self.__exit__()
            self._kind, self._bar = kind, bar(what.capitalize(), total)
            self._bar.initial = self._bar.n = done  # a resumed run was not this fast
        self._bar.set_description(what.capitalize(), refresh=False)
        self._bar.update(done - self._bar.n)
