"""Layouts that set the words on the picture itself."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from demo.drawing.colours import mix
from demo.drawing.geometry import HEIGHT, WIDTH
from demo.typesetting import lettering, line_breaks
from demo.typesetting.sheet import Sheet, ground_at, heading, shade_top, some_width


def foot(s: Sheet) -> None:
    """Names above, title low and wide, credits beneath."""
    mask = s.title(some_width(s, 280, 350), 84)
    s.shift(-36 - mask.height // 2)
    ground, ink = ground_at(s, 515 - mask.height)
    top = s.billing(588, mix(ink, ground, 0.3))
    maker = s.small(s.words.maker.upper(), "grotesk", 180, 7, 0.22)
    maker_top = s.centred(maker, top - 22, mix(ink, ground, 0.15))[1]
    y = maker_top - 16 - mask.height
    bold = s.ink_for((60, int(y), 340, int(y) + mask.height), bold=True)
    s.centred(mask, y, bold, effect=s.effect)
    heading(s)


def crown(s: Sheet, foot: int = 588) -> None:
    """Title on top, the picture beneath it, credits at the foot."""
    mask = s.title(some_width(s, 290, 352), 104)
    s.shift(max(0, mask.height - 40) // 2)
    shade_top(s, 46 + mask.height, 0.45)
    names = s.small(s.words.names.upper(), "grotesk", 310, 7.5, 0.2)
    box = s.centred(names, 24, s.ink_for((40, 16, 360, 40)))
    y = box[3] + 16
    box = s.centred(mask, y, s.ink_for((40, y, 360, y + mask.height), bold=True), effect=s.effect)
    tag = s.small(s.words.tagline, "serif-script", 290, 13.5, 0.03)
    s.centred(tag, box[3] + 15, s.ink_for((60, box[3] + 8, 340, box[3] + 32)))
    ground, ink = ground_at(s, foot - 63)
    top = s.billing(foot, mix(ink, ground, 0.25))
    s.centred(
        s.small(s.words.maker.upper(), "grotesk", 180, 7, 0.22), top - 20, mix(ink, ground, 0.1)
    )


def stack(s: Sheet) -> None:
    """The title as one justified block, big."""
    text = lettering.cased(s.words.title, "poster")
    mask = lettering.justified(
        line_breaks.phrases(text, 4), "poster", some_width(s, 210, 330), 176, gap=8
    )
    high = s.rng.random() < 0.4
    s.shift(mask.height // 4 if high else -40 - mask.height // 3)
    if high:
        shade_top(s, mask.height + 30, 0.55)
        box = s.centred(
            mask, 30, s.ink_for((60, 30, 340, 30 + mask.height), bold=True), effect=s.effect
        )
        tag = s.small(s.words.tagline, "grotesk", 280, 9.5, 0.04)
        s.centred(tag, box[3] + 14, s.ink_for((60, box[3] + 8, 340, box[3] + 30)))
        ground, ink = ground_at(s, 525)
        s.billing(588, mix(ink, ground, 0.25))
        return
    ground, ink = ground_at(s, 560 - mask.height)
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
        shade_top(s, 60 + mask.height, 0.6)
        box = s.centred(names, 22, s.ink_for((40, 16, 360, 40)))
        s.centred(
            mask,
            box[3] + 12,
            s.ink_for((40, box[3], 360, box[3] + mask.height), bold=True),
            effect=s.effect,
        )
        ground, ink = ground_at(s, 510)
        top = s.billing(588, mix(ink, ground, 0.2))
        s.centred(
            s.small(s.words.tagline, "serif-italic", 300, 14),
            top - 28,
            mix(s.palette.accent, ink, 0.5),
        )
        return
    s.shift(-30 - mask.height // 2)
    ground, ink = ground_at(s, 505 - mask.height)
    top = s.billing(588, mix(ink, ground, 0.2))
    box = s.centred(names, top - 24, ink)
    y = box[1] - 14 - mask.height
    s.centred(mask, y, s.ink_for((60, y, 340, y + mask.height), bold=True), effect=s.effect)
    shade_top(s, 60, 0.35)
    s.centred(s.small(s.words.tagline, "serif-italic", 320, 16), 24, s.ink_for((40, 18, 360, 48)))


def side(s: Sheet) -> None:
    """The title runs up one edge."""
    text = lettering.cased(s.words.title, s.face)
    mask = lettering.even(
        line_breaks.broken(text, 1 if len(text) < 18 else 2),
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
    base, ink = ground_at(s, 530)
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
        some_width(s, 150, 240), 92, align="left", lines=len(line_breaks.phrases(s.words.title, 3))
    )
    high = s.rng.random() < 0.5
    s.shift(mask.height // 4 if high else -24 - mask.height // 2)
    base, soft = ground_at(s, 540)
    block_top = s.billing(586, mix(soft, base, 0.3), left=28, width=300)
    if high:
        shade_top(s, 60 + mask.height, 0.5)
    else:
        base, soft = ground_at(s, int(block_top - 40 - mask.height))
    y = 34 if high else block_top - 34 - mask.height
    ink = s.ink_for((28, int(y), 28 + mask.width, int(y) + mask.height), bold=True)
    box = s.put(mask, 28, y, ink)
    ImageDraw.Draw(s.image).rectangle((28, box[3] + 11, 72, box[3] + 12), fill=ink)
    maker = s.small(s.words.maker, "grotesk", 190, 9.5, 0.03)
    if high:
        s.put(maker, 28, box[3] + 22, ink)
    else:
        s.put(maker, 28, 28, s.ink_for((28, 22, 220, 44)))
