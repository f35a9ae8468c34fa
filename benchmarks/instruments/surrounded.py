"""Posters amid what surrounds them when people send one: bars, frames, phones, pages, walls."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from catalog.images.surroundings.part import Part
from embedder.evaluation import Alteration

Colour = tuple[int, int, int]
_ITSELF = 215
"""Grey levels between a white and a black poster; what is made of them around it changes less."""

VIEWER_COLOURS: dict[str, Colour] = {
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "grey": (128, 128, 128),
}
SENT_QUALITY = 70
LOCATED = 0.9
"""Of what a part and the poster's own cover together, what both must cover at least."""
PHOTOGRAPH = (600, 800)
"""Pixels of a photograph of a wall."""


def surrounded() -> list[Alteration]:
    """Every kind, as a JPEG."""
    kinds: list[tuple[str, Callable[[Image.Image], Image.Image]]] = []
    for name, colour in VIEWER_COLOURS.items():
        kinds += [
            (f"{name} bars at both sides", partial(in_margins, colour=colour, across=0.35)),
            (f"{name} bars above and below", partial(in_margins, colour=colour, down=0.44)),
            (f"{name} frame of 10%", partial(in_margins, colour=colour, across=0.1, down=0.1)),
            (f"{name} frame of 20%", partial(in_margins, colour=colour, across=0.2, down=0.2)),
        ]
    kinds += [
        ("blurred sides", blurred_sides),
        (
            "black phone",
            partial(phone, ground=VIEWER_COLOURS["black"], ink=(255, 255, 255)),
        ),
        ("white phone", partial(phone, ground=VIEWER_COLOURS["white"], ink=(20, 20, 20))),
        ("web page", web_page),
        ("dark web page", dark_page),
        ("wall", partial(wall, degrees=0)),
        ("wall, tilted 10 degrees", partial(wall, degrees=10)),
        ("wall, tilted -10 degrees, aside", partial(wall, degrees=-10, aside=0.06)),
        ("dark wall, tilted 10 degrees", partial(wall, degrees=10, colour=(70, 60, 60))),
    ]
    return [Alteration(f"{name} around", partial(_recompressed, make=make)) for name, make in kinds]


def shared_area(part: Part, kind: Alteration, poster: tuple[int, int]) -> float:
    """What a part and the place of a poster of that size, both in the altered picture, have in
    common, of what either covers."""
    light, dark = (
        np.asarray(kind.apply(Image.new("RGB", poster, colour)).convert("L"), np.int16)
        for colour in ("white", "black")
    )
    there = light - dark > _ITSELF
    height, width = there.shape
    mask = Image.new("1", (width, height))
    corners = [(x * width, y * height) for x, y in part.corners]
    ImageDraw.Draw(mask).polygon(corners, fill=1)
    found = np.asarray(mask)
    return float((there & found).sum() / (there | found).sum())


def _recompressed(image: Image.Image, make: Callable[[Image.Image], Image.Image]) -> Image.Image:
    buffer = io.BytesIO()
    make(image).save(buffer, "JPEG", quality=SENT_QUALITY)
    return Image.open(buffer).convert("RGB")


def in_margins(
    image: Image.Image, colour: Colour, across: float = 0, down: float = 0
) -> Image.Image:
    """With margins of so many of the poster's widths at either side, and above and below."""
    x, y = round(across * image.width), round(down * image.width)
    canvas = Image.new("RGB", (image.width + 2 * x, image.height + 2 * y), colour)
    canvas.paste(image, (x, y))
    return canvas


