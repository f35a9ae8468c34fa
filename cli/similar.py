"""similar: the posters most like one, in a terminal or for a program."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
from msgspec import structs

from cli.framework import echo, on_instance_there
from onesheet.instance import Instance
from onesheet.uploads.ownership import Ownership, digest, new_key

ARM_CHOICE = click.Choice(["cosine", "euclidean", "manhattan"])


@click.command(epilog="Example: onesheet similar poster.jpg --metric cosine --json")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--metric", type=ARM_CHOICE, help="Skips the bandit; left out, it chooses.")
@click.option("--k", type=click.IntRange(1, 50), default=5, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As POST /api/v1/recommendations answers.")
@on_instance_there
def similar(instance: Instance, file: Path, metric: str | None, k: int, as_json: bool) -> None:
    """List the catalogue's posters most like FILE, and record the recommendation."""
    from index import Metric
    from onesheet.queries.query import from_file
    from webapp.presenting.serializers import as_text, recommendation_answer

    key = new_key()
    keep, own = instance.home.settings.keep_days > 0, digest(key)
    query = replace(from_file(file), ownership=Ownership(keep, own, asker=own))
    chosen = Metric(metric) if metric else None
    answer = instance.recommender.recommend(query, metric=chosen, k=k)
    if as_json:
        said = structs.replace(recommendation_answer(answer), rating_key=key)
        if query.kept:
            said = structs.replace(said, delete_key=key)
        echo(as_text(said, indent=2))
        return
    if answer.same_as:
        echo(f"This is the poster of {answer.same_as.title} ({answer.same_as.imdb_id}).")
    for result in answer.results:
        card = result.card
        year = card.year or "year unknown"
        echo(f"{result.likeness:.2f}  {card.title} ({year})  {card.imdb_id}")
    place = f"seen at /r/{answer.id}" if query.kept else f"recorded as {answer.id}"
    echo(f"by {answer.arm}, {place}, rated with `onesheet bandit rate`")
