"""How a decade prints: what it does to the picture, and to the finished sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageEnhance, ImageFilter

from demo.drawing.colours import Rgb, mix
from demo.drawing.geometry import HEIGHT, WIDTH
from demo.drawing.palettes import ScenePalette
from demo.typesetting.effects import Effect

Grade = Callable[[Image.Image, ScenePalette], Image.Image]
_CREAM: Rgb = (244, 235, 214)


@dataclass(frozen=True)
class PrintStyle:
    """A decade: layouts and effects it favours, its picture grade, paper and grain.

    `grain` is the standard deviation of the noise in 8-bit steps, `paper` the sheet showing in
    margins, `age` how far (0-1) the whole sheet is tinted towards it.
    """

    layouts: tuple[str, ...]
    effects: tuple[Effect, ...]
    faces: tuple[str, ...]
    grade: Grade
    grain: float
    paper: Rgb
    age: float


@lru_cache(maxsize=1)
def _grain() -> NDArray[np.float32]:
    """One sheet of film grain, slightly clumped, standard deviation 1; films move it about."""
    rng = np.random.default_rng(1895)
    fine = rng.normal(0, 1, (HEIGHT + 64, WIDTH + 64)).astype(np.float32)
    clumped = fine + 0.5 * (np.roll(fine, 1, 0) + np.roll(fine, 1, 1))
    return np.asarray(clumped / clumped.std(), dtype=np.float32)


@cache
def _film_grain(strength: float) -> Image.Image:
    """Grain around mid-grey in RGB, with room to be moved about: adding it is two 8-bit steps."""
    sheet = Image.fromarray((128 + _grain() * strength).clip(0, 255).astype(np.uint8))
    return Image.merge("RGB", [sheet] * 3)


@lru_cache(maxsize=1)
def _vignette() -> Image.Image:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    reach = np.hypot((x - 199.5) / 300, (y - 299.5) / 430)
    return Image.fromarray(
        ((1 - np.clip(reach - 0.35, 0, 1) ** 1.5 * 1.2).clip(0, 1) * 255).astype(np.uint8)
    )


@lru_cache(maxsize=1)
def _screen() -> Image.Image:
    """A halftone screen at 45 degrees, as a tile-free L image of thresholds."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    u, v = (x + y) * 0.95, (x - y) * 0.95
    wave = (np.cos(u) + np.cos(v)) / 4 + 0.5
    return Image.fromarray((wave * 255).astype(np.uint8))


def _table(image: Image.Image, *curves: tuple[Rgb, Rgb, float]) -> Image.Image:
    """Maps each channel from black..white to `low`..`high` with a gamma."""
    (low, high, gamma), *_ = curves
    lut: list[int] = []
    for a, b in zip(low, high, strict=True):
        lut += [round(a + (b - a) * (v / 255) ** gamma) for v in range(256)]
    return image.point(lut)


def _vignetted(image: Image.Image, strength: float) -> Image.Image:
    dark = ImageChops.multiply(image, Image.merge("RGB", [_vignette()] * 3))
    return Image.blend(image, dark, strength)


def _litho(image: Image.Image, p: ScenePalette) -> Image.Image:
    """Few inks with a crayon's tooth between them."""
    tooth = ImageChops.add(image, _film_grain(9).crop((0, 0, WIDTH, HEIGHT)), 1.0, -128)
    inks = tooth.point([round(round(v / 42.5) * 42.5) for v in range(256)] * 3)
    soft = Image.blend(image, inks, 0.6)
    return _table(ImageEnhance.Color(soft).enhance(1.12), ((20, 14, 16), (255, 247, 228), 0.94))


def _painted(image: Image.Image, p: ScenePalette) -> Image.Image:
    warm = _table(ImageEnhance.Color(image).enhance(1.04), ((10, 7, 10), (255, 244, 222), 0.92))
    return _vignetted(warm, 0.55)


def _halftone(image: Image.Image, p: ScenePalette) -> Image.Image:
    """Spot colours: saturated, screened in the middle tones, out of register."""
    vivid = ImageEnhance.Color(ImageEnhance.Contrast(image).enhance(1.12)).enhance(1.3)
    dots = ImageChops.add(vivid.convert("L"), _screen(), 1.0, -118).point(
        lambda v: 255 if v > 128 else v + 127
    )
    inked = Image.blend(vivid, ImageChops.multiply(vivid, Image.merge("RGB", [dots] * 3)), 0.5)
    r, g, b = inked.split()
    shifted = Image.merge("RGB", (ImageChops.offset(r, 1, 0), g, ImageChops.offset(b, -1, 1)))
    return _table(shifted, ((22, 16, 24), (255, 246, 224), 0.92))


def _cut_paper(image: Image.Image, p: ScenePalette) -> Image.Image:
    """Flat pieces of the palette's papers."""
    chart = Image.new("P", (1, 1))
    papers = (p.night, p.shade, p.body, p.air, p.light, p.accent)
    chart.putpalette([v for colour in papers for v in colour] + list(p.night) * 250)
    small = image.resize((WIDTH * 3 // 4, HEIGHT * 3 // 4), Image.Resampling.BOX).filter(
        ImageFilter.MedianFilter(3)
    )
    flat = small.quantize(palette=chart, dither=Image.Dither.NONE).convert("RGB")
    return flat.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)


