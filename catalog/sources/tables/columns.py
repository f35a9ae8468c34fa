"""Which column of a table means what: by names from many lists, or as the user says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalog.records import CatalogError
from catalog.sources.source import names_listed

_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "imdb_id": (
        *("imdbid", "tconst", "const", "imdbtitleid", "imdbtitle", "imdb", "imdbcode", "ttid"),
        *("imdbnumber", "imdblink", "imdburl", "movieimdblink", "imdbtt", "titleid", "url"),
    ),
    "tmdb_id": ("tmdbid", "themoviedbid", "moviedbid", "tmdb", "tmdbnumber", "tmdblink", "tmdburl"),
    "title": (
        *("title", "primarytitle", "movietitle", "filmtitle", "name", "moviename", "filmname"),
        *("movie", "film", "seriestitle", "englishtitle", "titel", "titre", "titulo", "titolo"),
        *("originaltitle", "origtitle"),
    ),
    "year": (
        *("year", "startyear", "releaseyear", "titleyear", "releasedyear", "yearofrelease"),
        *("movieyear", "filmyear", "productionyear", "released", "releasedate", "datepublished"),
        *("premiered", "jahr", "annee", "ano", "anno", "erscheinungsjahr"),
    ),
    "rating": (
        *("rating", "imdbrating", "imdbscore", "averagerating", "voteaverage", "avgvote"),
        *("weightedaveragevote", "averagevote", "avgrating", "meanrating", "communityrating"),
        *("movierating", "score", "tmdbrating", "bewertung", "note"),
    ),
    "votes": (
        *("votes", "numvotes", "imdbvotes", "votecount", "numvotedusers", "numberofvotes"),
        *("noofvotes", "totalvotes", "allvotes", "numratings", "ratingcount", "voters", "stimmen"),
    ),
    "genres": (
        *("genres", "genre", "genrenames", "moviegenre", "genreslist", "genrelist", "genrer"),
        *("generos", "genero", "generi"),
    ),
    "split": ("split",),
    "adult": ("adult", "isadult"),
    "picture": (
        *("picture", "poster", "posterurl", "posterlink", "posterpath", "posterfile", "image"),
        *("imageurl", "imagepath", "imagefile", "imagelink", "img", "imgurl", "imglink", "cover"),
        *("coverurl", "filename", "file", "path", "filepath", "thumbnail", "plakat"),
    ),
    "letterboxd": ("letterboxduri", "letterboxdurl"),
    "movielens": ("movieid",),
}
"""Names of columns by their meaning, without case and punctuation; the first there is counts."""

MEANINGS: Final = tuple(name for name in _ALIASES if name not in ("letterboxd", "movielens"))
"""What `--columns` may name."""
_NO_LETTER: Final = re.compile(r"[\W_]+")
_NUMBERED_BY_TMDB: Final = frozenset(
    {"voteaverage", "posterpath", "originallanguage", "popularity"}
)
"""Columns of tables from TMDB, whose plain `id` is TMDB's number."""
_ACCENTS: Final = str.maketrans("áàâãäéèêëíìîïóòôõöúùûüñç", "aaaaaeeeeiiiiooooouuuunc")
_NAMING: Final = ("title", "imdb_id", "tmdb_id")


def _column_key(name: str) -> str:
    return _NO_LETTER.sub("", name.casefold().translate(_ACCENTS))


@dataclass(frozen=True)
class Columns:
    """Where in a row each meaning stands, and what its column is called."""

    places: Mapping[str, int]
    header: tuple[str, ...]
    plain_id: bool = False
    """Whether `imdb_id` is but guessed, of a column called `id`: numbers in it may be anything."""

    def cell(self, row: Sequence[str], meaning: str) -> str:
        """Return the text of a meaning in a row; empty where the table has no such column."""
        place = self.places.get(meaning)
        return row[place] if place is not None and place < len(row) else ""

    def name(self, meaning: str) -> str:
        """Return what the table calls a meaning's column."""
        return self.header[self.places[meaning]]

    @property
    def needed(self) -> int:
        """How many cells a row must have, to name its film by whatever the table has for that."""
        naming = [self.places[name] for name in _NAMING if name in self.places]
        return max(naming) + 1

    @property
    def understood(self) -> bool:
        """Whether a row can name a film: by its title, or by an id."""
        return any(name in self.places for name in _NAMING)


def known_names(header: Sequence[str]) -> int:
    """Return how many meanings the names of a header tell.

    >>> known_names(["imdbId", "Title", "Plot"]), known_names(["imdbId;Title;Plot"])
    (2, 0)
    """
    keys = {_column_key(name) for name in header}
    known = sum(any(alias in keys for alias in names) for names in _ALIASES.values())
    return known + (known > 0 and "id" in keys)  # which alone says nothing of films


def understood_columns(header: Sequence[str], override: Mapping[str, str] | None = None) -> Columns:
    """Return which column means what; `override` gives names of columns by meaning.

    Raises `CatalogError` where no column can name a film, where one that counts is there twice,
    and for an override that names no meaning or no column.
    """
    names = tuple(" ".join(name.split()) for name in header)
    places = _guessed_places(names)
    for meaning, column in (override or {}).items():
        if meaning not in MEANINGS:
            raise CatalogError(
                f"cannot be read so: --columns knows no {meaning}, but {', '.join(MEANINGS)}"
            )
        found = [place for place, name in enumerate(names) if name.casefold() == column.casefold()]
        if not found:
            raise CatalogError(f"has no column {column}; it has {names_listed(names)}")
        places[meaning] = found[0]
    guessed = places.get("imdb_id") if "imdb_id" not in (override or {}) else None
    plain_id = guessed is not None and _column_key(names[guessed]) == "id"
    columns = Columns(places, names, plain_id)
    if not columns.understood:
        raise CatalogError(
            f"has no column that names films; its first line has {names_listed(names)}. "
            "Say which it is: --columns title=NAME, or imdb_id=NAME"
        )
    used = sorted({names[place].casefold() for place in places.values()})
    twice = [name for name in used if [n.casefold() for n in names].count(name) > 1]
    if twice:
        raise CatalogError(f"has more than one column {' and '.join(twice)}")
    return columns


def _guessed_places(names: Sequence[str]) -> dict[str, int]:
    keys = [_column_key(name) for name in names]
    places: dict[str, int] = {}
    for meaning, aliases in _ALIASES.items():
        found = next((alias for alias in aliases if alias in keys), None)
        if found is not None:
            places[meaning] = keys.index(found)
    if "url" in keys and places.get("imdb_id") == keys.index("url") and "const" not in keys:
        del places["imdb_id"]  # any site's address: IMDb's export has Const beside it
    if "id" in keys and "tmdb_id" not in places and _NUMBERED_BY_TMDB & set(keys):
        places["tmdb_id"] = keys.index("id")
    elif "id" in keys and "imdb_id" not in places and "movielens" not in places:
        places["imdb_id"] = keys.index("id")
    return places


def override_of(text: str) -> dict[str, str]:
    """Return what `--columns title=Film,year=Jahr` says. Raises `CatalogError`.

    >>> override_of("title=Film, year=Erscheinungs Jahr")
    {'title': 'Film', 'year': 'Erscheinungs Jahr'}
    """
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        meaning, sign, column = (each.strip() for each in part.partition("="))
        if not sign or not column:
            raise CatalogError(f"--columns is written title=NAME,year=NAME, not {part!r}")
        found[meaning.casefold()] = column
    return found
