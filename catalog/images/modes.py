"""Pixels of every mode that Pillow reads, made plain RGB and smaller, in little memory."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_REDUCIBLE: Final = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "I", "F"})
_STRIP: Final = 256
"""Rows in work at once where a mode must be changed before it can be averaged."""


def scaled_down(image: Image.Image, factor: int) -> Image.Image:
    """Return the means of `factor` x `factor` pixels.

    Palettes, bilevel and 16-bit pixels, which Pillow cannot average, and colours that stand for
    transparency, which averaging would lose, become plain first, a strip at a time.
    """
    if image.mode in _REDUCIBLE and "transparency" not in image.info:
        return image.reduce(factor)
    size = (-(-image.width // factor), -(-image.height // factor))
    small = Image.new("RGB", size)
    rows = max(1, _STRIP // factor) * factor
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        small.paste(flattened(strip).reduce(factor), (0, top // factor))
    return small


def flattened(image: Image.Image) -> Image.Image:
    """Return a new RGB image without metadata, whatever the mode."""
    if image.mode.startswith("I;16"):
        image = _eight_bits(image)
    elif image.mode in ("I", "F"):
        image = _stretched(image)
    if image.has_transparency_data:
        layer = image.convert("LA").convert("RGBA") if image.mode == "La" else image.convert("RGBA")
        flat = Image.new("RGB", layer.size, "white")
        flat.paste(layer, mask=layer.getchannel("A"))
        return flat
    flat = image.convert("RGB")
    flat.info = {}
    return flat


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return v / 257, rounded, of 16-bit pixels v, and white where v stands for transparency; 257
    being odd, no v lies halfway."""
    clear = image.info.get("transparency")
    shades = ((np.arange(65536) + 128) // 257).astype(np.uint8)
    deep = np.asarray(image)
    shallow = np.empty(deep.shape, np.uint8)
    for top in range(0, len(deep), _STRIP):  # NumPy makes 64-bit numbers of what it looks up
        strip = slice(top, top + _STRIP)
        shallow[strip] = shades[deep[strip]]
        if isinstance(clear, int):
            shallow[strip][deep[strip] == clear] = 255
    return Image.fromarray(shallow)


def _stretched(image: Image.Image) -> Image.Image:
    """Return 32-bit pixels, which have no agreed range, spread from black to white."""
    deep = np.asarray(image)
    strips = [slice(top, top + _STRIP) for top in range(0, len(deep), _STRIP)]
    low = min(float(_numbers(deep[strip]).min()) for strip in strips)
    high = max(float(_numbers(deep[strip]).max()) for strip in strips)
    shallow = np.empty(deep.shape, np.uint8)
    for strip in strips:
        shallow[strip] = (_numbers(deep[strip]) - low) * (255 / ((high - low) or 1))
    return Image.fromarray(shallow)


def _numbers(pixels: NDArray[Any]) -> NDArray[np.float64]:
    return np.nan_to_num(pixels.astype(np.float64), posinf=0, neginf=0)
