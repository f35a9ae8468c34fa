"""The API's description (OpenAPI 3.1), made of the types of its answers."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final

import msgspec

from webapp.http.access import KEY_HEADER, PASSWORD_HEADER
from webapp.http.errors import PROBLEM
from webapp.presenting.api_operations import OPERATIONS, TEXT
from webapp.schemas.api_operation import Field, Operation, Schema
from webapp.schemas.catalogue_answers import ErrorAnswer

CREATING: Final = "recommend"
FOUND_IN: Final = {
    "recommendation_id": "$response.body#/id",
    "poster_id": "$response.body#/results/0/poster_id",
}
_REFERENCE: Final = "#/components/schemas/{name}"
_ALWAYS: Final = (400, 401, 403, 429, 500, 503)
"""By what this server is called, who asks, how often, and what the server lets be changed."""
_TOLD_WITH: Final = {401: "Stranger", 429: "TooMuch"}
"""What stands in the headers beside."""
_AS_A_PROGRAM: Final[tuple[Schema, ...]] = ({}, {"program": []}, {"password": []})
_POSTER: Final[Schema] = {"type": "string", "format": "binary", "contentMediaType": "image/*"}


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The whole document."""
    answers = {each.answer for each in OPERATIONS if each.answer} | {ErrorAnswer}
    _, components = msgspec.json.schema_components(
        sorted(answers, key=lambda kind: kind.__name__), ref_template=_REFERENCE
    )
    paths: dict[str, dict[str, Any]] = {}
    for each in OPERATIONS:
        paths.setdefault(each.path, {})[each.method] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Onesheet",
            "version": version("onesheet"),
            "summary": "Finds the released film posters that a poster looks like.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": list(_AS_A_PROGRAM),
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {
                "Problem": _problem("Why there is no other answer (RFC 9457)."),
                "Stranger": _problem(
                    "A password or a key is asked for, or what was sent is none.",
                    "WWW-Authenticate",
                    TEXT,
                ),
                "TooMuch": _problem(
                    "More than a minute's share; the header says after how many seconds to go on.",
                    "Retry-After",
                    {"type": "integer", "minimum": 1},
                ),
            },
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer"},
                "program": {"type": "apiKey", "in": "header", "name": KEY_HEADER},
                "password": {"type": "apiKey", "in": "header", "name": PASSWORD_HEADER},
            },
        },
    }


def _operation(each: Operation) -> dict[str, Any]:
    refusals = {*each.refusals, *_ALWAYS}
    answer: dict[str, Any] = {"description": HTTPStatus(each.status).phrase}
    if each.answer is not None:
        schema = {"$ref": _REFERENCE.format(name=each.answer.__name__)}
        answer["content"] = {"application/json": {"schema": schema}}
    if each.name == CREATING:
        answer["links"] = {one.name: _following(one) for one in OPERATIONS if one.parameters}
    found: dict[str, Any] = {
        "operationId": each.name,
        "summary": each.says,
        "parameters": [
            *(_parameter("path", one) for one in each.parameters),
            *(_parameter("query", one) for one in each.query),
        ],
        "responses": {str(each.status): answer}
        | {str(code): _refusal(code) for code in sorted(refusals)},
    }
    if each.body or each.form:
        found["requestBody"] = _body(each)
    if each.key:
        found["security"] = [{"key": [], **other} for other in _AS_A_PROGRAM]
        found["description"] = f"The bearer token is the {each.key} that came with the answer."
    return found


def _following(each: Operation) -> dict[str, Any]:
    """Where an operation's parameters stand in the answer that creates what it is about."""
    known = {one.name: FOUND_IN[one.name] for one in each.parameters if one.name in FOUND_IN}
    says = "Goes on with what was recommended."
    return {"operationId": each.name, "parameters": known, "description": says}


def _parameter(where: str, each: Field) -> dict[str, Any]:
    return {
        "name": each.name,
        "in": where,
        "description": each.says,
        "required": each.required,
        "schema": each.schema,
    }


def _body(each: Operation) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if each.form:
        poster = Field("poster", "The picture.", _POSTER, each.file_needed, asks=True)
        content["multipart/form-data"] = {"schema": _fields(*each.body, poster)}
    if not each.file_needed:
        content["application/json"] = {"schema": _fields(*each.body)}
    return {"required": True, "content": content}


def _fields(*fields: Field) -> Schema:
    found: Schema = {
        "type": "object",
        "properties": {one.name: one.schema | {"description": one.says} for one in fields},
        "required": [one.name for one in fields if one.required],
    }
    asking = [{"required": [one.name]} for one in fields if one.asks]
    if len(asking) > 1:
        found["anyOf"] = asking
    if beside := {one.name: [one.beside] for one in fields if one.beside}:
        found["dependentRequired"] = beside
    return found


def _refusal(status: int) -> Schema:
    return {"$ref": f"#/components/responses/{_TOLD_WITH.get(status, 'Problem')}"}


def _problem(says: str, header: str | None = None, of: Schema | None = None) -> dict[str, Any]:
    """A refusal; `header` stands beside it, its values as `of` says."""
    schema = {"$ref": _REFERENCE.format(name=ErrorAnswer.__name__)}
    headers = {"headers": {header: {"required": True, "schema": of}}} if header else {}
    return {"description": says, "content": {PROBLEM: {"schema": schema}}} | headers
