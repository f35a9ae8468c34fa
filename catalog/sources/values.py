"""Values as people write them: years, ratings, votes, ids and titles in tables and file names.

Each reader returns None for what says that there is no value, and raises `UnreadableValueError`
for what means nothing.
"""

import re
from typing import Final

from catalog.records import YEARS

_MISSING: Final = frozenset(
    {"", "\\n", "na", "n/a", "n.a.", "nan", "none", "null", "nil", "<na>", "unknown", "tba", "nat"}
)
_DASHES: Final = re.compile(r"[-–—?.]+")
_YEAR: Final = re.compile(r"(?<!\d)\d{4}(?![\d.,]*\d)")
_DAY: Final = re.compile(r"(\d{4})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_WHOLE: Final = re.compile(r"(\d{1,18})(?:\.0*)?")
_DECIMAL: Final = re.compile(r"(\d{1,18}(?:[.,]\d*)?|[.,]\d+)\s*(%|/\s*\d{1,3}(?:[.,]\d+)?)?")
_STARS: Final = re.compile(r"(★*)(½?)☆*")
_OF_VOTES: Final = re.compile(r"\s*(?:[★⭐*]+|\([\d.,'’\sKkMm]+(?:votes?|ratings?)?\))$")
_OUT_OF: Final = re.compile(r"\s+out\s+of\s+", re.IGNORECASE)
_GROUPED: Final = re.compile(r"\d{1,3}(?:[.,'’\s]\d{2,3})*[.,'’\s]\d{3}(?:\.0)?")
_SCALED: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*(k|m)(?:illions?|io\.?)?", re.IGNORECASE)
_VOTES_WORD: Final = re.compile(r"\s*(?:votes?|ratings?)$", re.IGNORECASE)
_IMDB: Final = re.compile(r"[\[({]?(?:imdb(?:id)?[-:=/ ]*)?tt(\d{1,10})[\])}]?", re.IGNORECASE)
_IMDB_LINK: Final = re.compile(r"imdb\.com/(?:[\w-]+/)?title/tt(\d{1,10})(?!\d)", re.IGNORECASE)
_IMDB_NUMBER: Final = re.compile(r"(\d{1,10})(?:\.0*)?")
_TMDB: Final = re.compile(r"(?:tmdb(?:id)?[-:=/ ]?|movie/)?(\d{1,10})(?:\.0*)?", re.IGNORECASE)
_TMDB_LINK: Final = re.compile(r"t(?:he)?m(?:ovie)?db\.org/(?:[\w-]+/)?movie/(\d{1,10})", re.I)
_DATED_TITLE: Final = re.compile(r"(.*\S)\s*\((\d{4})\)\s*", re.DOTALL)
_MOVED_ARTICLE: Final = re.compile(
    r"(.+), (The|A|An|Le|La|Les|L['’]|Un|Une|Der|Die|Das|Ein|Eine|El|Los|Las|Il|Lo|Gli|I|O|Os|As"
    r"|De|Het|Den|Det|En|Et)(\s+\(.+\))?",
    re.IGNORECASE | re.DOTALL,
)
_YES_OR_NO: Final = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False}


class UnreadableValueError(ValueError):
    """What stands where a value should, and means none."""


def present(text: str) -> str | None:
    """Return the text without spaces around it; None where it says that there is nothing.

    >>> present(" - "), present("N/A"), present("7,5 ")
    (None, None, '7,5')
    """
    bare = text.strip()
    return None if bare.lower() in _MISSING or _DASHES.fullmatch(bare) else bare


def encodable(text: str) -> str:
    r"""Return a text with a question mark for whatever UTF-8 cannot encode, such as a byte of a
    file's name that another encoding wrote.

    >>> encodable("Am\udce9lie")
    'Am?lie'
    """
    return text.encode("utf-8", "replace").decode()


def year_in(text: str) -> int | None:
    """Return the year, or the first of a range, or that of a date.

    >>> year_in("2014–"), year_in("1992–1999"), year_in("1999-03-31"), year_in("19990331")
    (2014, 1992, 1999, 1999)
    """
    bare = present(text)
    if bare is None:
        return None
    whole = _WHOLE.fullmatch(bare)
    day = _DAY.fullmatch(bare)
    found = [day[1]] if day else [whole[1]] if whole else _YEAR.findall(bare)
    years = [int(digits) for digits in found if len(digits) <= 4 and int(digits) in YEARS]
    if not years:
        if whole and int(whole[1]) == 0:
            return None
        raise UnreadableValueError(f"{bare!r} is not a year within {YEARS[0]}-{YEARS[-1]}")
    return years[0]


