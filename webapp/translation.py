"""The language of the page in hand, and how its numbers and dates are written.

All texts are English so far; docs/translating.md tells how to add a language. Outside a request,
as in a command, everything is English.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from babel import Locale, UnknownLocaleError, numbers
from babel.support import NullTranslations
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, get_babel, get_locale, get_translations
from markupsafe import Markup

ENGLISH = Locale("en")
NUMBERS_KEPT = 4096
"""Ratings and years come again and again, and Babel takes long over each."""

# A page writes fifty distances, each another, for which Babel takes as long as for a tenth of the
# page. They have six decimals, so it matters little that ties are rounded as floats.
_PLACES = {"0.000": 3}

_T = TypeVar("_T")


def set_up(app: Flask) -> None:
    """Give templates `_`, `ngettext` and the filters for dates and numbers."""
    Babel(app, default_locale=str(ENGLISH), locale_selector=_preferred)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _texts().ugettext(text),
        lambda one, many, count: _texts().ungettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.filters |= {"decimalformat": number, "numberformat": number}
    app.jinja_env.globals |= {"_": _in_template, "language": lambda: locale().language}
    app.after_request(_mark)


def locale() -> Locale:
    """The locale for this request: one that the browser names and we speak, else English.

    Its territory counts even where the texts are the same: en_GB and en_US write days differently.
    """
    return _once("locale", lambda: _same(get_locale() or ENGLISH))


def gettext(text: str, **values: str) -> str:
    """The text in the visitor's language, with `values` in the place of its %(names)s."""
    said = _texts().ugettext(text)
    return said % values if values else said


def marked(text: str) -> str:
    """The text as it is, for the translators to find: `gettext` says it later, in a request."""
    return text


def ngettext(one: str, many: str, num: int, **values: str) -> str:
    """The text for so many, by the rules of the visitor's language."""
    return _texts().ungettext(one, many, num) % {"num": num, **values}


def number(value: float, pattern: str | None = None) -> str:
    """A number as the locale writes it; `pattern` is one of Babel's, such as "0.0"."""
    places = _PLACES.get(pattern or "")
    if places is None or value < 0:
        return _written(value, pattern, locale())
    return f"{value:.{places}f}".replace(".", _decimal_sign(locale()))


def percentage(share: float) -> str:
    """A share of 0-1 in whole per cent."""
    return _percent(round(share, 2), locale())


def separators() -> str:
    """The locale's decimal sign and the one between thousands, as Plotly takes them."""
    here = locale()
    return numbers.get_decimal_symbol(here) + numbers.get_group_symbol(here)


@lru_cache(NUMBERS_KEPT)
def _written(value: float, pattern: str | None, written_for: Locale) -> str:
    parsed = None if pattern is None else _pattern(pattern)
    return numbers.format_decimal(value, format=parsed, locale=written_for)


@lru_cache(NUMBERS_KEPT)
def _percent(share: float, written_for: Locale) -> str:
    return numbers.format_percent(share, locale=written_for)


_pattern = lru_cache(maxsize=32)(numbers.parse_pattern)
_decimal_sign = lru_cache(maxsize=32)(numbers.get_decimal_symbol)


@lru_cache(maxsize=32)
def _same(one: Locale) -> Locale:
    """The first locale that was equal: what is kept for it is found without comparing."""
    return one


def _in_template(text: str, /, **values: object) -> Markup:
    """`gettext` as Jinja's own new-style one has it, in a third of the time: a page has 180 texts,
    most of them without values. What is filled in is escaped."""
    if values:
        return Markup(_texts().ugettext(text)) % values  # noqa: S704 - ours and the translators'
    return _without_values(text, _texts())


@lru_cache(NUMBERS_KEPT)
def _without_values(text: str, texts: NullTranslations) -> Markup:
    return Markup(texts.ugettext(text)) % {}  # noqa: S704


def _texts() -> NullTranslations:
    texts: NullTranslations = _once("texts", get_translations)
    return texts


def _once(name: str, find: Callable[[], _T]) -> _T:
    """What `find` gives, once a request: a page asks hundreds of times."""
    try:
        kept: dict[str, _T] = vars(g._get_current_object())
    except RuntimeError:  # outside an application context
        return find()
    if name not in kept:
        kept[name] = find()
    return kept[name]


def _preferred() -> str | None:
    """The first locale the browser names whose language has texts."""
    if not has_request_context():
        return None
    spoken = {each.language for each in get_babel().instance.list_translations()}
    for tag in request.accept_languages.values():
        try:
            asked = Locale.parse(tag, sep="-")
        except (ValueError, UnknownLocaleError):
            continue
        if asked.language in spoken:
            return str(asked)
    return None


def _mark(response: Response) -> Response:
    """A page that is kept anywhere is kept for its language only."""
    if response.mimetype == "text/html":
        response.vary.add("Accept-Language")
        response.content_language.add(locale().language)
    return response
