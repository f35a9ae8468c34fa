"""Identifiers within addresses."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import Map, UnicodeConverter

LONGEST = 64
"""Characters of a recommendation's id that are looked up at all."""


class RecommendationIdConverter(UnicodeConverter):
    """`<recommendation:id>` within an address."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, maxlength=LONGEST)


def init_app(app: Flask) -> None:
    """Let the addresses of routes name recommendations."""
    app.url_map.converters["recommendation"] = RecommendationIdConverter
