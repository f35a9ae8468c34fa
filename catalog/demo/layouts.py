"""Where the words go. Every layout places the title, the names and the credits on a sheet.

A layout gets the graded picture and returns the sheet with its words; each block of words set is
noted with its box, so that nothing collides and tests can look.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw

from catalog.demo import lettering
from catalog.demo.canvas import HEIGHT, WIDTH, Colour, luminance, mix
from catalog.demo.effects import Effect, set_mask
from catalog.demo.palettes import Palette

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
    palette: Palette
    paper: Colour
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

    def fade(self, y0: int, y1: int, colour: Colour, strength: float) -> None:
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

    def ink_for(self, box: Box, *, bold: bool = False) -> Colour:
        """Light or dark, whichever reads better there; for big words the accent, if it reads."""
        ground = self.tone(box)
        p = self.palette
        if bold and abs(luminance(p.accent) - ground) > 105 and self.rng.random() < 0.45:
            return p.accent
        white, black = mix(p.light, (255, 255, 255), 0.35), mix(p.night, (0, 0, 0), 0.3)
        return white if abs(luminance(white) - ground) > abs(luminance(black) - ground) else black

    def put(
        self, mask: Image.Image, x: float, y: float, ink: Colour, *, effect: Effect = "plain"
    ) -> Box:
        """Sets a mask with its upper left at (x, y), moved inside the sheet if need be."""
        left = int(min(max(x, 6), WIDTH - 6 - mask.width))
        top = int(min(max(y, 6), HEIGHT - 6 - mask.height))
        box = (left, top, left + mask.width, top + mask.height)
        if effect == "plain" and abs(luminance(ink) - self.tone(box)) < 100:
            effect = "soft"
        set_mask(self.image, mask, left, top, ink, effect, self.palette)
        self.boxes.append(box)
        return box

    def centred(self, mask: Image.Image, y: float, ink: Colour, *, effect: Effect = "plain") -> Box:
        return self.put(mask, (WIDTH - mask.width) / 2, y, ink, effect=effect)

    def title(
        self, width: float, height: float, *, lines: int | None = None, align: str = "centre"
    ) -> Image.Image:
        text = lettering.cased(self.words.title, self.face)
        if lines is None:
            lines = 1 if len(text) <= 11 else 2 if len(text) <= 24 else 3
        light = self.face in ("hair", "grotesk-light", "serif-light", "serif", "grotesk")
        tracking = 0.16 if light and len(text) < 16 else 0.05 if light else 0.0
        return lettering.even(
            lettering.broken(text, lines), self.face, width, height, tracking=tracking, align=align
        )

    def small(
        self, text: str, face: str, width: float, height: float, tracking: float = 0.0
    ) -> Image.Image:
        return lettering.line(text, face, width, height, tracking=tracking)

    def billing(
        self, y: float, ink: Colour, *, width: float = 330, left: float | None = None
    ) -> int:
        """The credit block, its last line ending at `y`; returns its top."""
        rows = [lettering.line(t, "poster", width, 7.5, stretch=0.9) for t in self.words.billing]
        block = lettering.stacked(rows, 4, width, 40, "centre" if left is None else "left")
        x = (WIDTH - block.width) / 2 if left is None else left
        return self.put(block, x, y - block.height, ink)[1]


def _base(s: Sheet, top: int) -> tuple[Colour, Colour]:
    """Darkens or lightens the foot from `top`; returns (ground, ink) colours there."""
    dark = s.tone((0, top, WIDTH, HEIGHT)) < 150
    ground = mix(s.palette.night, (0, 0, 0), 0.25) if dark else s.palette.light
    s.fade(top - 80, min(top + 60, 575), ground, 0.9 if dark else 0.82)
    ink = (
        mix(s.palette.light, (255, 255, 255), 0.3) if dark else mix(s.palette.night, (0, 0, 0), 0.2)
    )
    return ground, ink


def _roof(s: Sheet, bottom: int, strength: float = 0.5) -> None:
    dark = s.tone((0, 0, WIDTH, bottom)) < 150
    ground = mix(s.palette.night, (0, 0, 0), 0.2) if dark else s.palette.light
    s.fade(bottom + 50, bottom - 80, ground, strength)


def foot(s: Sheet) -> None:
    """Names above, title low and wide, credits beneath."""
    mask = s.title(rng_width(s, 280, 350), 84)
    s.shift(-36 - mask.height // 2)
    ground, ink = _base(s, 515 - mask.height)
    top = s.billing(588, mix(ink, ground, 0.3))
    maker = s.small(s.words.maker.upper(), "grotesk", 180, 7, 0.22)
    maker_top = s.centred(maker, top - 22, mix(ink, ground, 0.15))[1]
    y = maker_top - 16 - mask.height
    bold = s.ink_for((60, int(y), 340, int(y) + mask.height), bold=True)
    s.centred(mask, y, bold, effect=s.effect)
    _heading(s)


def rng_width(s: Sheet, low: float, high: float) -> float:
    return float(s.rng.uniform(low, high))


def _heading(s: Sheet) -> None:
    """The names, or the tagline, across the top."""
    _roof(s, 60, 0.35)
    if s.rng.random() < 0.5:
        mask = s.small(s.words.names.upper(), "grotesk", 330, 8.5, 0.2)
    else:
        mask = s.small(s.words.tagline, "serif-script", 310, 14, 0.03)
    s.centred(mask, 26, s.ink_for((30, 20, 370, 48)))


def crown(s: Sheet, foot: int = 588) -> None:
    """Title on top, the picture beneath it, credits at the foot."""
    mask = s.title(rng_width(s, 290, 352), 104)
    s.shift(max(0, mask.height - 40) // 2)
    _roof(s, 46 + mask.height, 0.45)
    names = s.small(s.words.names.upper(), "grotesk", 310, 7.5, 0.2)
    box = s.centred(names, 24, s.ink_for((40, 16, 360, 40)))
    y = box[3] + 16
    box = s.centred(mask, y, s.ink_for((40, y, 360, y + mask.height), bold=True), effect=s.effect)
    tag = s.small(s.words.tagline, "serif-script", 290, 13.5, 0.03)
    s.centred(tag, box[3] + 15, s.ink_for((60, box[3] + 8, 340, box[3] + 32)))
    ground, ink = _base(s, foot - 63)
    top = s.billing(foot, mix(ink, ground, 0.25))
    s.centred(
        s.small(s.words.maker.upper(), "grotesk", 180, 7, 0.22), top - 20, mix(ink, ground, 0.1)
    )


def stack(s: Sheet) -> None:
    """The title as one justified block, big."""
    text = lettering.cased(s.words.title, "poster")
    mask = lettering.justified(
        lettering.phrases(text, 4), "poster", rng_width(s, 210, 330), 176, gap=8
    )
    high = s.rng.random() < 0.4
    s.shift(mask.height // 4 if high else -40 - mask.height // 3)
    if high:
        _roof(s, mask.height + 30, 0.55)
        box = s.centred(
            mask, 30, s.ink_for((60, 30, 340, 30 + mask.height), bold=True), effect=s.effect
        )
        tag = s.small(s.words.tagline, "grotesk", 280, 9.5, 0.04)
        s.centred(tag, box[3] + 14, s.ink_for((60, box[3] + 8, 340, box[3] + 30)))
        ground, ink = _base(s, 525)
        s.billing(588, mix(ink, ground, 0.25))
        return
    ground, ink = _base(s, 560 - mask.height)
    top = s.billing(588, mix(ink, ground, 0.3))
    y = top - 16 - mask.height
    s.centred(mask, y, s.ink_for((60, y, 340, y + mask.height), bold=True), effect=s.effect)
    s.centred(
        s.small(s.words.maker.upper(), "grotesk", 220, 8, 0.24), 26, s.ink_for((60, 18, 340, 44))
    )


def tilt(s: Sheet) -> None:
    """The title struck across the sheet at a slant."""
    mask = s.title(330, 100)
    angle = float(s.rng.uniform(4, 7))
    mask = mask.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    mask = mask.crop(mask.getbbox())
    names = s.small(s.words.names.upper(), "poster", 320, 12, 0.1)
    if s.rng.random() < 0.5:
        s.shift(mask.height // 3)
        _roof(s, 60 + mask.height, 0.6)
        box = s.centred(names, 22, s.ink_for((40, 16, 360, 40)))
        s.centred(
            mask,
            box[3] + 12,
            s.ink_for((40, box[3], 360, box[3] + mask.height), bold=True),
            effect=s.effect,
        )
        ground, ink = _base(s, 510)
        top = s.billing(588, mix(ink, ground, 0.2))
        s.centred(
            s.small(s.words.tagline, "serif-italic", 300, 14),
            top - 28,
            mix(s.palette.accent, ink, 0.5),
        )
        return
    s.shift(-30 - mask.height // 2)
    ground, ink = _base(s, 505 - mask.height)
    top = s.billing(588, mix(ink, ground, 0.2))
    box = s.centred(names, top - 24, ink)
    y = box[1] - 14 - mask.height
    s.centred(mask, y, s.ink_for((60, y, 340, y + mask.height), bold=True), effect=s.effect)
    _roof(s, 60, 0.35)
    s.centred(s.small(s.words.tagline, "serif-italic", 320, 16), 24, s.ink_for((40, 18, 360, 48)))


def band(s: Sheet) -> None:
    """A bar of colour carries the title."""
    p = s.palette
    colour = (p.accent, p.light, p.night)[int(s.rng.integers(0, 3))]
    ink = (
        mix(p.night, (0, 0, 0), 0.3)
        if luminance(colour) > 115
        else mix(p.light, (255, 255, 255), 0.3)
    )
    mask = s.title(330, 78)
    height = mask.height + 36
    y = int(516 - height) if s.rng.random() < 0.65 else 44
    s.shift(-height // 2 - 10 if y > 60 else height // 3)
    pen = ImageDraw.Draw(s.image)
    pen.rectangle((0, y, WIDTH, y + height), fill=colour)
    for edge in (y - 6, y + height + 4):
        pen.rectangle((0, edge, WIDTH, edge + 2), fill=colour)
    s.centred(mask, y + 18, ink)
    s_ground, s_ink = _base(s, 545)
    s.billing(590, mix(s_ink, s_ground, 0.15))
    free = 22 if y > 60 else y + height + 22
    _roof(s, 60, 0.3) if y > 60 else None
    s.centred(
        s.small(s.words.names.upper(), "poster", 330, 12, 0.12),
        free,
        s.ink_for((30, free - 6, 370, free + 20)),
    )


def _inset(
    s: Sheet, box: Box, mask: Image.Image | None = None, ground: Colour | None = None
) -> None:
    """Shrinks nothing, crops: the picture's middle shown through `box` on paper."""
    w, h = box[2] - box[0], box[3] - box[1]
    scale = max(w / WIDTH, h / 480)
    window = (
        WIDTH / 2 - w / scale / 2,
        300 - h / scale / 2,
        WIDTH / 2 + w / scale / 2,
        300 + h / scale / 2,
    )
    window = _within(window)
    part = s.image.resize((w, h), Image.Resampling.LANCZOS, box=window)
    sheet = Image.new("RGB", (WIDTH, HEIGHT), ground or s.paper)
    sheet.paste(part, box[:2], mask)
    s.image = sheet


