"""train, compose: fit a model of one's own on the catalogue's posters, and to people's grades."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from cli.framework import Mistake, echo, on_instance_there
from embedder.training.config import TrainingConfig
from onesheet.base.progress import TrainingBars
from onesheet.evaluation.training_examples import training_examples
from onesheet.instance import Instance

_FOLDER = click.Path(file_okay=False, path_type=Path)
_HELP = {
    "backbone": "resnet18, resnet34, resnet50, vgg16, mobilenet_v2, mobilenet_v3_large, "
    "efficientnet_b0, convnext_tiny, efficientnet_lite0 (its --weights are a file), or custom, a "
    "small one from scratch (--weights none).",
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
    type=_FOLDER,
    help="Folder of checkpoints, caches and history; HOME/runs/latest unless given.",
)
@click.option(
    "--out",
    type=_FOLDER,
    help="Folder of the finished model; the instance's own, for `onesheet index`, if left out.",
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
@on_instance_there
def train(
    instance: Instance,
    run: Path | None,
    out: Path | None,
    balance: float,
    soup: float,
    name: str,
    resume: bool,
    device: str,
    **settings: Any,
) -> None:
    """Train a model on the catalogue's posters; `onesheet index` then makes it the one in use.

    Posters of the split train are learned from, those of val choose the epoch and calibrate.
    The run's folder gets augmentation.png, which shows what training sees, and report.html.
    Several processes train together when torchrun starts them:
    torchrun --nproc-per-node 2 --no-python onesheet train.
    What people graded, or gave thumbs, is learned by `onesheet compose --judged FILE`.
    Needs the extra: pip install 'onesheet[train]'.
    """
    try:
        from embedder.finishing.finish import check_finishable, finish
        from embedder.training import data
        from embedder.training.loop import train as fit
        from embedder.training.place import is_first
        from genres.thresholds import calibrated_thresholds
    except ImportError as error:
        raise Mistake(f"Training needs `pip install 'onesheet[train]'`: {error}") from error
    run = run or instance.home.runs / "latest"
    try:
        config = TrainingConfig(**settings)
        examples = training_examples(instance.home, instance.catalog, instance.poster_files)
        kept, _ = data.without_leaks(examples, config.near_duplicate)
        val = sum(each.split == "val" for each in kept)
        check_finishable(settings, len(data.labels_of(kept).genre_names), val, balance)
        with TrainingBars() as bars:
            best = fit(examples, run, config, resume=resume, progress=bars, device=device)
            if not is_first():
                return
            posters = data.cache(kept, run / "posters.npy", config.height, config.width)
            models = instance.live().models
            with models.new(out) as folder:
                digest = finish(
                    best,
                    kept,
                    posters,
                    folder,
                    name=name,
                    balance=balance,
                    thresholds=calibrated_thresholds,
                    soup=soup,
                    progress=bars,
                )
    except ValueError as error:
        raise Mistake(str(error)) from error
    _echo_place(digest, models.place(out), out)
    echo(f"How the training went: {run / 'report.html'}")


@click.command(epilog="Example: onesheet compose --judged grades.csv")
@click.option(
    "--judged",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV of query, candidate (film ids) and grade: 0 bad, 1 okay, 2 good; `onesheet thumbs "
    "export` writes one. Without it the part holds what varies most.",
)
@click.option(
    "--teacher",
    "teachers",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Published EfficientNet-Lite weights, whose view of posters is distilled; any number.",
)
@click.option(
    "--train-network",
    is_flag=True,
    help="The teachers train the network itself before: over an hour on two cores for 24,000.",
)
@click.option("--anew", is_flag=True, help="Even from fewer graded posters than the part has seen.")
@click.option("--out", type=_FOLDER, help="The new model's folder; the instance's own if left out.")
@on_instance_there
def compose(
    instance: Instance,
    judged: Path | None,
    teachers: tuple[Path, ...],
    train_network: bool,
    anew: bool,
    out: Path | None,
) -> None:
    """Give the model a composition part, which keeps what stands where.

    It is learned on posters of the split train, but for near-duplicates of the others; what the
    model reads (genres, score, decade) stays as it is. A model that has the part learns it anew,
    and forgets what it learned before.
    Needs the extra: pip install 'onesheet[train]'.
    """
    try:
        from embedder.composing.compose import compose_model, graded_before
        from embedder.composing.fitting import TAUGHT, ComposingConfig
        from embedder.composing.graded import usable_grades
        from embedder.composing.network_lessons import NetworkLessons
        from embedder.training import data
    except ImportError as error:
        raise Mistake(f"Composing needs `pip install 'onesheet[train]'`: {error}") from error
    if judged is None and teachers:
        raise Mistake("--teacher learns from grades too: name a file with --judged.")
    if train_network and not teachers:
        raise Mistake("--train-network needs a teacher: name its weights with --teacher.")
    models = instance.live().models
    card = models.load().card
    try:
        kept, _ = data.without_leaks(
            training_examples(instance.home, instance.catalog, instance.poster_files),
            TrainingConfig.near_duplicate,
        )
        films = [each for each in kept if each.split == "train"]
        ids = [each.film for each in films]
        grades, usable = usable_grades(judged, ids) if judged else ({}, 0)
        if usable < graded_before(card) and not (anew or teachers):
            raise Mistake(
                f"The part in use was learned from {graded_before(card):,} graded posters, and "
                f"here are {usable:,}: what they teach alone is worse. --anew does it anyway."
            )
        config = TAUGHT if teachers else ComposingConfig()
        runs = instance.home.runs  # there is room there, more than in /tmp
        runs.mkdir(parents=True, exist_ok=True)
        with (
            TrainingBars() as bars,
            TemporaryDirectory(dir=runs, prefix="composing-") as own,
            models.new(out) as folder,
        ):
            posters = data.cache(films, Path(own) / "posters.npy", card.height, card.width)
            lessons = NetworkLessons() if train_network else None
            digest = compose_model(
                models.chosen(),
                films,
                posters,
                grades,
                folder,
                config,
                bars,
                teachers=teachers,
                lessons=lessons,
            )
    except ValueError as error:
        raise Mistake(str(error)) from error
    _echo_place(digest, models.place(out), out)
    if judged:
        echo(f"It learned from {usable:,} of {len(grades):,} graded posters.")


def _echo_place(digest: str, place: str, out: Path | None) -> None:
    build = "onesheet index" if out is None else f"onesheet index --model {out}"
    echo(f"The model {digest[:12]} is in {place}. Build its index with `{build}`.")