def blurred_sides(image: Image.Image) -> Image.Image:
    """A wide picture, its sides filled with a blurred and darkened copy of the poster."""
    poster = _as_wide_as(image, 480)
    width = round(poster.height * 16 / 9)
    around = _as_wide_as(poster, width)
    top = (around.height - poster.height) // 2
    around = around.crop((0, top, width, top + poster.height))
    around = around.filter(ImageFilter.GaussianBlur(25))
    around = ImageChops.multiply(around, Image.new("RGB", around.size, (180, 180, 180)))
    around.paste(poster, ((width - poster.width) // 2, 0))
    return around


def phone(image: Image.Image, ground: Colour, ink: Colour) -> Image.Image:
    """A phone's screenshot: status bar, an application's heading and its bar below."""
    width, height = 540, 1170
    screen = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(screen)
    draw.text((20, 10), "9:41", ink, font_size=32)
    draw.rectangle((width - 60, 14, width - 20, 38), ink)
    draw.text((60, 60), "< Posters", ink, font_size=34)
    draw.rectangle((0, height - 90, width, height), tuple(each // 2 + 64 for each in ground))
    for x in range(60, width, 120):
        draw.ellipse((x, height - 70, x + 40, height - 30), outline=ink, width=4)
    poster = _as_wide_as(image, width)
    screen.paste(poster, (0, (height - poster.height) // 2))
    return screen


def web_page(image: Image.Image) -> Image.Image:
    """A film's page: a dark heading, the poster at the left, text at the right."""
    sheet = Image.new("RGB", (1000, 640), (250, 250, 250))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, 1000, 56), (30, 40, 60))
    draw.text((24, 16), "Films", "white", font_size=24)
    draw.rounded_rectangle((300, 14, 760, 42), 6, "white")
    draw.text((430, 100), "The Long Way Home (1987)", (20, 20, 20), font_size=34)
    for line in range(14):
        words = "Lorem ipsum dolor sit amet, consectetur adipiscing elit"[: 40 + line * 7 % 15]
        draw.text((430, 170 + line * 28), words, (70, 70, 70), font_size=18)
    draw.rectangle((430, 580, 560, 612), (200, 30, 40))
    sheet.paste(_as_wide_as(image, 330), (60, 96))
    return sheet


def dark_page(image: Image.Image) -> Image.Image:
    """A film's page in dark colours, smaller pictures at the right."""
    sheet = Image.new("RGB", (900, 1100), (18, 18, 22))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, 900, 60), (40, 40, 48))
    draw.text((24, 18), "watchlist", (230, 230, 230), font_size=24)
    for line in range(4):
        draw.text((190, 910 + line * 34), "Directed by A. Someone", (180, 180, 180), font_size=20)
    for place in range(6):
        top = 120 + place * 120
        draw.rectangle((750, top, 870, top + 80), (60 + place * 10, 50, 70))
    sheet.paste(_as_wide_as(image, 520), (190, 110))
    return sheet


def wall(
    image: Image.Image,
    degrees: float,
    colour: Colour = (180, 170, 160),
    aside: float = 0,
) -> Image.Image:
    """A photograph of a wall with a grain and light from one side, the poster's shadow upon it.

    `aside`: how far the poster's nearer side is enlarged, and the farther one made smaller.
    """
    rng, poster = np.random.default_rng(0), _as_wide_as(image, 360)
    half = np.array(poster.size) / 2
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    corners[:, 1] *= 1 + aside * np.sign(corners[:, 0])
    turn = np.deg2rad(degrees)
    turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    placed = corners @ turned + np.array(PHOTOGRAPH) / 2 + (12, -9)
    light = np.linspace(0.8, 1.15, PHOTOGRAPH[0])[None, :, None]
    coarse = Image.fromarray(rng.normal(128, 60, (200, 150)).clip(0, 255).astype(np.uint8))
    grain = (np.asarray(coarse.resize(PHOTOGRAPH), np.float64) - 128)[..., None] / 10
    noise = rng.normal(0, 3, (PHOTOGRAPH[1], PHOTOGRAPH[0], 1))
    pixels = np.array(colour) * light + grain + noise
    picture = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    into = _perspective(placed, np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * poster.size)
    way = Image.Transform.PERSPECTIVE
    hung = poster.transform(PHOTOGRAPH, way, into, Image.Resampling.BICUBIC)
    mask = Image.new("L", poster.size, 255).transform(
        PHOTOGRAPH, way, into, Image.Resampling.BILINEAR
    )
    shadow = ImageChops.offset(mask.filter(ImageFilter.GaussianBlur(8)), 6, 8)
    shadow = ImageChops.multiply(shadow, Image.new("L", PHOTOGRAPH, 90))
    picture.paste((0, 0, 0), (0, 0), shadow)
    picture.paste(hung, (0, 0), mask)
    return picture


def _as_wide_as(image: Image.Image, width: int) -> Image.Image:
    height = round(width * image.height / image.width)
    return image.resize((width, height), Image.Resampling.BICUBIC)


def _perspective(
    points: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    images: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> list[float]:
    """The eight numbers by which Pillow finds, for points of a picture, those of its original."""
    rows, values = [], []
    for (x, y), (u, v) in zip(points, images, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    found: list[float] = np.linalg.solve(np.array(rows), np.array(values)).tolist()
    return found
