"""bandit, thumbs: what people said, what was learned from it, and how one learns."""

from __future__ import annotations

import json
import random
from dataclasses import asdict

import click

from bandit import PolicyName, Rating, UnknownRecommendation, policy
from bandit import simulate as simulation
from cli.framework import Mistake, echo, on_instance_there
from onesheet.instance import Instance

TAKEN_BACK = "none"
POLICIES = [name.value for name in PolicyName]


@click.group(epilog="Example: onesheet bandit show")
def bandit() -> None:
    """See what the bandit has learned, or watch one learn."""


@bandit.command(epilog="Example: onesheet bandit show --json")
@click.option("--json", "as_json", is_flag=True, help="As GET /api/v1/bandit answers.")
@on_instance_there
def show(instance: Instance, as_json: bool) -> None:
    """The arms' counts and values under the model in use."""
    from webapp.presenting.bandit_serializers import bandit_answer
    from webapp.presenting.serializers import as_text
    from webapp.text.wording import brief

    state = instance.recommender.bandit()
    if as_json:
        echo(as_text(bandit_answer(state), indent=2))
        return
    for arm in state.arms:
        numbers = f"shown {arm.shown:>6}  rated {arm.rated:>6}  {arm.value:+.3f}"
        chances = f"best {brief(state.best[arm.arm]):>4}  next {brief(state.chances[arm.arm]):>4}"
        echo(f"{arm.arm:<10} {numbers}  {chances}")
    echo(f"{state.policy.name}, epsilon {state.epsilon:.3f} after {state.rated} ratings")


@bandit.command(
    epilog="Example: onesheet bandit rate 2mXv0hT1bJq0_yQh good",
    # An id may begin with a dash, and -h would be taken out of its middle.
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
)
@click.argument("recommendation")
@click.argument("rating", type=click.Choice([*(each.value for each in Rating), TAKEN_BACK]))
@on_instance_there
def rate(instance: Instance, recommendation: str, rating: str) -> None:
    """Rate the answer of this id as who runs the instance, or take its rating back (none)."""
    try:
        instance.recommender.rate(recommendation, None if rating == TAKEN_BACK else Rating(rating))
    except UnknownRecommendation as error:
        raise Mistake(str(error)) from error


@bandit.command(epilog="Example: onesheet bandit merge postgresql://db.tokyo.example/onesheet")
@click.argument("database")
@on_instance_there
def merge(instance: Instance, database: str) -> None:
    """Take over the ratings of another site's DATABASE: its address, or its onesheet.db.

    It is only read. Nothing of the other's posters comes along. Of two ratings of one answer the
    later counts, so run this on both sites, by a timer, as often as you like.
    """
    from onesheet.storage.transfer import database_there, merge_ratings

    other = database_there(database)
    try:
        merged = merge_ratings(other, instance.engine)
    finally:
        other.dispose()
    echo(f"{merged.recommendations} answers came, and {merged.verdicts} ratings were later there.")


@bandit.command(
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
def simulate(
    steps: int, means: tuple[float, float, float], name: str, seed: int, as_json: bool
) -> None:
    """Play the bandit against known rewards; touches no record."""
    from onesheet.recommending.recommender import ARMS

    player, known = policy(PolicyName(name), ARMS), dict(zip(ARMS, means, strict=True))
    for step in simulation(player, known, steps, random.Random(seed)):
        if as_json:
            echo(json.dumps(asdict(step)))
    if not as_json:
        for arm in step.stats:
            echo(f"{arm.arm:<10} shown {arm.shown:>6}  value {arm.value:+.3f}")
        echo(f"epsilon {step.epsilon:.3f}, regret {step.regret:.1f} after {steps} steps")


@click.group(epilog="Example: onesheet thumbs export > grades.csv")
def thumbs() -> None:
    """See which films people found alike."""


@thumbs.command(epilog="Example: onesheet thumbs export > grades.csv")
@on_instance_there
def export(instance: Instance) -> None:
    """Write all thumbs as CSV: query, candidate, grade (2 for up, 0 for down).

    Films are named by their ids; several thumbs of one pair are their mean. Uploads that are no
    film's poster are left out.
    """
    from onesheet.learning.grades_export import grades_csv

    for text in grades_csv(instance.feedback, instance.thumbs, instance.catalog):
        for line in text.splitlines():
            echo(line)
