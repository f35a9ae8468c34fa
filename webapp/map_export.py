"""The map of all posters as one HTML file that needs no server and loads nothing."""

from __future__ import annotations

import base64
import re

from flask import Flask, render_template

from webapp import resources
from webapp.instance import Instance
from webapp.mapping import NO_MAP

MODULES = ("points", "view", "grid", "kinds", "legend", "gestures", "paint", "field", "exported")
"""The scripts of static/map that the file is made of, each after those that it imports."""
STYLES = ("tokens.css", "map.css", "map/exported.css")

_IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_LEFT = re.compile(r"^\s*(?:import|export)\b.*|\bimport\s*\(.*", re.MULTILINE)
_FONT = re.compile(r"@font-face \{[^}]*url\([^}]*\}\n")


class NoMapError(ValueError):
    """An index that was built without a map."""


def exported(app: Flask) -> str:
    """The page. Raises NoMapError, and what Instance.index raises."""
    instance: Instance = app.extensions["onesheet"]
    found = instance.maps.current()
    if found is None:
        raise NoMapError(NO_MAP)
    titles = {card.poster_id: card.title for card in instance.catalog.all_cards()}
    with app.test_request_context():
        return render_template(
            "export/map.html",
            map=found,
            points=base64.b64encode(found.points()).decode(),
            titles=[titles.get(number, "") for number in found.poster_ids.tolist()],
            style="".join(_FONT.sub("", _static(name)) for name in STYLES),
            script="const modules = {};\n"
            + "".join(as_script(name, _static(f"map/{name}.js")) for name in MODULES),
        )


def as_script(name: str, module: str) -> str:
    """An ES module as a script that keeps what it exports in `modules`: a file opened from a disk
    may not import others.

    Raises ValueError where it imports or exports in another way than the map's modules do.
    """
    names = ", ".join(found for _, found in _EXPORT.findall(module))
    text = _EXPORT.sub(r"\1", _IMPORT.sub(r'const { \1 } = modules["\2"];\n', module))
    if left := _LEFT.search(text):
        raise ValueError(f"map/{name}.js cannot be put into one file: {left[0].strip()}")
    return f'modules["{name}"] = (() => {{\n{text}\nreturn {{ {names} }};\n}})();\n'


def _static(name: str) -> str:
    return (resources("static") / name).read_text(encoding="utf-8")