def rating_in(text: str, *, out_of: float = 10) -> float | None:
    """Return a rating on the scale 0-10; `out_of` is the scale of a number alone.

    >>> rating_in("7,5"), rating_in("7.5/10"), rating_in("85%"), rating_in("★★★½")
    (7.5, 7.5, 8.5, 7.0)
    """
    bare = present(text)
    if bare is None:
        return None
    if bare[0].isdigit():
        bare = _OUT_OF.sub("/", _OF_VOTES.sub("", bare)).replace("½", ".5")
    stars = _STARS.fullmatch(bare)
    if stars:
        return 2.0 * (len(stars[1]) + len(stars[2]) / 2)
    found = _DECIMAL.fullmatch(bare)
    if found is None:
        raise UnreadableValueError(f"{bare!r} is not a rating")
    number = float(found[1].replace(",", "."))
    mark = found[2] or ""
    scale = 100 if mark == "%" else float(mark[1:].replace(",", ".")) if mark else out_of
    if scale == 0 or not 0 <= number <= scale:
        raise UnreadableValueError(f"{bare!r} is not a rating of 0 to {scale:g}")
    return number if scale == 10 else round(number * 10 / scale, 4)


def votes_in(text: str) -> int | None:
    """Return how many votes.

    >>> votes_in("1,234"), votes_in("1.2M"), votes_in("12 345 votes"), votes_in("7.0")
    (1234, 1200000, 12345, 7)
    """
    bare = present(text)
    if bare is None:
        return None
    digits = _VOTES_WORD.sub("", bare).strip("()")
    if _GROUPED.fullmatch(digits):
        number = int(re.sub(r"\D", "", digits.removesuffix(".0")))
    elif whole := _WHOLE.fullmatch(digits):
        number = int(whole[1])
    elif scaled := _SCALED.fullmatch(digits):
        unit = 1_000 if scaled[2] in "kK" else 1_000_000
        number = round(float(scaled[1].replace(",", ".")) * unit)
    else:
        raise UnreadableValueError(f"{bare!r} is not a number of votes")
    if number >= 2**31:
        raise UnreadableValueError(f"{bare!r} is not a number of votes")
    return number


def imdb_id_in(text: str, *, numbers: bool = True) -> str | None:
    """Return the IMDb id in an id with or without its letters and zeros, or in a link; without
    `numbers`, digits alone are no id of IMDb's.

    >>> imdb_id_in("114709"), imdb_id_in("https://www.imdb.com/title/TT0114709/?ref_=x")
    ('tt0114709', 'tt0114709')
    """
    bare = present(text.strip(" \t\r\n'\"/"))
    if bare is None:
        return None
    if bare.startswith(("demo-", "tmdb-", "file-")):
        return bare
    number = _IMDB_NUMBER.fullmatch(bare)
    if number and not numbers:
        return None
    found = _IMDB.fullmatch(bare) or _IMDB_LINK.search(bare) or number
    if found is None or int(found[1]) == 0:
        raise UnreadableValueError(f"{bare!r} is not tt and 7 to 10 digits, nor a link to a film")
    return padded(found[1])


def yes_or_no_in(text: str) -> bool | None:
    """Return what a cell says by 1 or 0, yes or no, true or false.

    >>> yes_or_no_in("TRUE"), yes_or_no_in("0"), yes_or_no_in("")
    (True, False, None)
    """
    bare = present(text)
    if bare is None:
        return None
    said = _YES_OR_NO.get(bare.casefold().removesuffix(".0"))
    if said is None:
        raise UnreadableValueError(f"{bare!r} is neither yes nor no")
    return said


def padded(digits: str) -> str:
    """Return an IMDb id from its digits.

    >>> padded("114709"), padded("0000000114709")
    ('tt0114709', 'tt0114709')
    """
    return f"tt{int(digits):07d}"


def tmdb_id_in(text: str) -> int | None:
    """Return TMDB's number of a film, from the number, `tmdb:603` or a link.

    >>> tmdb_id_in("603.0"), tmdb_id_in("https://www.themoviedb.org/movie/603-the-matrix")
    (603, 603)
    """
    bare = present(text)
    if bare is None:
        return None
    found = _TMDB.fullmatch(bare) or _TMDB_LINK.search(bare)
    number = int(found[1]) if found else 0
    if not 0 < number < 2**31:
        raise UnreadableValueError(f"{bare!r} is not one of TMDB's numbers")
    return number


def title_in(text: str, year: int | None) -> tuple[str, int | None]:
    """Return the title and the year of a film as lists write them; `year` is what is known of it.

    A year in parentheses at the end is taken off, unless it is not the film's; with it an article
    that was moved to the end goes back.

    >>> title_in("Matrix, The (1999)", None), title_in("Matrix, The", 1999)
    (('The Matrix', 1999), ('Matrix, The', 1999))
    """
    title = text.strip()
    dated = _DATED_TITLE.fullmatch(title)
    if dated is None or int(dated[2]) not in YEARS or year not in (None, int(dated[2])):
        return title, year
    return with_article(dated[1]), int(dated[2])


def with_article(title: str) -> str:
    """Return a title with its article in front.

    >>> with_article("Matrix, The"), with_article("Avventura, L'"), with_article("Seven, A (Se7en)")
    ('The Matrix', "L'Avventura", 'A Seven (Se7en)')
    """
    moved = _MOVED_ARTICLE.fullmatch(title)
    if moved is None:
        return title
    return moved[2] + ("" if moved[2][-1] in "'’" else " ") + moved[1] + (moved[3] or "")
