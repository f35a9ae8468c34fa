"""evaluate: a model's figures on posters it never saw."""

from __future__ import annotations

import csv
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np

from cli.framework import Mistake, echo, on_instance_there
from onesheet.base.progress import progress_of
from onesheet.evaluation.training_examples import training_examples
from onesheet.instance import Instance

if TYPE_CHECKING:
    from onesheet.evaluation.assessment import Section


@click.command(epilog="Example: onesheet evaluate --split val --json")
@click.option("--split", type=click.Choice(["val", "test"]), default="test", show_default=True)
@click.option(
    "--sequels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV of imdb_id and sequels (ids joined with |), posters meant to look alike.",
)
@click.option("--altered/--no-altered", default=True, help="Try altered copies (slow).")
@click.option("--json", "as_json", is_flag=True, help="All figures, for programs.")
@on_instance_there
def evaluate(
    instance: Instance, split: str, sequels: Path | None, altered: bool, as_json: bool
) -> None:
    """Measure the model on held-out posters against the posters of the split train.

    Choose by val; look at test once. Figures come with 95% bootstrap intervals.
    """
    from catalog.images import NEAR_DUPLICATE, decode
    from onesheet.evaluation.assessment import assess
    from onesheet.evaluation.poster_readings import Readings

    examples = training_examples(instance.home, instance.catalog, instance.poster_files)
    if not {split, "train"} <= {example.split for example in examples}:
        raise Mistake(f"The catalogue has no posters of the splits train and {split}.")
    sequels_of = read_sequels(sequels) if sequels else None
    embedder = instance.embedder()
    with progress_of("Reading posters") as progress:
        readings = Readings.of(embedder, examples, progress)
    try:
        sections = assess(
            embedder,
            readings,
            split,
            NEAR_DUPLICATE,
            image=(lambda example: decode(example.path.read_bytes())) if altered else None,
            sequels=sequels_of,
        )
    except ValueError as error:
        raise Mistake(str(error)) from error
    if as_json:
        echo(json.dumps({"split": split, "model": embedder.fingerprint} | plain(sections)))
        return
    for title, section in sections.items():
        echo(f"\n{title}")
        for name, figure in section.items():
            echo(f"  {name:58} {rendered(figure)}")


def read_sequels(path: Path) -> dict[str, list[str]]:
    """Films to their sequels, from a CSV with the columns imdb_id and sequels."""
    with path.open(newline="", encoding="utf-8-sig") as file:  # Excel marks its UTF-8
        reader = csv.DictReader(file, restval="")
        try:
            if not {"imdb_id", "sequels"} <= set(reader.fieldnames or ()):
                raise Mistake(f"{path} needs the columns imdb_id and sequels.")
            return {row["imdb_id"].strip(): _ids(row["sequels"]) for row in reader}
        except (UnicodeDecodeError, csv.Error) as error:
            raise Mistake(f"{path} is no CSV in UTF-8: {error}") from error


def _ids(cell: str) -> list[str]:
    return [each.strip() for each in cell.split("|")]


def plain(sections: dict[str, Section]) -> dict[str, dict[str, object]]:
    """Sections as JSON has them: a figure is its value, low and high."""
    return {
        title: {
            name: float(f) if isinstance(f, float | np.floating) else dataclasses.asdict(f)
            for name, f in section.items()
        }
        for title, section in sections.items()
    }


def rendered(figure: object) -> str:
    """A figure with its interval, in three decimals."""
    if isinstance(figure, float | np.floating):
        return f"{figure:.3f}"
    value, low, high = dataclasses.astuple(figure)  # type: ignore[call-overload]
    return f"{value:.3f}  ({low:.3f} to {high:.3f})"
