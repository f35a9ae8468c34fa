"""import imdb, jellyfin, plex: facts from files, films from servers of one's own."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import click

from catalog.sources.imdb_files import refresh_from_imdb
from catalog.sources.servers.jellyfin import JellyfinFilms
from catalog.sources.servers.plex import PlexFilms
from catalog.sources.web import Web
from cli.framework import Mistake, on_instance, on_instance_there
from cli.importing.report import echo_report, import_from
from onesheet.base.progress import progress_of
from onesheet.base.settings import JELLYFIN, PLEX
from onesheet.instance import Instance

BROWSED_PAGE = re.compile(r"/web(?:/[^/]*\.html?)?/?$")
"""What stands behind a media server's address in a browser, as in /web/index.html#!/home."""


@click.command(epilog="Example: onesheet import imdb ~/downloads")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@on_instance_there
def imdb(instance: Instance, directory: Path) -> None:
    """Bring the facts of known films up to date with IMDb's files in DIRECTORY.

    These are title.basics.tsv.gz and title.ratings.tsv.gz of IMDb's non-commercial datasets, or
    either of them. No film is added.
    """
    with progress_of("Reading IMDb's files", unit="line") as progress:
        report = refresh_from_imdb(instance.catalog, directory, progress=progress)
    echo_report(report)
    if not (report.added or report.updated or report.unchanged):
        raise Mistake(
            f"{directory} tells of no film that is here; films are found by their IMDb ids alone."
        )


@click.command(epilog="Example: onesheet import jellyfin http://nas.home:8096")
@click.argument("url")
@on_instance
def jellyfin(instance: Instance, url: str) -> None:
    """Import the films of the Jellyfin server at URL; the key is ONESHEET_JELLYFIN_KEY.

    Importing again fetches only posters that are new or changed.
    """
    key = instance.home.settings.jellyfin_key
    if not key:
        raise Mistake(f"Set {JELLYFIN} to an API key; Jellyfin's dashboard makes one.")
    address, web = _server(url, JELLYFIN, {"Authorization": f'MediaBrowser Token="{key}"'})
    import_from(instance, JellyfinFilms(web, address))


@click.command(epilog="Example: onesheet import plex http://nas.home:32400")
@click.argument("url")
@on_instance
def plex(instance: Instance, url: str) -> None:
    """Import the films of the Plex server at URL; the key is ONESHEET_PLEX_TOKEN.

    Importing again fetches only posters that are new or changed.
    """
    token = instance.home.settings.plex_token
    if not token:
        raise Mistake(f"Set {PLEX} to your token of Plex: support.plex.tv/articles/204059436.")
    headers = {"X-Plex-Token": token, "Accept": "application/json"}
    address, web = _server(url, PLEX, headers)
    import_from(instance, PlexFilms(web, address))


def _server(url: str, setting: str, headers: dict[str, str]) -> tuple[str, Web]:
    """A server's address without the page that a browser shows there, and its web. Raises
    Mistake."""
    from onesheet.fetching.operator_web import ServerWeb

    typed = url if "://" in url else f"http://{url}"
    try:
        scheme, place, path, _query, _page = urlsplit(typed)
    except ValueError as error:  # a bracket is missing
        raise Mistake(f"{url} is no address: {error}.") from error
    address = f"{scheme}://{place}{BROWSED_PAGE.sub('', path)}".rstrip("/")
    return address, ServerWeb(setting, address, headers)
