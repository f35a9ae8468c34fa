"""A poster being set in type: the picture, the words, and where they already stand."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from demo.drawing.colours import Rgb, luminance, mix
from demo.drawing.geometry import HEIGHT, WIDTH
from demo.drawing.palettes import ScenePalette
from demo.typesetting import lettering, line_breaks
from demo.typesetting.effects import Effect, set_mask

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Words:
    """What is printed: the title and everything smaller."""

    title: str
    tagline: str
    names: str
    maker: str
    billing: tuple[str, ...]


@dataclass
class Sheet:
    """A poster being set: the image, the words and how they are lettered."""

    image: Image.Image
    palette: ScenePalette
    paper: Rgb
    words: Words
    face: str
    effect: Effect
    rng: np.random.Generator
    boxes: list[Box] = field(default_factory=list)

    def tone(self, box: Box) -> float:
        """Mean luma of the image within a box."""
        return float(
            np.asarray(
                self.image.crop(box).convert("L").resize((8, 8), Image.Resampling.BOX)
            ).mean()
        )

    def fade(self, y0: int, y1: int, colour: Rgb, strength: float) -> None:
        """Towards `colour` from row `y0` to row `y1` and past it."""
        share = np.clip((np.arange(HEIGHT) - y0) / (y1 - y0), 0, 1)
        ramp = (share * share * (3 - 2 * share) * strength * 255).astype(np.uint8)
        mask = Image.fromarray(ramp[:, None]).resize((WIDTH, HEIGHT), Image.Resampling.NEAREST)
        self.image.paste(colour, (0, 0), mask)

    def shift(self, dy: int) -> None:
        """Moves the picture down (up when negative); what is bared mirrors what is next to it."""
        if not dy:
            return
        moved = Image.new("RGB", (WIDTH, HEIGHT))
        moved.paste(self.image, (0, dy))
        flipped = Image.Transpose.FLIP_TOP_BOTTOM
        if dy > 0:
            moved.paste(self.image.crop((0, 0, WIDTH, dy)).transpose(flipped), (0, 0))
        else:
            moved.paste(
                self.image.crop((0, HEIGHT + dy, WIDTH, HEIGHT)).transpose(flipped),
                (0, HEIGHT + dy),
            )
        self.image = moved

    def ink_for(self, box: Box, *, bold: bool = False) -> Rgb:
        """Light or dark, whichever reads better there; for big words the accent, if it reads."""
        ground = self.tone(box)
        p = self.palette
        if bold and abs(luminance(p.accent) - ground) > 105 and self.rng.random() < 0.45:
            return p.accent
        white, black = mix(p.light, (255, 255, 255), 0.35), mix(p.night, (0, 0, 0), 0.3)
        return white if abs(luminance(white) - ground) > abs(luminance(black) - ground) else black

    def put(
        self, mask: Image.Image, x: float, y: float, ink: Rgb, *, effect: Effect = "plain"
    ) -> Box:
        """Sets a mask with its upper left at (x, y), moved inside the sheet if need be."""
        left = int(min(max(x, 6), WIDTH - 6 - mask.width))
        top = int(min(max(y, 6), HEIGHT - 6 - mask.height))
        box = (left, top, left + mask.width, top + mask.height)
        if effect == "plain" and abs(luminance(ink) - self.tone(box)) < 80:
            effect = "soft"
        set_mask(self.image, mask, left, top, ink, effect, self.palette)
        self.boxes.append(box)
        return box

    def centred(self, mask: Image.Image, y: float, ink: Rgb, *, effect: Effect = "plain") -> Box:
        return self.put(mask, (WIDTH - mask.width) / 2, y, ink, effect=effect)

    def title(
        self, width: float, height: float, *, lines: int | None = None, align: str = "centre"
    ) -> Image.Image:
        text = lettering.cased(self.words.title, self.face)
        if lines is None:
            lines = 1 if len(text) <= 11 else 2 if len(text) <= 24 else 3
        lines = min(lines, len(line_breaks.phrases(text, lines)))
        light = self.face in ("hair", "grotesk-light", "serif-light", "serif", "grotesk")
        tracking = 0.16 if light and len(text) < 16 else 0.05 if light else 0.0
        return lettering.even(
            line_breaks.broken(text, lines),
            self.face,
            width,
            height,
            tracking=tracking,
            align=align,
        )

    def small(
        self, text: str, face: str, width: float, height: float, tracking: float = 0.0
    ) -> Image.Image:
        return lettering.line(text, face, width, height, tracking=tracking)

    def billing(self, y: float, ink: Rgb, *, width: float = 330, left: float | None = None) -> int:
        """The credit block, its last line ending at `y`; returns its top."""
        rows = [lettering.small_print(t, "poster", width, 7.5) for t in self.words.billing]
        block = lettering.stacked(rows, 4, width, 40, "centre" if left is None else "left")
        x = (WIDTH - block.width) / 2 if left is None else left
        return self.put(block, x, y - block.height, ink)[1]


def ground_at(s: Sheet, top: int) -> tuple[Rgb, Rgb]:
    """Darkens or lightens the foot from `top`; returns (ground, ink) colours there."""
    dark = s.tone((0, top, WIDTH, HEIGHT)) < 150
    ground = mix(s.palette.night, (0, 0, 0), 0.25) if dark else s.palette.light
    s.fade(top - 80, min(top + 60, 575), ground, 0.9 if dark else 0.82)
    ink = (
        mix(s.palette.light, (255, 255, 255), 0.3) if dark else mix(s.palette.night, (0, 0, 0), 0.2)
    )
    return ground, ink


def shade_top(s: Sheet, bottom: int, strength: float = 0.5) -> None:
    dark = s.tone((0, 0, WIDTH, bottom)) < 150
    ground = mix(s.palette.night, (0, 0, 0), 0.2) if dark else s.palette.light
    s.fade(bottom + 50, bottom - 80, ground, strength)


def some_width(s: Sheet, low: float, high: float) -> float:
    return float(s.rng.uniform(low, high))


def heading(s: Sheet) -> None:
    """The names, or the tagline, across the top."""
    shade_top(s, 60, 0.35)
    if s.rng.random() < 0.5:
        mask = s.small(s.words.names.upper(), "grotesk", 330, 8.5, 0.2)
    else:
        mask = s.small(s.words.tagline, "serif-script", 310, 14, 0.03)
    s.centred(mask, 26, s.ink_for((30, 20, 370, 48)))
