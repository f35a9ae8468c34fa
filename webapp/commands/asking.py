"""similar, read, bandit: what the pages answer, in a terminal or for a program."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webapp.commands.framework import Mistake, echo_skipped, on_instance, on_instance_there
from webapp.instance import Instance

if TYPE_CHECKING:
    from webapp.reading import Intent, Reading

IMAGE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
GENRES_TOLD = 5
METRICS = click.Choice(["cosine", "euclidean", "manhattan"])
POLICIES = ("epsilon-greedy", "ucb1", "thompson")


@click.command(epilog="Example: onesheet similar poster.jpg --metric cosine --json")
@IMAGE
@click.option("--metric", type=METRICS, help="Skips the bandit; left out, it chooses.")
@click.option("--k", type=click.IntRange(1, 50), default=5, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As POST /api/v1/recommendations answers.")
@on_instance_there
def similar(instance: Instance, file: Path, metric: str | None, k: int, as_json: bool) -> None:
    """List the catalogue's posters most like FILE, and record the recommendation."""
    from index import Metric
    from webapp.json_forms import answer_json as rendered
    from webapp.queries import from_upload

    query = from_upload(file.read_bytes())
    chosen = Metric(metric) if metric else None
    answer = instance.recommender.recommend(query, metric=chosen, k=k)
    if as_json:
        click.echo(json.dumps(rendered(answer), indent=2, ensure_ascii=False))
        return
    if answer.same_as:
        click.echo(f"This is the poster of {answer.same_as.title} ({answer.same_as.imdb_id}).")
    for result in answer.results:
        card = result.card
        year = card.year or "year unknown"
        click.echo(f"{result.closeness:5.1f}  {card.title} ({year})  {card.imdb_id}")
    click.echo(f"by {answer.arm}, rate it at /r/{answer.id}")


@click.command(epilog="Example: onesheet read poster.jpg --intended Horror --intended Thriller")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--intended", multiple=True, help="A genre it is meant to promise; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="As POST /api/v1/readings, with embedding.")
@click.option(
    "--csv",
    "table",
    type=click.Path(dir_okay=False, path_type=Path),
    help="For a folder: the table to write, or to go on with.",
)
@on_instance
def read(
    instance: Instance, path: Path, intended: tuple[str, ...], as_json: bool, table: Path | None
) -> None:
    """Tell the genres, the score and the decade that a poster suggests.

    PATH is a poster, or a folder whose posters are written to the table --csv, a row each. A run
    that was interrupted goes on where it stopped; files that are no images are skipped.
    """
    if path.is_dir():
        if table is None or as_json or intended:
            raise Mistake("For a folder give --csv FILE, and neither --json nor --intended.")
        _read_folder(instance, path, table)
    elif table is not None:
        raise Mistake("--csv is for a folder; name one, or leave it out.")
    else:
        _read_poster(instance, path, intended, as_json)


def _read_poster(instance: Instance, path: Path, intended: Sequence[str], as_json: bool) -> None:
    from webapp.json_forms import reading_json
    from webapp.options import genres_named
    from webapp.queries import from_upload

    query, embedder = from_upload(path.read_bytes()), instance.embedder()
    names = genres_named(intended, embedder.card.genres)
    reading, intent = instance.recommender.read(query, names)
    if as_json:
        embedding = embedder.read([query.image]).embeddings[0].tolist()
        found = reading_json(reading, intent)
        click.echo(json.dumps(found | {"embedding": embedding, "model": embedder.fingerprint}))
        return
    _echo_reading(reading)
    if intent:
        _echo_intent(intent)


