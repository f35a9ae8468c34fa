"""train: fit a model of one's own on the catalogue's posters."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from embedder.config import TrainingConfig
from webapp.commands.framework import Mistake, on_instance
from webapp.instance import Instance
from webapp.progress import progress_of

_HELP = {
    "backbone": "A torchvision classifier by name, or custom.",
    "weights": "imagenet (downloaded once), none, or a file with a state dict.",
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
    default=0.4,
    show_default=True,
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="How much of a similarity is looks; the rest is promise.",
)
@click.option("--name", default="Onesheet poster model", show_default=True, help="Of the model.")
@click.option("--resume", is_flag=True, help="Go on from the run's last epoch.")
@on_instance
def train(
    instance: Instance,
    run: Path | None,
    out: Path | None,
    balance: float,
    name: str,
    resume: bool,
    **settings: Any,
) -> None:
    """Train a model on the catalogue's posters and make it the one that is served.

    Posters of the split train are learned from, those of val choose the epoch and calibrate.
    Needs the extra: pip install 'onesheet[train]'.
    """
    try:
        from embedder import data
        from embedder.finishing import finish
        from embedder.training import train as fit
        from genres.thresholds import best_thresholds
    except ImportError as error:
        raise Mistake(f"Training needs `pip install 'onesheet[train]'`: {error}") from error
    run, out = run or instance.home / "runs" / "latest", out or instance.model
    try:
        config = TrainingConfig(**settings)
        examples = training_examples(instance)
        with _Bars() as bars:
            best = fit(examples, run, config, resume=resume, progress=bars)
        kept, _ = data.without_leaks(examples, config.near_duplicate)
        posters = data.cache(kept, run / "posters.npy", config.height, config.width)
        digest = finish(
            best, kept, posters, out, name=name, balance=balance, thresholds=best_thresholds
        )
    except ValueError as error:
        raise Mistake(str(error)) from error
    click.echo(f"The model {digest[:12]} is in {out}. Build its index with `onesheet index`.")


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
    """A progress bar for each thing that training does in turn."""

    def __init__(self) -> None:
        self._what: str | None = None
        self._bar: Any = None

    def __enter__(self) -> _Bars:
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.__exit__(*error)

    def __call__(self, what: str, done: int, total: int) -> None:
        if what != self._what:
            self.__exit__(None, None, None)
            self._what, self._bar = what, progress_of(what.capitalize())
            self._report = self._bar.__enter__()
        self._report(done, total)
