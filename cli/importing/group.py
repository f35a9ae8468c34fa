"""import: films from whatever holds them, one command each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from catalog.sources.detection import source_at
from catalog.sources.tables.columns import MEANINGS, override_of
from cli.framework import on_instance
from cli.importing.report import import_from
from cli.importing.services import imdb, jellyfin, plex
from cli.importing.tmdb import ids, tmdb
from cli.index import EngineChoice, with_engine
from onesheet.instance import Instance

DEFAULT_COMMAND = "folder"


class SourceCommands(click.Group):
    """A path alone is a folder or a table to import."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = iter(args)
        first = next((word for word in words if not self._is_option(word, words)), None)
        if first is not None and first not in self.commands:
            args = [DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)

    def _is_option(self, word: str, rest: Iterator[str]) -> bool:
        """Whether a word is an option; one with a value takes that from the rest."""
        options = self.commands[DEFAULT_COMMAND].params
        if any(word in each.opts for each in options if getattr(each, "is_flag", None) is False):
            next(rest, None)
        return word.startswith("-")


@click.group(name="import", cls=SourceCommands, epilog="Example: onesheet import ~/posters")
def import_() -> None:
    """Add films and posters to the catalogue.

    `onesheet import PATH` takes a folder of pictures, a media server's library, or a table of
    films; the commands below other sources.
    """


@import_.command(epilog="Example: onesheet import folder ~/posters --dry-run")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option(
    "--columns",
    metavar="title=NAME,…",
    default="",
    help=f"Which column of a table means what: {', '.join(MEANINGS)}.",
)
@with_engine
@on_instance
def folder(
    instance: Instance, path: Path, dry_run: bool, columns: str, engine: EngineChoice
) -> None:
    """Import the films of PATH: `onesheet import PATH` for short.

    PATH is a folder of pictures named by their films, a library of Kodi, Jellyfin, Emby, Plex or
    Radarr, or a table with pictures beside it or their addresses in it. Importing again changes
    nothing, and an interrupted import goes on where it stopped.
    """
    from onesheet.fetching.operator_web import PictureWeb

    source = source_at(path, override=override_of(columns), web=PictureWeb(instance.outside))
    import_from(instance, source, dry_run=dry_run, engine=engine)


for command in (tmdb, ids, imdb, jellyfin, plex):
    import_.add_command(command)
