"""The API held against its own description by schemathesis: what that allows, and what not."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import SchemathesisConfig

from webapp.presenting.api_operations import OPERATIONS
from webapp.schemas.api_operation import Operation

GOOD = ["2xx", 401, 403, 404, 409, 410, 422]
"""422: a picture that shows nothing."""
UNSAID = {"recommend", "read", "postersInColours"}
"""No schema says which words are colours, what a film's address is, or that left is left of right:
these may refuse with 400 what is described."""


@pytest.fixture
def described(app: Flask, operation: Operation) -> schemathesis.BaseSchema:
    good = [*GOOD, 400] if operation.name in UNSAID else GOOD
    checks = {"positive_data_acceptance": {"expected-statuses": good}}
    config = SchemathesisConfig.from_dict({"checks": checks})
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)


def nothing_to_break(operation: Operation) -> bool:
    return not (operation.parameters or operation.query or operation.body or operation.form)


@pytest.mark.parametrize(
    ("operation", "mode"),
    [
        pytest.param(each, mode, id=f"{each.name}-{mode}")
        for each in OPERATIONS
        for mode in ("positive", "negative")
        if mode == "positive" or not nothing_to_break(each)
    ],
)
def test_an_operation_does_as_it_is_described(
    described: schemathesis.BaseSchema, operation: Operation, mode: str
) -> None:
    way = schemathesis.GenerationMode(mode)
    cases = described[operation.path][operation.method].as_strategy(generation_mode=way)

    @settings(
        max_examples=20,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def holds(case: "schemathesis.Case[Any]") -> None:
        case.call_and_validate(headers={"Accept-Encoding": "identity"})

    holds()
