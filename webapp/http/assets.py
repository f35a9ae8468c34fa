"""Style, scripts, the typeface and Plotly, each under an address that never changes its content.

Every file lives below one fingerprint of them all, so relative imports between scripts and from
style sheets carry it along, browsers keep the files for good, and a new release is a new address.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from flask import Flask, current_app

from onesheet.base.files import package_folder
from webapp.resources import TYPEFACE, typeface_folder

PLOTLY = "vendor/plotly.min.js"
FILE_TYPES = {".js": "text/javascript", ".otf": "font/otf", ".svg": "image/svg+xml"}
EXTENSION = "onesheet-assets"


class Assets:
    """The files of the static folder and of two installed packages, by their public names."""

    def __init__(self, folder: Path) -> None:
        files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.*"))}
        fonts = typeface_folder()
        files |= {f"fonts/{name}": fonts / name for name in TYPEFACE}
        files[PLOTLY] = package_folder("plotly") / "package_data" / "plotly.min.js"
        self._files = files
        self._packed: dict[str, bytes] = {}

    @cached_property
    def fingerprint(self) -> str:
        digest = hashlib.sha256(f"{version('plotly')} {version('font-hanken-grotesk')}".encode())
        for name, path in self._files.items():
            if name != PLOTLY:
                digest.update(name.encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()[:12]

    def plain(self, name: str) -> bytes | None:
        """A file's bytes, or None where there is no such asset."""
        path = self._files.get(name)
        return path.read_bytes() if path else None

    def packed(self, name: str) -> bytes:
        """The same, gzipped once and kept. Raises KeyError where there is no such asset."""
        if name not in self._packed:
            self._packed[name] = gzip.compress(self._files[name].read_bytes(), 6, mtime=0)
        return self._packed[name]


def init_app(app: Flask) -> None:
    """Give the application its assets, and templates `asset`."""
    app.extensions[EXTENSION] = Assets(Path(app.static_folder or ""))
    app.jinja_env.globals["asset"] = asset_url


def assets() -> Assets:
    """The assets of the application that answers the request in hand."""
    found: Assets = current_app.extensions[EXTENSION]
    return found


def asset_url(name: str) -> str:
    """Where the page finds an asset: `url_for` would take long over the twenty of a page."""
    return f"/assets/{assets().fingerprint}/{name}"


def media_type(name: str) -> str:
    """The media type that a file's name says."""
    return FILE_TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "text/plain"
