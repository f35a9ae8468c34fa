from io import BytesIO

import pytest
from flask import Flask

from webapp.http.parameters import uploaded


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (b"bytes", "mine.png", b"bytes"),
        (b"bytes", "", b"bytes"),
        (b"", "empty.png", b""),
        (b"", "", None),
    ],
)
def test_a_file_counts_where_it_has_a_name_or_bytes(
    app: Flask, data: bytes, name: str, found: bytes | None
) -> None:
    with app.test_request_context("/", method="POST", data={"poster": (BytesIO(data), name)}):
        assert uploaded() == found


def test_without_a_file_there_is_none(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"q": "demo-0001"}):
        assert uploaded() is None
