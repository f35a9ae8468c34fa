"""read: what posters say, in a terminal, for a program or as a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.framework import Mistake, echo, echo_skipped, on_instance
from onesheet.base.progress import progress_of
from onesheet.instance import Instance

if TYPE_CHECKING:
    from onesheet.reading.readings import Intent, Reading

GENRES_LISTED = 5


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
    from onesheet.queries.query import from_file
    from onesheet.reading.genre_names import genres_named
    from webapp.presenting.serializers import as_text, embedded_reading

    query, embedder = from_file(path), instance.embedder()
    names = genres_named(intended, embedder.card.genres)
    reading, intent = instance.recommender.read(query, names)
    if as_json:
        embedding = embedder.read([query.image]).embeddings[0].tolist()
        answer = embedded_reading(reading, intent, embedding, embedder.fingerprint)
        echo(as_text(answer))
        return
    _echo_reading(reading)
    if intent:
        _echo_intent(intent)


def _echo_reading(reading: Reading) -> None:
    from webapp.text.wording import decade_name

    for place, (name, probability) in enumerate(reading.genres.items()):
        if place < GENRES_LISTED or name in reading.predicted:
            echo(f"{probability:5.0%}  {name}{'  *' if name in reading.predicted else ''}")
    if reading.predicted:
        echo("       * likely enough to be promised")
    if reading.score_told:
        for low, probability in zip(range(0, 10, 2), reading.scores, strict=True):
            echo(f"{probability:5.0%}  rated {low}-{low + 2}")
        least, most = reading.score_interval
        echo(f"       about {reading.score:.1f}, four in five from {least:.1f} to {most:.1f}")
    if reading.decade:
        name = decade_name(reading.decade, reading.decades)
        echo(f"{reading.decades[reading.decade]:5.0%}  looks like the {name}")


def _echo_intent(intent: Intent) -> None:
    for name, probability in intent.promises.items():
        echo(f"{probability:5.0%}  {name}, meant{'' if name in intent.kept else ', missing'}")
    echo(f"promised instead: {', '.join(intent.instead) or 'nothing else'}")
    if intent.rival:
        echo(f"strongest rival: {intent.rival}")
    for card in intent.examples:
        echo(f"such as: {card.title} ({card.imdb_id})")


def _read_folder(instance: Instance, folder: Path, table: Path) -> None:
    from onesheet.queries.query import from_file
    from onesheet.reading.tag_folder import tag_folder

    with progress_of("Reading posters") as progress:
        tagged = tag_folder(
            instance.embedder(), folder, table, progress, lambda path: from_file(path).image
        )
    echo_skipped(tagged.skipped)
    done = f"Read {tagged.read}, kept {tagged.kept}, skipped {len(tagged.skipped)}."
    echo(f"{done} The table is {table}.")
