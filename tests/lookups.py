"""What is worked out of a whole catalogue is new for every test, however busy the machine is."""

import math

import pytest


@pytest.fixture(autouse=True)
def _lookups_never_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.lookups.latest.LONG", math.inf)
