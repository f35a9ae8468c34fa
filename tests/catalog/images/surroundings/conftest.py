"""Drawn posters among what surrounds real ones."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from tests.conftest import drawn

Picture = tuple[Image.Image, list[tuple[float, float]]]
"""A picture, and the corners of the poster in it, pixels, clockwise from the top left."""


def _at(image: Image.Image, x: int, y: int, onto: Image.Image) -> Picture:
    onto.paste(image, (x, y))
    right, bottom = x + image.width, y + image.height
    return onto, [(x, y), (right, y), (right, bottom), (x, bottom)]


def bars(image: Image.Image, colour: str, across: float, down: float) -> Picture:
    """Of so many of the poster's widths at either side, and heights above and below."""
    x, y = round(across * image.width), round(down * image.height)
    canvas = Image.new("RGB", (image.width + 2 * x, image.height + 2 * y), colour)
    return _at(image, x, y, canvas)


def frame(image: Image.Image, colour: str, share: float) -> Picture:
    """A frame of that share of the poster's width all round."""
    border = round(share * image.width)
    canvas = Image.new("RGB", (image.width + 2 * border, image.height + 2 * border), colour)
    return _at(image, border, border, canvas)


def blurred_sides(image: Image.Image) -> Picture:
    """The poster amid a blurred copy of itself, as televisions show it."""
    width = round(image.height * 16 / 9)
    large = image.resize((width, round(width * image.height / image.width)))
    top = (large.height - image.height) // 2
    around = large.crop((0, top, width, top + image.height))
    around = around.filter(ImageFilter.GaussianBlur(image.height / 20))
    around = ImageEnhance.Brightness(around).enhance(0.7)
    return _at(image, (width - image.width) // 2, 0, around)


def screenshot(image: Image.Image, ground: str, ink: str) -> Picture:
    """A phone's, with its status bar above and a line below."""
    width, height = image.width, round(image.width * 13 / 6)
    phone = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(phone)
    draw.text((width * 0.05, height * 0.01), "9:41", ink, font_size=width * 0.05)
    draw.rectangle((width * 0.85, height * 0.014, width * 0.93, height * 0.03), ink)
    draw.rectangle((width * 0.3, height * 0.985, width * 0.7, height * 0.99), ink)
    return _at(image, 0, (height - image.height) // 2, phone)


def page(image: Image.Image) -> Picture:
    """A film's page: a heading, the poster at the left, text at the right."""
    width, height = round(image.width * 3), round(image.height * 1.35)
    sheet = Image.new("RGB", (width, height), "#fafafa")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, width, height * 0.09), "#1e283c")
    for line in range(12):
        y = height * (0.2 + line * 0.06)
        words = "Lorem ipsum dolor sit amet, consectetur"[: 39 - line % 5]
        draw.text((width * 0.45, y), words, "#444", font_size=width * 0.018)
    return _at(image, round(width * 0.06), round(height * 0.16), sheet)


def on_a_wall(image: Image.Image, degrees: float, colour: tuple[int, int, int]) -> Picture:
    """Tilted, on a wall that has a grain and is lit from aside."""
    width, height = round(image.width * 1.7), round(image.height * 1.5)
    rng = np.random.default_rng(0)
    light = np.linspace(0.8, 1.1, width)[None, :, None]
    grain = rng.normal(0, 2, (height, width, 1))
    wall = Image.fromarray((np.array(colour) * light + grain).clip(0, 255).astype(np.uint8))
    turn = np.deg2rad(degrees)
    half = np.array([image.width, image.height]) / 2
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    corners = (signs * half) @ turned + (width / 2, height / 2)
    hung = image.rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
    mask = Image.new("L", image.size, 255).rotate(-degrees, expand=True)
    wall.paste(hung, ((width - hung.width) // 2, (height - hung.height) // 2), mask)
    return wall, [(float(x), float(y)) for x, y in corners]


SURROUNDED: dict[str, Callable[[Image.Image], Picture]] = {
    "black bars at both sides": lambda image: bars(image, "black", 0.35, 0),
    "white bars above and below": lambda image: bars(image, "white", 0, 0.3),
    "grey bars at both sides": lambda image: bars(image, "#808080", 0.5, 0),
    "a black frame of 20%": lambda image: frame(image, "black", 0.2),
    "a white frame of 10%": lambda image: frame(image, "white", 0.1),
    "blurred sides": blurred_sides,
    "a black phone": lambda image: screenshot(image, "black", "white"),
    "a white phone": lambda image: screenshot(image, "white", "black"),
    "a page of the web": page,
    "a wall": lambda image: on_a_wall(image, 0, (180, 170, 160)),
    "a wall, tilted by 10 degrees": lambda image: on_a_wall(image, 10, (180, 170, 160)),
    "a dark wall, tilted by -10 degrees": lambda image: on_a_wall(image, -10, (70, 60, 60)),
}


@pytest.fixture(params=SURROUNDED)
def surrounded(request: pytest.FixtureRequest) -> Picture:
    """A drawn poster in each of what may surround it."""
    poster = drawn(7).resize((400, 600), Image.Resampling.BICUBIC)
    return SURROUNDED[request.param](poster)
