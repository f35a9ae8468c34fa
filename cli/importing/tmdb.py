"""import tmdb, ids: films that TMDB has, by its lists or as a file names them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from catalog.sources.bookmark import Bookmark
from catalog.sources.tmdb import Tmdb
from catalog.sources.tmdb_ids import TmdbByIds, WantedFilm, exported_films, listing_of, wanted_films
from catalog.sources.tmdb_lists import LAST_PAGE, LISTS, TmdbFilms, TmdbWish
from cli.framework import Mistake, on_instance
from cli.importing.report import import_from
from onesheet.base.settings import TMDB
from onesheet.instance import Instance

FILM_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
LIST_PAGES = 5
EXPORTED_FILMS = 10_000
"""Films of an export of a million, unless more are wanted."""
YEAR_SPAN = re.compile(r"([0-9]{4})?(-([0-9]{4})?)?")


@click.command(epilog="Example: onesheet import tmdb --list top_rated --pages 10")
@click.option("--list", "listing", type=click.Choice(list(LISTS)), help="popular, unless given.")
@click.option("--pages", type=click.IntRange(1, LAST_PAGE), help="20 films each; 5, unless given.")
@click.option("--years", metavar="FROM-TO", help="With --list discover: years of release.")
@click.option(
    "--genres",
    metavar="NAME,…",
    help="With --list discover: genres, or TMDB's numbers of them; all, or any where | parts them.",
)
@click.option("--language", metavar="CODE", help="With --list discover: the original language.")
@click.option("--votes", type=click.IntRange(0), help="With --list discover: at least so many.")
@click.option("--export", type=FILM_FILE, help="Films of TMDB's daily export of ids, not a list's.")
@click.option(
    "--most",
    type=click.IntRange(1),
    help=f"With --export: so many of the most popular; {EXPORTED_FILMS:,}, unless given.",
)
@click.option("--all-posters", is_flag=True, help="Each film's alternates, too.")
@on_instance
def tmdb(
    instance: Instance,
    listing: str | None,
    pages: int | None,
    export: Path | None,
    most: int | None,
    all_posters: bool,
    **narrowing: Any,
) -> None:
    """Import films of one of TMDB's lists with their posters; the key is ONESHEET_TMDB_KEY.

    Importing again updates ratings and fetches only posters that changed, and an interrupted
    import goes on at the page it had reached. TMDB's terms: docs/sources.md.
    """
    fields = _discovered(**narrowing)
    if fields and listing != "discover":
        raise Mistake("--years, --genres, --language and --votes go with --list discover.")
    if most is not None and export is None:
        raise Mistake("--most goes with --export; of a list say --pages, of 20 films each.")
    if export is not None:
        if listing or pages:
            raise Mistake("--export takes the place of --list and --pages; --most says how many.")
        wanted = exported_films(export, most or EXPORTED_FILMS)
        _import_wanted(instance, wanted, all_posters=all_posters)
        return
    service = _tmdb(instance)
    if genres := narrowing["genres"]:
        fields["with_genres"] = service.genre_numbers(genres)
    wish = TmdbWish(listing or "popular", pages or LIST_PAGES, fields, all_posters)
    bookmark = Bookmark(instance.engine, wish.listing_named)
    known = instance.catalog.known_films()
    source = TmdbFilms(service, wish, known.imdb_id, first=bookmark.place())
    import_from(instance, source, bookmark=bookmark)


def _discovered(
    years: str | None, genres: str | None, language: str | None, votes: int | None
) -> dict[str, str]:
    """The fields of TMDB's discover for what is wished."""
    fields: dict[str, str] = {}
    if years is not None:
        span = YEAR_SPAN.fullmatch(years.strip())
        first, last = (span[1], span[3] if span[2] else span[1]) if span else (None, None)
        if not (first or last) or (first and last and first > last):
            raise Mistake(f"--years is written 1990-1999, 1995, 1990- or -1999, not {years}.")
        if first:
            fields["primary_release_date.gte"] = f"{first}-01-01"
        if last:
            fields["primary_release_date.lte"] = f"{last}-12-31"
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
    _import_wanted(instance, wanted_films(file, most), all_posters=all_posters)


def _import_wanted(instance: Instance, wanted: Sequence[WantedFilm], *, all_posters: bool) -> None:
    service, known = _tmdb(instance), instance.catalog.known_films()
    bookmark = Bookmark(instance.engine, listing_of(wanted, all_posters=all_posters))
    source = TmdbByIds(
        service, wanted, known.imdb_id, all_posters=all_posters, first=bookmark.place()
    )
    import_from(instance, source, bookmark=bookmark)


def _tmdb(instance: Instance) -> Tmdb:
    from onesheet.fetching.operator_web import ServiceWeb

    key = instance.home.settings.tmdb_key
    if not key:
        raise Mistake(f"Set {TMDB} to a key of TMDB's: themoviedb.org/settings/api.")
    kept = instance.home.tmdb_configuration
    return Tmdb(ServiceWeb(TMDB), key, configuration=kept)
