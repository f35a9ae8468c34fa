"""The language of the page in hand, and how its numbers and dates are written.

All texts are English so far; docs/translating.md tells how to add a language. Outside a request,
as in a command, everything is English.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import flask_babel
from babel import Locale, UnknownLocaleError, dates, numbers
from babel.support import NullTranslations
from flask import Flask, Response, g, has_request_context, request
from markupsafe import Markup

from catalog.images import ImageError
from onesheet.base.refusals import RefusalError

ENGLISH = Locale("en")
NUMBERS_KEPT = 4096
PERCENT = "%"


class Language(NamedTuple):
    """A locale and the texts of its language."""

    locale: Locale
    texts: NullTranslations


def init_app(app: Flask) -> None:
    """Give templates `_`, `ngettext` and the filters for dates and numbers."""
    flask_babel.Babel(app, default_locale=str(ENGLISH), locale_selector=_preferred)
    jinja: Any = app.jinja_env
    jinja.filters |= {"decimalformat": number, "numberformat": number}
    jinja.globals["language"] = lambda: locale().language
    app.context_processor(_texts)
    app.after_request(_mark)


def locale() -> Locale:
    """The locale for this request: one that the browser names and we speak, else English.

    Its territory counts even where the texts are the same: en_GB and en_US write days differently.
    """
    return _language().locale


def gettext(text: str, /, **values: object) -> str:
    """The text in the visitor's language, with `values` in the place of its %(names)s."""
    said = _language().texts.ugettext(text)
    return said % values if values else said


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """The text for so many, by the rules of the visitor's language."""
    return _language().texts.ungettext(one, many, num) % {"num": num, **values}


def translated(error: RefusalError | ImageError) -> str:
    """An error's sentence in the visitor's language; values that are sentences or dates too."""
    values = {name: _value(value) for name, value in error.values.items()}
    return gettext(error.text, **values)


def number(value: float, pattern: str | None = None) -> str:
    """A number as the locale writes it; `pattern` is one of Babel's, such as "0.0"."""
    return _written(value, pattern, locale())


def percentage(share: float) -> str:
    """A share of 0-1 in whole per cent."""
    return _written(round(share, 2), PERCENT, locale())


def separators() -> str:
    """The locale's decimal sign and the one between thousands, as Plotly takes them."""
    here = locale()
    return numbers.get_decimal_symbol(here) + numbers.get_group_symbol(here)


def _texts() -> dict[str, Callable[..., Markup]]:
    """`gettext` and `ngettext` for a template, whose values are escaped and in whose texts `%%` is
    a percent sign. Jinja's own copy all names in hand for each text of a loop."""
    texts = _language().texts

    def gettext(text: str, /, **values: object) -> Markup:
        said = Markup(texts.ugettext(text))  # noqa: S704 - a text of ours
        return said % values if "%" in said else said

    def ngettext(one: str, many: str, num: int, /, **values: object) -> Markup:
        return Markup(texts.ungettext(one, many, num)) % {"num": num, **values}  # noqa: S704

    return {"_": gettext, "ngettext": ngettext}


def _language() -> Language:
    """The visitor's, found once a request: Flask-Babel looks the locale up anew for each of a
    page's texts and numbers (docs/dependencies.md)."""
    try:
        kept: Any = g._get_current_object()  # `g` itself takes as long as all else here, many times
    except RuntimeError:  # outside an application
        return Language(ENGLISH, NullTranslations())
    if "language" not in kept:
        kept.language = Language(flask_babel.get_locale(), flask_babel.get_translations())
    found: Language = kept.language
    return found


def _value(value: object) -> object:
    if isinstance(value, RefusalError | ImageError):
        return translated(value)
    return dates.format_date(value, locale=locale()) if isinstance(value, date) else value


# Most of a page's hundred numbers are on every page, and Babel takes long over each. Ties of three
# places are rounded as floats, as they always were.
@lru_cache(NUMBERS_KEPT)
def _written(value: float, pattern: str | None, here: Locale) -> str:
    if pattern == PERCENT:
        return numbers.format_percent(value, locale=here)
    if pattern == "0.000":
        value = round(value, 3)
    return numbers.format_decimal(value, format=pattern, locale=here)


def _preferred() -> str | None:
    """The first locale the browser names whose language has texts."""
    if not has_request_context():
        return None
    spoken = {each.language for each in flask_babel.get_babel().instance.list_translations()}
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
