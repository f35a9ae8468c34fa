"""Flask's JSON with the types of our answers: `jsonify` and `tojson` take them as they are."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Flask
from flask.json.provider import DefaultJSONProvider


class AnswerProvider(DefaultJSONProvider):
    """Writes `webapp.schemas` beside what Flask writes; keys keep their order, in which genres come
    likeliest first."""

    sort_keys = False

    @staticmethod
    def default(value: Any) -> Any:
        if isinstance(value, msgspec.Struct):
            return msgspec.to_builtins(value)
        return DefaultJSONProvider.default(value)


def init_app(app: Flask) -> None:
    """Let the application answer with these types."""
    app.json = AnswerProvider(app)
