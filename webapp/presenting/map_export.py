"""The map of all posters as one HTML file that needs no server and loads nothing."""

from __future__ import annotations

import base64
import re

from flask import Flask, render_template

from catalog.catalog import Catalog
from onesheet.base.texts import marked
from onesheet.poster_map.poster_map import PosterMap
from webapp.current import current
from webapp.resources import resources

MODULES = (
    "parts",
    *("map/points", "map/view", "map/grid", "map/kinds", "map/legend", "map/gestures", "map/paint"),
    *("map/field", "map/exported"),
)
"""The scripts that the file is made of, each after those that it imports."""
STYLES = ("tokens.css", "map.css", "map/exported.css")

NO_MAP = marked("There is no map of these posters yet; run `onesheet index`.")

_IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\.{1,2}/(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_LEFT = re.compile(r"^\s*(?:import|export)\b.*|\bimport\s*\(.*", re.MULTILINE)
_FONT = re.compile(r"@font-face \{[^}]*url\([^}]*\}\n")


class NoMapError(ValueError):
    """An index that was built without a map."""


def map_file(app: Flask) -> str:
    """The page. Raises NoMapError, and what Instance.index raises."""
    with app.test_request_context():
        instance = current()
        with instance.live().pinned():
            found = instance.maps.current()
            if found is None:
                raise NoMapError(NO_MAP)
            return _map_document(found, instance.catalog)


def _map_document(found: PosterMap, catalog: Catalog) -> str:
    titles = catalog.titles()
    return render_template(
        "export/map.html",
        map=found,
        points=base64.b64encode(found.points()).decode(),
        titles=[titles.get(number, "") for number in found.poster_ids.tolist()],
        style="".join(_FONT.sub("", _static(name)) for name in STYLES),
        script="const modules = {};\n"
        + "".join(as_script(name, _static(f"{name}.js")) for name in MODULES),
    )


def as_script(name: str, module: str) -> str:
    """An ES module as a script that keeps what it exports in `modules`: a file opened from a disk
    may not import others.

    Raises ValueError where it imports or exports in another way than the map's modules do.
    """
    names = ", ".join(found for _, found in _EXPORT.findall(module))
    text = _EXPORT.sub(r"\1", _IMPORT.sub(r'const { \1 } = modules["\2"];\n', module))
    if left := _LEFT.search(text):
        raise ValueError(f"{name}.js cannot be put into one file: {left[0].strip()}")
    called = name.rpartition("/")[2]
    return f'modules["{called}"] = (() => {{\n{text}\nreturn {{ {names} }};\n}})();\n'


def _static(name: str) -> str:
    return (resources("static") / name).read_text(encoding="utf-8")
