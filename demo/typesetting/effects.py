"""What letters are made of: flat ink, shadows, glow, chrome, outlines."""

from __future__ import annotations

from typing import Literal

import numpy as np
from PIL import Image, ImageFilter

from demo.drawing.colours import Rgb, gradient, luminance, mix
from demo.drawing.palettes import ScenePalette

Effect = Literal["plain", "hard", "soft", "extrude", "outline", "glow", "chrome"]


def set_mask(
    image: Image.Image, mask: Image.Image, x: int, y: int, ink: Rgb, effect: Effect, p: ScenePalette
) -> None:
    """Prints an L mask at (x, y) of `image`, in place."""
    dark = luminance(ink) < 120
    under = mix(p.light, p.air, 0.2) if dark else mix(p.night, (0, 0, 0), 0.3)
    depth = max(2, min(7, mask.height // 16))
    if effect == "hard":
        image.paste(under, (x + depth - 1, y + depth - 1), mask)
    elif effect == "extrude":
        side = mix(p.accent, p.night, 0.45) if ink != p.accent else under
        for k in range(depth, 0, -1):
            image.paste(side if k < depth else under, (x + k, y + k), mask)
    elif effect in ("soft", "glow"):
        _halo(
            image,
            mask,
            x,
            y,
            under if effect == "soft" else p.accent,
            (2 + mask.height // 20) if effect == "soft" else 9,
        )
    elif effect == "outline":
        grown = _spread(mask, 2)
        image.paste(under, (x - 4, y - 4), grown)
    if effect == "chrome":
        _chrome(image, mask, x, y, p)
    else:
        image.paste(ink, (x, y), mask)


def _spread(mask: Image.Image, by: int) -> Image.Image:
    """The mask, `by` pixels bolder, with 4 pixels of margin."""
    sheet = Image.new("L", (mask.width + 8, mask.height + 8), 0)
    sheet.paste(mask, (4, 4))
    return sheet.filter(ImageFilter.MaxFilter(2 * by + 1))


def _halo(image: Image.Image, mask: Image.Image, x: int, y: int, colour: Rgb, blur: int) -> None:
    m = blur * 3
    sheet = Image.new("L", (mask.width + 2 * m, mask.height + 2 * m), 0)
    sheet.paste(mask, (m, m))
    halo = sheet.filter(ImageFilter.GaussianBlur(blur)).point(
        [min(255, v * 5 // 4) for v in range(256)]
    )
    image.paste(colour, (x - m, y - m), halo)


def _chrome(image: Image.Image, mask: Image.Image, x: int, y: int, p: ScenePalette) -> None:
    """Sky, horizon and ground reflected in metal, with a lit edge."""
    image.paste(mix(p.night, (0, 0, 0), 0.4), (x - 2, y - 1), _spread(mask, 2))
    metal = gradient(
        [
            (0.0, mix(p.shade, p.body, 0.5)),
            (0.3, mix(p.air, p.light, 0.4)),
            (0.5, (255, 255, 255)),
            (0.52, mix(p.shade, p.night, 0.4)),
            (0.75, p.accent),
            (1.0, mix(p.light, (255, 255, 255), 0.4)),
        ],
        mask.size,
    )
    image.paste(metal, (x, y), mask)
    inner = np.asarray(mask, dtype=np.int16) - np.asarray(
        mask.filter(ImageFilter.MinFilter(3)), dtype=np.int16
    )
    edge = Image.fromarray((inner.clip(0, 255) * 0.8).astype(np.uint8))
    image.paste(mix(p.light, (255, 255, 255), 0.7), (x, y), edge)
