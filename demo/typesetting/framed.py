"""Layouts that give the words paper, a bar or a margin of their own."""

from __future__ import annotations

from PIL import Image, ImageDraw

from demo.drawing.colours import Rgb, luminance, mix
from demo.drawing.geometry import HEIGHT, WIDTH
from demo.typesetting import lettering, line_breaks
from demo.typesetting.bleed import crown
from demo.typesetting.effects import Effect
from demo.typesetting.sheet import Box, Sheet, ground_at, heading, shade_top, some_width


def _inset(s: Sheet, box: Box, mask: Image.Image | None = None, ground: Rgb | None = None) -> None:
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
    s_ground, s_ink = ground_at(s, 545)
    s.billing(590, mix(s_ink, s_ground, 0.15))
    free = 22 if y > 60 else y + height + 22
    shade_top(s, 60, 0.3) if y > 60 else None
    s.centred(
        s.small(s.words.names.upper(), "poster", 330, 12, 0.12),
        free,
        s.ink_for((30, free - 6, 370, free + 20)),
    )


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
        mask = s.title(some_width(s, 300, 350), 72)
        top = s.billing(586, soft)
        y = (424 + top - mask.height) / 2 - 5
        box = s.centred(mask, y, strong, effect=effect)
        if top - box[3] > 26:
            s.centred(
                s.small(s.words.maker.upper(), "grotesk", 200, 7, 0.2), (box[3] + top) / 2 - 3, soft
            )
        return
    mask = s.title(some_width(s, 300, 350), 84)
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
    heading(s)


def cut(s: Sheet) -> None:
    """Scissored letters on a ragged block of paper."""
    p = s.palette
    text = s.words.title.upper()
    turns = s.rng.uniform(-7, 7, 11).tolist()
    face = "poster" if s.rng.random() < 0.5 else "sans-black"
    mask = lettering.cut_out(
        line_breaks.broken(text, 1 if len(text) < 9 else 2 if len(text) < 22 else 3),
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
    mask = s.title(some_width(s, 230, 320), 86)
    room = top - box[3]
    s.centred(mask, box[3] + max(14, (room - mask.height) / 2 - 4), ink)
