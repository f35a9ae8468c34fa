"""similar, read, bandit: what the pages answer, in a terminal or for a program."""

from __future__ import annotations

import json
import random
from pathlib import Path

import click

from webapp.commands.framework import on_instance
from webapp.instance import Instance

IMAGE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
METRICS = click.Choice(["cosine", "euclidean", "manhattan"])


@click.command(epilog="Example: onesheet similar poster.jpg --metric cosine --json")
@IMAGE
@click.option("--metric", type=METRICS, help="Skips the bandit; left out, it chooses.")
@click.option("--k", type=click.IntRange(1, 50), default=5, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As POST /api/v1/recommendations answers.")
@on_instance
def similar(instance: Instance, file: Path, metric: str | None, k: int, as_json: bool) -> None:
    """List the catalogue's posters most like FILE, and record the recommendation."""
    from index import Metric
    from webapp.api import as_json as rendered
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


@click.command(epilog="Example: onesheet read poster.jpg --json")
@IMAGE
@click.option("--json", "as_json", is_flag=True, help="With the embedding.")
@on_instance
def read(instance: Instance, file: Path, as_json: bool) -> None:
    """Tell the genres and the score that a poster suggests."""
    from catalog.images import decode

    embedder = instance.embedder()
    reading = embedder.read([decode(file.read_bytes())])
    genres = dict(zip(embedder.card.genres, reading.genres[0].tolist(), strict=True))
    scores = reading.scores[0].tolist()
    if as_json:
        embedding = reading.embeddings[0].tolist()
        found = {"genres": genres, "scores": scores, "embedding": embedding}
        click.echo(json.dumps(found | {"model": embedder.fingerprint}))
        return
    for name, probability in sorted(genres.items(), key=lambda item: -item[1])[:5]:
        click.echo(f"{probability:5.0%}  {name}")
    for low, probability in zip(range(0, 10, 2), scores, strict=True):
        click.echo(f"{probability:5.0%}  rated {low}-{low + 2}")


@click.group(epilog="Example: onesheet bandit show")
def bandit() -> None:
    """See what the bandit has learned, or watch one learn."""


@bandit.command(epilog="Example: onesheet bandit show --json")
@click.option("--json", "as_json", is_flag=True, help="As GET /api/v1/bandit answers.")
@on_instance
def show(instance: Instance, as_json: bool) -> None:
    """The arms' counts and values under the model in use."""
    from webapp.api import bandit_json

    state = instance.recommender.bandit()
    if as_json:
        click.echo(json.dumps(bandit_json(state), indent=2))
        return
    for arm in state.arms:
        click.echo(f"{arm.arm:<10} shown {arm.shown:>6}  rated {arm.rated:>6}  {arm.value:+.3f}")
    click.echo(f"epsilon {state.epsilon:.3f} after {state.rated} ratings")


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
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Every step, one JSON object a line.")
def simulate_(steps: int, means: tuple[float, float, float], seed: int, as_json: bool) -> None:
    """Play the bandit against known rewards; touches no record."""
    from dataclasses import asdict

    from bandit import EpsilonGreedy, simulate
    from webapp.recommender import ARMS

    policy, known = EpsilonGreedy(ARMS), dict(zip(ARMS, means, strict=True))
    for step in simulate(policy, known, steps, random.Random(seed)):
        if as_json:
            click.echo(json.dumps(asdict(step)))
    if not as_json:
        for arm in step.stats:
            click.echo(f"{arm.arm:<10} shown {arm.shown:>6}  value {arm.value:+.3f}")
        click.echo(f"epsilon {step.epsilon:.3f}, regret {step.regret:.1f} after {steps} steps")
