"""What describes one operation of the API to a program."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

Schema = dict[str, Any]
"""Of a value, as JSON Schema has it."""


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of a body; of those that `ask` one is needed. `beside`: the field
    that it says nothing without."""

    name: str
    says: str
    schema: Schema
    required: bool = False
    asks: bool = False
    beside: str | None = None


@dataclass(frozen=True)
class Operation:
    """One method at one address. `form`: the fields may come as a form too, with the poster's file
    as `poster`; `file_needed`: they must. `key`: a bearer token is asked for, by its name."""

    method: str
    path: str
    name: str
    says: str
    answer: type[Struct] | None
    status: int = 200
    refusals: tuple[int, ...] = ()
    query: tuple[Field, ...] = ()
    body: tuple[Field, ...] = ()
    form: bool = False
    file_needed: bool = False
    key: str | None = None
    parameters: tuple[Field, ...] = field(default=())
