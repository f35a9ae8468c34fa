"""Typefaces for the titles of films from anywhere: files that come with installed packages."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from onesheet.base.files import package_folder

_PAGE = "font_hanken_grotesk", "files/HankenGrotesk-{weight}.otf"
_OTHERS = (
    ("fontpkg_noto_sans", "files/NotoSans[[]wdth,wght].ttf"),
    ("fontpkg_noto_sans_arabic", "files/*.ttf"),
    ("fontpkg_heebo", "files/*.ttf"),
    ("fontpkg_noto_sans_thai", "files/*.ttf"),
    ("noto_cjk_sans_jp_regular", "*.otf"),
)
"""Latin, Greek, Cyrillic and Devanagari; Arabic; Hebrew; Thai; and last, since it is the largest,
Chinese, Japanese and Korean: packages and what their files are called."""
_DRAWS_NOTHING = {"Cc", "Cf", "Zl", "Zp", "Zs", "Mn"}
"""Categories of Unicode that need no glyph of their own."""


def page_typeface(weight: str) -> Path:
    """The file of the page's own typeface; `weight` is Regular or SemiBold."""
    package, name = _PAGE
    return package_folder(package) / name.format(weight=weight)


def other_typefaces(text: str) -> tuple[list[Path], str]:
    """The typefaces that a text needs beside the page's own, and the scripts of its letters that
    none has, such as "Georgian"; "" where all can be drawn."""
    missing = _letters(text) - _drawn_by(page_typeface("Regular"))
    needed = []
    for package, pattern in _OTHERS:
        if not missing:
            break
        path = next(package_folder(package).glob(pattern))
        if found := missing & _drawn_by(path):
            needed.append(path)
            missing -= found
    return needed, ", ".join(sorted(set(map(_script, map(chr, missing)))))


def _script(letter: str) -> str:
    """As Unicode calls it, by which each of its letters' names begins.

    >>> _script("ქ"), _script("☃")
    ('Georgian', 'symbols')
    """
    if not unicodedata.category(letter).startswith("L"):
        return "symbols"
    return unicodedata.name(letter, "unknown").split()[0].capitalize()


def _letters(text: str) -> set[int]:
    return {ord(each) for each in set(text) if unicodedata.category(each) not in _DRAWS_NOTHING}


@lru_cache(maxsize=8)
def _drawn_by(path: Path) -> frozenset[int]:
    """The characters that a typeface has."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        letters: Iterable[int] = font.getBestCmap()
        return frozenset(letters)
