"""import tmdb, ids, imdb, jellyfin, plex: films from services, and what is needed to ask them."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import click

from catalog.sources.imdb_files import refresh_from_imdb
from catalog.sources.servers.jellyfin import JellyfinFilms
from catalog.sources.servers.plex import PlexFilms
from catalog.sources.tmdb import Tmdb
from catalog.sources.tmdb_ids import TmdbByIds, wanted_films
from catalog.sources.tmdb_lists import LAST_PAGE, LISTS, TmdbFilms, TmdbWish
from catalog.sources.web import Web
from cli.framework import Mistake, on_instance
from cli.importing.report import echo_report, import_from
from onesheet.base.progress import progress_of
from onesheet.base.settings import JELLYFIN, PLEX, TMDB
from onesheet.instance import Instance

BROWSED_PAGE = re.compile(r"/web(?:/[^/]*\.html?)?/?$")
"""What stands behind a media server's address in a browser, as in /web/index.html#!/home."""


@click.command(epilog="Example: onesheet import imdb ~/downloads")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@on_instance
def imdb(instance: Instance, directory: Path) -> None:
    """Bring the facts of known films up to date with IMDb's files in DIRECTORY.

    These are title.basics.tsv.gz and title.ratings.tsv.gz of IMDb's non-commercial datasets, or
    either of them. No film is added.
    """
    with progress_of("Reading IMDb's files", unit="line") as progress:
        report = refresh_from_imdb(instance.catalog, directory, progress=progress)
    echo_report(report)


@click.command(epilog="Example: onesheet import tmdb --list top_rated --pages 10")
@click.option("--list", "listing", type=click.Choice(list(LISTS)), default="popular")
@click.option("--pages", type=click.IntRange(1, LAST_PAGE), default=5, help="20 films each.")
@click.option("--years", metavar="FROM-TO", help="With --list discover: years of release.")
@click.option(
    "--genres",
    metavar="NAME,…",
    help="With --list discover: genres, or TMDB's numbers of them; all, or any where | parts them.",
)
@click.option("--language", metavar="CODE", help="With --list discover: the original language.")
@click.option("--votes", type=click.IntRange(0), help="With --list discover: at least so many.")
@click.option("--all-posters", is_flag=True, help="Each film's alternates, too.")
@on_instance
def tmdb(
    instance: Instance,
    listing: str,
    pages: int,
    years: str | None,
    genres: str | None,
    language: str | None,
    votes: int | None,
    all_posters: bool,
) -> None:
    """Import films of one of TMDB's lists with their posters; the key is ONESHEET_TMDB_KEY.

    Importing again updates ratings and fetches only posters that changed, and an interrupted
    import goes on where it stopped. TMDB's terms: docs/sources.md.
    """
    fields = _discovered(years, genres, language, votes)
    if fields and listing != "discover":
        raise Mistake("--years, --genres, --language and --votes go with --list discover.")
    service = _tmdb(instance)
    if genres:
        fields["with_genres"] = service.genre_numbers(genres)
    wish = TmdbWish(listing, pages, fields, all_posters)
    known = instance.catalog.known_films()
    import_from(instance, TmdbFilms(service, wish, known.imdb_id))


def _discovered(
    years: str | None, genres: str | None, language: str | None, votes: int | None
) -> dict[str, str]:
    """The fields of TMDB's discover for what is wished."""
    fields: dict[str, str] = {}
    if years is not None:
        first, _, last = years.partition("-")
        if not all(len(each) == 4 and each.isdecimal() for each in (first, last or first)):
            raise Mistake(f"--years is written 1990-1999, or 1995, not {years}.")
        fields["primary_release_date.gte"] = f"{first}-01-01"
        fields["primary_release_date.lte"] = f"{last or first}-12-31"
    wished = {"with_genres": genres, "with_original_language": language, "vote_count.gte": votes}
    return fields | {name: str(value) for name, value in wished.items() if value is not None}


@click.command(epilog="Example: onesheet import ids films.txt")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--most", type=click.IntRange(1), help="At most so many films, from the first.")
@click.option("--all-posters", is_flag=True, help="Each film's alternates, too.")
@on_instance
def ids(instance: Instance, file: Path, most: int | None, all_posters: bool) -> None:
    """Import the films that FILE names, found at TMDB; the key is ONESHEET_TMDB_KEY.

    FILE has ids or links of IMDb or TMDB, one a line; or it is a table with ids, or with titles and
    years, such as a list of Letterboxd's; or TMDB's daily export of ids, of which --most takes the
    most popular.
    """
    service, known = _tmdb(instance), instance.catalog.known_films()
    wanted = wanted_films(file, most)
    import_from(instance, TmdbByIds(service, wanted, known.imdb_id, all_posters=all_posters))


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


def _tmdb(instance: Instance) -> Tmdb:
    from onesheet.fetching.operator_web import ServiceWeb

    key = instance.home.settings.tmdb_key
    if not key:
        raise Mistake(f"Set {TMDB} to a key of TMDB's: themoviedb.org/settings/api.")
    kept = instance.home.tmdb_configuration
    return Tmdb(ServiceWeb(TMDB), key, configuration=kept)


def _server(url: str, setting: str, headers: dict[str, str]) -> tuple[str, Web]:
    """A server's address without the page that a browser shows there, and its web."""
    from onesheet.fetching.operator_web import ServerWeb

    typed = url if "://" in url else f"http://{url}"
    scheme, place, path, _query, _page = urlsplit(typed)
    address = f"{scheme}://{place}{BROWSED_PAGE.sub('', path)}".rstrip("/")
    return address, ServerWeb(setting, address, headers)
