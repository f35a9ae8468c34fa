"""One builder at a time."""

import pytest

from onesheet.indexing.lock import BusyError, building
from onesheet.instance import Instance


def test_only_one_builds_at_a_time(instance: Instance, other: Instance) -> None:
    with building(instance.live().store), pytest.raises(BusyError, match="or makes a backup"):
        other.builder.build()
