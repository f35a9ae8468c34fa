"""Type: open faces from installed font packages, set to fit exactly, as masks of ink.

Every mask is cropped to its ink, so what fits by size cannot overflow.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

import numpy as np
from PIL import Image, ImageDraw, ImageFont

_FILES = {
    "poster": ("fontpkg_bebas_neue", "BebasNeue-Regular.ttf"),
    "slab": ("font_caladea", "Caladea-Bold.ttf"),
    "slab-italic": ("font_caladea", "Caladea-BoldItalic.ttf"),
    "wide": ("font_manrope", "Manrope-ExtraBold.ttf"),
    "hair": ("font_manrope", "Manrope-ExtraLight.ttf"),
    "plain": ("font_manrope", "Manrope-Medium.ttf"),
    "serif-black": ("font_source_serif_pro", "SourceSerifPro-Black.otf"),
    "serif-italic": ("font_source_serif_pro", "SourceSerifPro-BlackIt.otf"),
    "serif": ("font_source_serif_pro", "SourceSerifPro-Regular.otf"),
    "serif-light": ("font_source_serif_pro", "SourceSerifPro-Light.otf"),
    "serif-script": ("font_source_serif_pro", "SourceSerifPro-LightIt.otf"),
    "sans-black": ("font_source_sans_pro", "SourceSansPro-Black.otf"),
    "sans-italic": ("font_source_sans_pro", "SourceSansPro-BlackIt.otf"),
    "sans": ("font_source_sans_pro", "SourceSansPro-Semibold.otf"),
    "grotesk": ("font_hanken_grotesk", "HankenGrotesk-Bold.otf"),
    "grotesk-light": ("font_hanken_grotesk", "HankenGrotesk-Light.otf"),
    "hand": ("font_amatic_sc", "AmaticSC-Bold.ttf"),
    "round": ("font_fredoka_one", "FredokaOne-Regular.ttf"),
    "brush": ("font_intuitive", "Intuitive.ttf"),
}
FACES = tuple(_FILES)
_LOWER_CASE = {"brush", "serif-script", "serif-italic", "slab-italic", "round"}
_MEASURE = 100.0
_PRINT = 24.0


@lru_cache(maxsize=256)
def _font(face: str, size: float) -> ImageFont.FreeTypeFont:
    package, name = _FILES[face]
    # One file for each face and no complex script here: the basic layout engine is the same
    # everywhere, which the Raqm engine, where present, is not.
    path = files(package).joinpath("files", name)
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


def cased(text: str, face: str) -> str:
    """Capitals, except in the faces that are drawn for both cases."""
    return text if face in _LOWER_CASE else text.upper()


def _render(text: str, face: str, size: float, tracking: float, stretch: float) -> Image.Image:
    font = _font(face, round(size * 4) / 4)
    step = tracking * size
    width = int(font.getlength(text) + abs(step) * len(text) + size * 2)
    sheet = Image.new("L", (width, int(size * 2.2)), 0)
    pen, x, y = ImageDraw.Draw(sheet), size / 2, size / 2
    if step:
        for letter in text:
            pen.text((x, y), letter, font=font, fill=255)
            x += font.getlength(letter) + step
    else:
        pen.text((x, y), text, font=font, fill=255)
    ink = sheet.crop(sheet.getbbox() or (0, 0, 1, 1))
    if stretch != 1:
        shape = (max(1, round(ink.width * stretch)), ink.height)
        ink = ink.resize(shape, Image.Resampling.BICUBIC)
    return ink


def _ink_size(text: str, face: str, tracking: float, stretch: float) -> tuple[float, float]:
    """Width and height of the ink at `_MEASURE`, without drawing it."""
    x0, y0, x1, y1 = _font(face, _MEASURE).getbbox(text)
    return (x1 - x0 + tracking * _MEASURE * (len(text) - 1)) * stretch, y1 - y0


def line(
    text: str,
    face: str,
    width: float,
    height: float,
    *,
    tracking: float = 0.0,
    stretch: float = 1.0,
) -> Image.Image:
    """`text` as large as fits in `width` x `height` pixels: an L mask cropped to its ink.

    `tracking` is in ems, `stretch` the horizontal scale.
    """
    w, h = _ink_size(text, face, tracking, stretch)
    size = _MEASURE * min(width / w, height / h)
    ink = _render(text, face, max(4.0, size), tracking, stretch)
    if ink.width > width or ink.height > height:
        shrink = min(width / ink.width, height / ink.height)
        shape = (max(1, int(ink.width * shrink)), max(1, int(ink.height * shrink)))
        ink = ink.resize(shape, Image.Resampling.BICUBIC)
    return ink


@lru_cache(maxsize=512)
def _letter(letter: str, face: str) -> tuple[Image.Image, float, float, float]:
    """A letter's ink at `_PRINT` size, its offset from the pen and the pen's advance."""
    font = _font(face, _PRINT)
    x0, y0, x1, y1 = font.getbbox(letter)
    ink = Image.new("L", (max(1, int(x1 - x0) + 1), max(1, int(y1 - y0) + 1)), 0)
    ImageDraw.Draw(ink).text((-x0, -y0), letter, font=font, fill=255)
    return ink, x0, y0, font.getlength(letter)


def small_print(text: str, face: str, width: float, height: float) -> Image.Image:
    """Like `line`, many times faster for long lines of small letters: each letter is drawn once
    in a process, and the line is set large and reduced."""
    letters = [_letter(letter, face) for letter in text]
    sheet = Image.new("L", (int(sum(step for *_, step in letters)) + 8, int(_PRINT * 1.6)), 0)
    x = 2.0
    for ink, dx, dy, step in letters:
        sheet.paste(ink, (round(x + dx), round(dy)))
        x += step
    sheet = sheet.crop(sheet.getbbox() or (0, 0, 1, 1))
    shrink = min(width / sheet.width, height / sheet.height)
    shape = (max(1, int(sheet.width * shrink)), max(1, int(sheet.height * shrink)))
    return sheet.resize(shape, Image.Resampling.LANCZOS)


def even(
    parts: Sequence[str],
    face: str,
    width: float,
    height: float,
    *,
    tracking: float = 0.0,
    stretch: float = 1.0,
    leading: float = 0.28,
    align: str = "centre",
) -> Image.Image:
    """Lines of one size within `width` x `height`; `leading` is the gap in line heights."""
    sizes = [_ink_size(t, face, tracking, stretch) for t in parts]
    tallest = max(h for _, h in sizes)
    total = tallest * (len(parts) + leading * (len(parts) - 1))
    size = _MEASURE * min(width / max(w for w, _ in sizes), height / total)
    inks = [_render(t, face, max(4.0, size), tracking, stretch) for t in parts]
    return stacked(inks, max(1, round(tallest * size / _MEASURE * leading)), width, height, align)


def justified(
    parts: Sequence[str], face: str, width: float, height: float, *, gap: float = 7.0
) -> Image.Image:
    """Lines each as wide as the block: short words stand tall, long ones lie low."""
    sizes = [_ink_size(t, face, 0.0, 1.0) for t in parts]
    block = min(width, (height - gap * (len(parts) - 1)) / sum(h / w for w, h in sizes))
    inks = [line(t, face, block, height) for t in parts]
    return stacked(inks, round(gap), width, height, "centre")


def stacked(
    inks: Sequence[Image.Image], gap: int, width: float, height: float, align: str
) -> Image.Image:
    """Masks one above the other, shrunk together if they would pass `width` x `height`."""
    w = max(i.width for i in inks)
    block = Image.new("L", (w, sum(i.height for i in inks) + gap * (len(inks) - 1)), 0)
    y = 0
    for ink in inks:
        x = {"left": 0, "centre": (w - ink.width) // 2, "right": w - ink.width}[align]
        block.paste(ink, (x, y))
        y += ink.height + gap
    shrink = min(1.0, width / block.width, height / block.height)
    if shrink < 1:
        shape = (max(1, int(block.width * shrink)), max(1, int(block.height * shrink)))
        block = block.resize(shape, Image.Resampling.BICUBIC)
    return block


def cut_out(
    parts: Sequence[str], face: str, width: float, height: float, turns: Sequence[float]
) -> Image.Image:
    """Letters as if cut from paper and laid by hand; `turns` are degrees, used in a cycle."""
    rows = [_cut_row(text, face, np.roll(turns, -3 * k).tolist()) for k, text in enumerate(parts)]
    block = stacked(rows, 14, 10_000, 10_000, "centre")
    shrink = min(width / block.width, height / block.height)
    shape = (max(1, int(block.width * shrink)), max(1, int(block.height * shrink)))
    return block.resize(shape, Image.Resampling.LANCZOS)


def _cut_row(text: str, face: str, turns: Sequence[float]) -> Image.Image:
    size, x = 92, 0
    font = _font(face, size)
    row = Image.new("L", (size * (len(text) + 1), size * 2), 0)
    for k, letter in enumerate(text):
        if letter == " ":
            x += 29
            continue
        turn = turns[k % len(turns)]
        ink = _render(letter, face, size, 0.0, 1.0 + turn * 0.012)
        leaning = ink.rotate(turn, Image.Resampling.BICUBIC, expand=True)
        # Where the letter stands upright: an apostrophe hangs, a comma does not.
        top = size // 4 + round(font.getbbox(letter)[1]) - (leaning.height - ink.height) // 2
        row.paste(leaning, (x, top), leaning)
        x += leaning.width + 3
    return row.crop(row.getbbox())