def _faded(image: Image.Image, p: ScenePalette) -> Image.Image:
    soft = ImageEnhance.Color(image).enhance(0.96)
    return _table(soft, ((38, 26, 28), (254, 240, 214), 0.9))


def _airbrush(image: Image.Image, p: ScenePalette) -> Image.Image:
    """Bloom around the lights, deep colour."""
    small = image.resize((WIDTH // 4, HEIGHT // 4), Image.Resampling.BOX)
    lights = small.point([max(0, v - 110) for v in range(256)] * 3).filter(
        ImageFilter.GaussianBlur(5)
    )
    bloom = lights.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
    return ImageEnhance.Color(ImageChops.screen(image, bloom)).enhance(1.25)


def _glossy(image: Image.Image, p: ScenePalette) -> Image.Image:
    deep = ImageEnhance.Contrast(image).enhance(1.16)
    return _vignetted(_table(deep, ((4, 6, 16), (255, 250, 238), 1.05)), 0.75)


def _two_tone(image: Image.Image, p: ScenePalette) -> Image.Image:
    """Teal in the shadows, warm in the lights."""
    muted = ImageEnhance.Color(image).enhance(0.82)
    toned = _table(muted, ((2, 16, 26), (255, 246, 226), 1.03))
    return _vignetted(toned, 0.95)


def _matt(image: Image.Image, p: ScenePalette) -> Image.Image:
    return _table(ImageEnhance.Color(image).enhance(0.86), ((24, 24, 32), (248, 244, 238), 0.98))


def _clean(image: Image.Image, p: ScenePalette) -> Image.Image:
    return image


PRINT_STYLES: dict[int, PrintStyle] = {
    1930: PrintStyle(("border", "matte", "band", "crown"), ("hard", "extrude", "plain"),
                     ("serif-black", "poster", "slab", "round"), _litho, 4, _CREAM, 0.05),
    1940: PrintStyle(("foot", "tilt", "band", "crown"), ("hard", "extrude", "plain"),
                     ("serif-italic", "slab-italic", "poster", "brush"), _painted, 5,
                     (238, 226, 200), 0.04),
    1950: PrintStyle(("tilt", "band", "crown", "stack", "border"), ("extrude", "hard", "outline"),
                     ("sans-italic", "sans-black", "slab", "brush"), _halftone, 3,
                     (252, 244, 222), 0.03),
    1960: PrintStyle(("cut", "cut", "matte", "window", "stack"), ("plain",),
                     ("sans-black", "grotesk", "poster"), _cut_paper, 4, (246, 238, 218), 0.02),
    1970: PrintStyle(("matte", "matte", "foot", "crown", "stripes"), ("plain", "outline"),
                     ("serif-black", "serif", "slab", "round"), _faded, 7, (243, 233, 212), 0.04),
    1980: PrintStyle(("foot", "crown", "stack", "matte"), ("chrome", "glow", "chrome", "plain"),
                     ("wide", "sans-italic", "poster", "serif"), _airbrush, 4, (20, 16, 24), 0.0),
    1990: PrintStyle(("foot", "foot", "crown", "side"), ("soft", "plain", "soft"),
                     ("serif", "poster", "serif-light", "wide"), _glossy, 3, (12, 12, 14), 0.0),
    2000: PrintStyle(("foot", "crown", "foot", "side", "stack"), ("plain", "soft"),
                     ("grotesk", "poster", "serif-light", "hair"), _two_tone, 3, (12, 14, 18), 0.0),
    2010: PrintStyle(("stack", "corner", "crown", "side", "foot", "window"), ("plain",),
                     ("grotesk", "wide", "poster", "hair"), _matt, 3, (240, 238, 232), 0.0),
    2020: PrintStyle(("window", "corner", "window", "side", "stack", "crown"), ("plain",),
                     ("hair", "grotesk", "wide", "serif-script", "grotesk-light"), _clean, 2,
                     (245, 243, 238), 0.0),
}  # fmt: skip


def style_of(year: int) -> PrintStyle:
    return PRINT_STYLES[min(max(year // 10 * 10, 1930), 2020)]


def finished(image: Image.Image, style: PrintStyle, rng: np.random.Generator) -> Image.Image:
    """The printed sheet: tinted by its paper and grained."""
    if style.age:
        sheet = Image.new("RGB", image.size, style.paper)
        image = Image.blend(image, ImageChops.multiply(image, sheet), 0.5)
        image = Image.blend(
            image, Image.new("RGB", image.size, mix(style.paper, (150, 110, 70), 0.3)), style.age
        )
    dx, dy = (int(v) for v in rng.integers(0, 64, 2))
    film = _film_grain(style.grain).crop((dx, dy, dx + WIDTH, dy + HEIGHT))
    return ImageChops.add(image, film, 1.0, -128)
