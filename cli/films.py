"""remove, catalog: films that leave the catalogue, and what does not fit in it."""

from __future__ import annotations

from collections.abc import Iterable

import click

from catalog.checkup import CatalogFlaws
from cli.framework import MENDABLE, echo, on_instance_there
from cli.index import rebuild_if_due
from onesheet.instance import Instance

FLAWS_NAMED = 20
"""Flaws of a kind that are named; the others are only counted."""
ADULT_SAID = {"adult": True, "not-adult": False, "source": None}
"""What an operator may say of a film, by the words of the command."""


@click.command(epilog="Example: onesheet remove tt0111161")
@click.argument("films", nargs=-1, required=True, metavar="IMDB_ID...")
@on_instance_there
def remove(instance: Instance, films: tuple[str, ...]) -> None:
    """Take films and their posters out of the catalogue; searches stop finding them at once.

    From then on their posters are sent to nobody; the files stay until `onesheet catalog check
    --repair` removes those that no other film has.
    """
    for film in films:
        posters = instance.catalog.remove(film)
        echo(f"Removed {film} and {posters} poster{'' if posters == 1 else 's'}.")
    echo("Their files stay until `onesheet catalog check --repair` removes them.")
    rebuild_if_due(instance)


@click.group(name="catalog", epilog="Example: onesheet catalog check --repair")
def catalog_() -> None:
    """Look after the catalogue."""


@catalog_.command(epilog="Example: onesheet catalog adult tt0111161")
@click.argument("films", nargs=-1, required=True, metavar="IMDB_ID...")
@click.option(
    "--as",
    "said",
    type=click.Choice(list(ADULT_SAID)),
    default="adult",
    show_default=True,
    help="`source` takes back what was said here: the film is then what its source says.",
)
@on_instance_there
def adult(instance: Instance, films: tuple[str, ...], said: str) -> None:
    """Say that films are for adults, whatever their source says; a server heeds it at once.

    Their posters are shown blurred until somebody asks for one, unless ONESHEET_ADULT says
    otherwise.
    """
    for film in films:
        instance.adult_films.mark(film, ADULT_SAID[said])
        echo(f"{film}: {said}.")


@catalog_.command(epilog="Example: onesheet catalog check")
@click.option("--repair", is_flag=True, help="Mend what can be mended.")
@on_instance_there
def check(instance: Instance, repair: bool) -> None:
    """Look for posters without their file, files without a poster, and films that are two.

    With --repair, a poster whose file is gone leaves the catalogue, so that the next import brings
    it again; files that no poster has are deleted; and of two films with one number at TMDB the
    one without an IMDb id becomes part of the other. The exit status is 2 where something is
    wrong, or still is.
    """
    flaws = instance.catalog.flaws()
    _echo_flaws(flaws)
    if repair and flaws:
        instance.catalog.mend(flaws)
        rebuild_if_due(instance)
        flaws = instance.catalog.flaws()
        echo("Mended." if not flaws else "Mended what can be; what is left:")
        _echo_flaws(flaws)
    elif not flaws:
        echo("The catalogue and its files fit each other.")
    if flaws:
        raise click.exceptions.Exit(MENDABLE)


def _echo_flaws(flaws: CatalogFlaws) -> None:
    _echo_kind(
        "posters without a whole file",
        (f"{card.imdb_id} {card.title}: {card.content_hash}" for card in flaws.lost),
    )
    _echo_kind("files without a poster", map(str, flaws.stray_files))
    _echo_kind("impressions of posters that are gone", flaws.stray_impressions)
    _echo_kind(
        "films that are two",
        (
            f"TMDB {clash.tmdb_id}: {', '.join(clash.films)}"
            + ("" if clash.merged_into else "; say which by importing a table of the right numbers")
            for clash in flaws.clashes
        ),
    )


def _echo_kind(label: str, lines: Iterable[str]) -> None:
    every = list(lines)
    if every:
        echo(f"{label}: {len(every)}")
    for line in every[:FLAWS_NAMED]:
        echo(f"  {line}")
    if len(every) > FLAWS_NAMED:
        echo("  …")
