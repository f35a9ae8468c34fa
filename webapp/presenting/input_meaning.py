"""What the text in the one input means: one sentence, and the films that it may name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.catalog import Catalog
from catalog.records import PosterCard
from onesheet.fetching.film_services import Outside
from onesheet.queries.colour_words import colours_named
from onesheet.queries.film_lookup import (
    NO_FILM_PAGE,
    NOT_HERE,
    NOT_HERE_BY_TMDB,
    UNREADABLE_PAGE,
    films_called_so,
    meant_by_title,
    near_title,
)
from onesheet.queries.meaning import Kind, Meaning, host_of, meaning
from webapp.text.translation import gettext as _
from webapp.text.translation import ngettext, translated
from webapp.text.wording import listed

SUGGESTED = 8
"""Films told of at most that a title may mean."""


@dataclass(frozen=True)
class InputMeaning:
    """What a text means here: one sentence, and the films of the catalogue it may mean."""

    kind: Kind | None
    says: str
    films: list[PosterCard]


def input_meaning(text: str, catalog: Catalog, outside: Outside) -> InputMeaning:
    """What the one input would do with `text`, without doing it."""
    found = meaning(text)
    if found is None:
        return InputMeaning(None, "", [])
    if found.kind is Kind.TITLE:
        return _title(found, catalog)
    if found.kind is Kind.COLOURS:
        named = colours_named(found.value)
        said = listed(named.names) if named else found.value
        called = films_called_so(found.value, catalog)
        says = _("Enter: posters in %(colours)s", colours=said)
        if called:
            says = _("A film’s title, and colours; Enter offers both.")
        return InputMeaning(found.kind, says, called[:SUGGESTED])
    if found.kind is Kind.PICTURE:
        host = host_of(found.value)
        refusal = outside.refused(found.value)
        fetched = _("A picture at %(host)s. Onesheet will fetch it.", host=host)
        return InputMeaning(found.kind, translated(refusal) if refusal else fetched, [])
    if found.kind is Kind.ELSEWHERE:
        return InputMeaning(found.kind, _(NO_FILM_PAGE, site=found.value), [])
    if found.kind is Kind.UNREADABLE:
        return InputMeaning(found.kind, _(UNREADABLE_PAGE, site=found.value), [])
    return _film_named(found, catalog, outside.known_to)


def _title(found: Meaning, catalog: Catalog) -> InputMeaning:
    """The films to choose from, and which of them sending the title as it stands would take."""
    meant = meant_by_title(found.value, catalog)
    if not meant:
        near = near_title(found.value, catalog)
        asked = ngettext("Did you mean this one?", "Did you mean one of these?", len(near))
        says = _("No film is called that.")
        return InputMeaning(found.kind, f"{says} {asked}" if near else says, near)
    says = _("Several films may be meant; choose one.")
    if len(meant) == 1:
        film = meant[0]
        named = film.title if film.year is None else f"{film.title}, {film.year}"
        says = _("Enter: posters like %(film)s", film=named)
    return InputMeaning(found.kind, says, catalog.matching_title(found.value, SUGGESTED))


def _film_named(found: Meaning, catalog: Catalog, services: Sequence[str]) -> InputMeaning:
    """A film by its id at IMDb or TMDB, which `services` may know where the catalogue does not."""
    if found.kind is Kind.IMDB:
        site, cards = "IMDb", catalog.by_imdb(found.value)
    else:
        site, cards = "TMDB", catalog.by_tmdb(int(found.value))
        services = tuple(name for name in services if name == site)
    if cards:
        return InputMeaning(
            found.kind, _("A film by its address at %(site)s.", site=site), cards[:1]
        )
    if services and found.value.removeprefix("tt").isdecimal():
        says = _(
            "A film that is not in the catalogue. Its poster will be looked up at %(services)s.",
            services=_(" or ").join(services),
        )
        return InputMeaning(found.kind, says, [])
    missing = NOT_HERE if found.kind is Kind.IMDB else NOT_HERE_BY_TMDB
    return InputMeaning(found.kind, _(missing, number=found.value), [])
