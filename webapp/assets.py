"""Style, scripts, the typeface and Plotly, each under an address that never changes its content.

Every file lives below one fingerprint of them all, so relative imports between scripts and from
style sheets carry it along, browsers keep the files for good, and a new release is a new address.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from functools import cached_property, partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, abort, current_app
from flask.blueprints import BlueprintSetupState

from webapp.keeping import packed_or_plain, while_named

blueprint = Blueprint("assets", __name__)

PLOTLY = "vendor/plotly.min.js"
FONTS = ("HankenGrotesk-Regular.otf", "HankenGrotesk-SemiBold.otf")
TYPES = {".js": "text/javascript", ".otf": "font/otf", ".svg": "image/svg+xml"}
WORTH_PACKING = 1024
"""Bytes; below this gzip saves nothing."""
EXTENSION = "onesheet-assets"


class Assets:
    """The files of the static folder and of two installed packages, by their public names."""

    def __init__(self, folder: Path) -> None:
        files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.*"))}
        fonts = package_folder("font_hanken_grotesk") / "files"
        files |= {f"fonts/{name}": fonts / name for name in FONTS}
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
        """The same, gzipped once and kept."""
        if name not in self._packed:
            self._packed[name] = gzip.compress(self._files[name].read_bytes(), 6, mtime=0)
        return self._packed[name]


@blueprint.record_once
def _set_up(state: BlueprintSetupState) -> None:
    app = state.app
    app.extensions[EXTENSION] = Assets(Path(app.static_folder or ""))
    app.jinja_env.globals["asset"] = url


def url(name: str) -> str:
    """Where the page finds an asset: the address of `send`, of which a page needs twenty."""
    return f"/assets/{_assets().fingerprint}/{name}"


@blueprint.get("/assets/<fingerprint>/<path:name>")
def send(fingerprint: str, name: str) -> Response:
    assets = _assets()
    body = assets.plain(name)
    if body is None:
        abort(404)
    response = (
        packed_or_plain(partial(assets.packed, name), lambda: body, _type(name))
        if len(body) > WORTH_PACKING
        else Response(body, mimetype=_type(name))
    )
    return while_named(response, fingerprint, assets.fingerprint)


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    response = Response(_assets().plain("favicon.svg"), mimetype=TYPES[".svg"])
    response.cache_control.max_age = 24 * 3600
    return response


def _assets() -> Assets:
    assets: Assets = current_app.extensions[EXTENSION]
    return assets


def _type(name: str) -> str:
    return TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "text/plain"


def package_folder(name: str) -> Path:
    """An installed package's folder, found without importing it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ImportError(f"{name} is not installed; run `pip install onesheet` again")
    return Path(spec.origin).parent