def _echo_reading(reading: Reading) -> None:
    for place, (name, probability) in enumerate(reading.genres.items()):
        if place < GENRES_TOLD or name in reading.predicted:
            click.echo(f"{probability:5.0%}  {name}{'  *' if name in reading.predicted else ''}")
    if reading.predicted:
        click.echo("       * likely enough to be promised")
    if reading.score_told:
        for low, probability in zip(range(0, 10, 2), reading.scores, strict=True):
            click.echo(f"{probability:5.0%}  rated {low}-{low + 2}")
        least, most = reading.score_interval
        click.echo(f"       about {reading.score:.1f}, four in five from {least:.1f} to {most:.1f}")
    if reading.decades_told:
        decade, probability = max(reading.decades.items(), key=lambda item: item[1])
        click.echo(f"{probability:5.0%}  looks like the {decade}s")


def _echo_intent(intent: Intent) -> None:
    for name, probability in intent.promises.items():
        click.echo(f"{probability:5.0%}  {name}, meant{'' if name in intent.kept else ', missing'}")
    click.echo(f"promised instead: {', '.join(intent.instead) or 'nothing else'}")
    if intent.rival:
        click.echo(f"strongest rival: {intent.rival}")
    for card in intent.examples:
        click.echo(f"such as: {card.title} ({card.imdb_id})")


def _read_folder(instance: Instance, folder: Path, table: Path) -> None:
    from webapp.progress import progress_of
    from webapp.tagging import tag_folder

    with progress_of("Reading posters") as progress:
        tagged = tag_folder(instance.embedder(), folder, table, progress)
    echo_skipped(tagged.skipped)
    done = f"Read {tagged.read}, kept {tagged.kept}, skipped {len(tagged.skipped)}."
    click.echo(f"{done} The table is {table}.")


@click.group(epilog="Example: onesheet bandit show")
def bandit() -> None:
    """See what the bandit has learned, or watch one learn."""


@bandit.command(epilog="Example: onesheet bandit show --json")
@click.option("--json", "as_json", is_flag=True, help="As GET /api/v1/bandit answers.")
@on_instance_there
def show(instance: Instance, as_json: bool) -> None:
    """The arms' counts and values under the model in use."""
    from webapp.json_forms import bandit_json

    state = instance.recommender.bandit()
    if as_json:
        click.echo(json.dumps(bandit_json(state), indent=2))
        return
    for arm in state.arms:
        numbers = f"shown {arm.shown:>6}  rated {arm.rated:>6}  {arm.value:+.3f}"
        chances = f"best {state.best[arm.arm]:4.0%}  next {state.chances[arm.arm]:4.0%}"
        click.echo(f"{arm.arm:<10} {numbers}  {chances}")
    click.echo(f"{state.policy.name}, epsilon {state.epsilon:.3f} after {state.rated} ratings")


@bandit.command(
    name="simulate",
    epilog="Example: onesheet bandit simulate --steps 1000 --means 0.2 0.3 0.5 --seed 7",
)
@click.option("--steps", type=click.IntRange(1, 1_000_000), default=500, show_default=True)
@click.option(
    "--means",
    type=(click.FloatRange(-1, 1),) * 3,
    default=(0.1, 0.2, 0.4),
    show_default=True,
    help="True mean reward of cosine, Euclidean and Manhattan, each in -1 to 1.",
)
@click.option("--policy", "name", type=click.Choice(POLICIES), default=POLICIES[0])
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Every step, one JSON object a line.")
def simulate_(
    steps: int, means: tuple[float, float, float], name: str, seed: int, as_json: bool
) -> None:
    """Play the bandit against known rewards; touches no record."""
    from dataclasses import asdict

    from bandit import PolicyName, policy, simulate
    from webapp.recommender import ARMS

    player, known = policy(PolicyName(name), ARMS), dict(zip(ARMS, means, strict=True))
    for step in simulate(player, known, steps, random.Random(seed)):
        if as_json:
            click.echo(json.dumps(asdict(step)))
    if not as_json:
        for arm in step.stats:
            click.echo(f"{arm.arm:<10} shown {arm.shown:>6}  value {arm.value:+.3f}")
        click.echo(f"epsilon {step.epsilon:.3f}, regret {step.regret:.1f} after {steps} steps")
