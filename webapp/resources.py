"""Where the templates, the static files and the page's typeface lie."""

from __future__ import annotations

from pathlib import Path

from onesheet.base.files import package_folder

TYPEFACE = ("HankenGrotesk-Regular.otf", "HankenGrotesk-SemiBold.otf")
"""The files of the page's typeface: its regular weight and the heavier one."""


def resources(name: str) -> Path:
    """The folder of templates or static files: inside the package in a wheel, beside it here."""
    package = Path(__file__).resolve().parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


def typeface_folder() -> Path:
    """Where the files of `TYPEFACE` lie."""
    return package_folder("font_hanken_grotesk") / "files"