def _within(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = box
    dy = max(0.0, 4 - y0) - max(0.0, y1 - HEIGHT + 4)
    return max(0.0, x0), y0 + dy, min(float(WIDTH), x1), min(float(HEIGHT), y1 + dy)


def matte(s: Sheet) -> None:
    """The picture in a wide paper margin, words on the paper."""
    dark = luminance(s.paper) < 100
    frame = (24, 24, 376, 424) if s.rng.random() < 0.6 else (24, 150, 376, 540)
    _inset(s, frame)
    ink = (
        mix(s.palette.light, (255, 255, 255), 0.2) if dark else mix(s.palette.night, (0, 0, 0), 0.2)
    )
    strong = s.palette.accent if abs(luminance(s.palette.accent) - luminance(s.paper)) > 80 else ink
    soft = mix(ink, s.paper, 0.3)
    effect: Effect = s.effect if s.effect in ("chrome",) else "plain"
    if frame[1] < 100:
        mask = s.title(rng_width(s, 300, 350), 72)
        top = s.billing(586, soft)
        y = (424 + top - mask.height) / 2 - 5
        box = s.centred(mask, y, strong, effect=effect)
        if top - box[3] > 26:
            s.centred(
                s.small(s.words.maker.upper(), "grotesk", 200, 7, 0.2), (box[3] + top) / 2 - 3, soft
            )
        return
    mask = s.title(rng_width(s, 300, 350), 84)
    box = s.centred(mask, 40 + (84 - mask.height) / 2, strong, effect=effect)
    s.centred(s.small(s.words.names.upper(), "grotesk", 320, 7.5, 0.18), 20, soft)
    s.billing(586, soft)


def border(s: Sheet) -> None:
    """A printed border with a fine inner rule, title in the sky."""
    p, pen = s.palette, ImageDraw.Draw(s.image)
    crown(s, 572)
    pen = ImageDraw.Draw(s.image)
    pen.rectangle((0, 0, WIDTH - 1, HEIGHT - 1), outline=s.paper, width=10)
    pen.rectangle((13, 13, WIDTH - 14, HEIGHT - 14), outline=mix(p.accent, p.light, 0.2), width=1)


def stripes(s: Sheet) -> None:
    """Three warm stripes run off the sheet under the title."""
    s.shift(-64)
    p, pen = s.palette, ImageDraw.Draw(s.image)
    for k, colour in enumerate((p.accent, mix(p.accent, p.air, 0.5), p.air)):
        pen.rectangle((0, 452 + 9 * k, WIDTH, 459 + 9 * k), fill=colour)
    pen.rectangle((0, 482, WIDTH, HEIGHT), fill=s.paper)
    ink = mix(p.night, (0, 0, 0), 0.2)
    top = s.billing(589, mix(ink, s.paper, 0.25), left=30, width=300)
    mask = s.title(340, top - 16 - 494, align="left")
    s.put(mask, 30, 494, ink)
    _heading(s)


def cut(s: Sheet) -> None:
    """Scissored letters on a ragged block of paper."""
    p = s.palette
    text = s.words.title.upper()
    turns = s.rng.uniform(-7, 7, 11).tolist()
    face = "poster" if s.rng.random() < 0.5 else "sans-black"
    mask = lettering.cut_out(
        lettering.broken(text, 1 if len(text) < 9 else 2 if len(text) < 22 else 3),
        face,
        300,
        104,
        turns,
    )
    high = s.rng.random() < 0.4
    y = 46 if high else 530 - mask.height - 14
    s.shift(mask.height // 3 if high else -20 - mask.height // 2)
    colour = (p.accent, p.night, p.light)[int(s.rng.integers(0, 3))]
    ink = p.night if luminance(colour) > 115 else p.light
    j = s.rng.uniform(-9, 9, 8)
    x0, x1 = 200 - mask.width / 2 - 24, 200 + mask.width / 2 + 24
    patch = [
        (x0 + j[0], y - 18 + j[1]),
        (x1 + j[2], y - 18 + j[3]),
        (x1 + j[4], y + mask.height + 18 + j[5]),
        (x0 + j[6], y + mask.height + 18 + j[7]),
    ]
    big = Image.new("L", (WIDTH * 2, HEIGHT * 2), 0)
    ImageDraw.Draw(big).polygon([(a * 2, b * 2) for a, b in patch], fill=255)
    s.image.paste(colour, (0, 0), big.reduce(2))
    s.centred(mask, y, ink)
    ground = s.tone((20, 555, 380, 595))
    strip = p.light if ground > 128 else p.night
    s.fade(530, 566, strip, 0.85)
    s.billing(590, p.night if ground > 128 else p.light, width=320)
    note_y = 24 if not high else y + mask.height + 40
    s.centred(
        s.small(s.words.maker, "sans", 220, 12, 0.04),
        note_y,
        s.ink_for((60, int(note_y) - 4, 340, int(note_y) + 18)),
    )


def side(s: Sheet) -> None:
    """The title runs up one edge."""
    text = lettering.cased(s.words.title, s.face)
    mask = lettering.even(
        lettering.broken(text, 1 if len(text) < 18 else 2),
        s.face,
        400,
        46,
        tracking=0.08,
        leading=0.35,
    )
    mask = mask.transpose(Image.Transpose.ROTATE_90)
    left = s.rng.random() < 0.5
    x = 22 if left else WIDTH - 22 - mask.width
    ground = (
        mix(s.palette.night, (0, 0, 0), 0.2)
        if s.tone((x, 30, x + mask.width, 480)) < 140
        else s.palette.light
    )
    share = np.clip(1 - (np.arange(WIDTH) if left else np.arange(WIDTH)[::-1]) / 130, 0, 1) ** 1.3
    veil = Image.fromarray((share * 215).astype(np.uint8)[None, :]).resize(
        (WIDTH, HEIGHT), Image.Resampling.NEAREST
    )
    s.image.paste(ground, (0, 0), veil)
    base, ink = _base(s, 530)
    top = s.billing(588, mix(ink, base, 0.25))
    y = max(24, (top - 20) - mask.height)
    s.put(mask, x, y, s.ink_for((x, int(y), x + mask.width, int(y) + mask.height), bold=True))
    tag = s.small(s.words.maker.upper(), "grotesk", 190, 7.5, 0.2)
    s.put(
        tag,
        WIDTH - 24 - tag.width if left else 24,
        26,
        s.ink_for((120, 20, 380, 40) if left else (20, 20, 280, 40)),
    )


def corner(s: Sheet) -> None:
    """Small, flush left, a hairline, and air."""
    mask = s.title(
        rng_width(s, 150, 240), 92, align="left", lines=min(3, len(s.words.title.split()))
    )
    high = s.rng.random() < 0.5
    s.shift(mask.height // 4 if high else -24 - mask.height // 2)
    base, soft = _base(s, 540)
    block_top = s.billing(586, mix(soft, base, 0.3), left=28, width=300)
    if high:
        _roof(s, 60 + mask.height, 0.5)
    else:
        base, soft = _base(s, int(block_top - 40 - mask.height))
    y = 34 if high else block_top - 34 - mask.height
    ink = s.ink_for((28, int(y), 28 + mask.width, int(y) + mask.height), bold=True)
    box = s.put(mask, 28, y, ink)
    ImageDraw.Draw(s.image).rectangle((28, box[3] + 11, 72, box[3] + 12), fill=ink)
    maker = s.small(s.words.maker, "grotesk", 190, 9.5, 0.03)
    if high:
        s.put(maker, 28, box[3] + 22, ink)
    else:
        s.put(maker, 28, 28, s.ink_for((28, 22, 220, 44)))


def window(s: Sheet) -> None:
    """The picture through a circle, arch or card on a flat ground."""
    p = s.palette
    ground = (p.light, mix(p.light, p.air, 0.45), p.night, p.body)[
        int(s.rng.choice([0, 0, 1, 1, 2, 3]))
    ]
    ink = (
        mix(p.night, (0, 0, 0), 0.2)
        if luminance(ground) > 125
        else mix(p.light, (255, 255, 255), 0.3)
    )
    shape = int(s.rng.integers(0, 3))
    box = ((50, 70, 350, 370), (70, 62, 330, 402), (60, 56, 340, 396))[shape]
    w, h = box[2] - box[0], box[3] - box[1]
    hole = Image.new("L", (w * 2, h * 2), 0)
    pen = ImageDraw.Draw(hole)
    if shape == 0:
        pen.ellipse((0, 0, w * 2 - 1, h * 2 - 1), fill=255)
    elif shape == 1:
        pen.ellipse((0, 0, w * 2 - 1, w * 2 - 1), fill=255)
        pen.rectangle((0, w, w * 2, h * 2), fill=255)
    else:
        pen.rectangle((0, 0, w * 2, h * 2), fill=255)
    _inset(s, box, hole.reduce(2), ground)
    s.centred(s.small(s.words.maker.upper(), "grotesk", 210, 7.5, 0.22), 30, mix(ink, ground, 0.2))
    top = s.billing(582, mix(ink, ground, 0.35), width=310)
    mask = s.title(rng_width(s, 230, 320), 86)
    room = top - box[3]
    s.centred(mask, box[3] + max(14, (room - mask.height) / 2 - 4), ink)


LAYOUTS: dict[str, Callable[[Sheet], None]] = {
    f.__name__: f
    for f in (foot, crown, stack, tilt, band, matte, border, stripes, cut, side, corner, window)
}
