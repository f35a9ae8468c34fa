"""Where the templates, the static files and what comes with installed packages lie."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

TYPEFACE = ("HankenGrotesk-Regular.otf", "HankenGrotesk-SemiBold.otf")
"""The files of the page's typeface: its regular weight and the heavier one."""


def resources(name: str) -> Path:
    """The folder of templates or static files: inside the package in a wheel, beside it here."""
    package = Path(__file__).resolve().parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


def package_folder(name: str) -> Path:
    """An installed package's folder, found without importing it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ImportError(f"{name} is not installed; run `pip install {name.replace('_', '-')}`")
    return Path(spec.origin).parent


def typeface_folder() -> Path:
    """Where the files of `TYPEFACE` lie."""
    return package_folder("font_hanken_grotesk") / "files"
