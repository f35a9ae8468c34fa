"""Drafts to compare."""

import re
from io import BytesIO

from flask.testing import FlaskClient
from PIL import Image, ImageDraw

from catalog.images import to_webp


def poster(number: int) -> bytes:
    """A poster of bars, other than those of the catalogue."""
    image = Image.new("RGB", (200, 300), (40 * number % 256, 90, 255 - 30 * number))
    ImageDraw.Draw(image).rectangle((20 * number, 30, 150, 60 + 30 * number), (250, 240, 10))
    return to_webp(image)


def submitted(client: FlaskClient, *numbers: int, **fields: object) -> str:
    files = [(BytesIO(poster(number)), f"draft-{number}.webp") for number in numbers]
    answer = client.post("/compare", data={"poster": files, **fields})
    assert answer.status_code == 303, answer.text
    return answer.location


def ids(address: str) -> list[str]:
    return re.findall(r"draft=([\w-]+)", address)
