"""One map, and its file of points read by its description."""

import json
from typing import Any

import numpy as np
import pytest

from onesheet.instance import Instance
from onesheet.poster_map.poster_map import PosterMap

COLUMNS = (("ids", "<u4"), ("genres", "<u4"), ("x", "<u2"), ("y", "<u2"), ("years", "<u2"))


def read(data: bytes) -> dict[str, Any]:
    """The file as its description says, read independently of what wrote it."""
    length = int.from_bytes(data[:4], "little")
    header = json.loads(data[4 : 4 + length])
    at, found = 4 + length, {"count": header["count"], "names": header["genres"]}
    for name, kind in (*COLUMNS, ("ratings", "u1")):
        found[name] = np.frombuffer(data, kind, header["count"], at)
        at += found[name].nbytes
    assert at == len(data)
    found["ids"] = np.cumsum(found["ids"])
    return found


@pytest.fixture
def current(instance: Instance) -> PosterMap:
    found = instance.maps.current()
    assert found
    return found
