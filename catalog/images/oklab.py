"""Oklab, where equal distances look about equally different.

After Björn Ottosson, "A perceptual color space for image processing", 2020
(https://bottosson.github.io/posts/oklab/); the transfer curve is sRGB's, IEC 61966-2-1.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_TO_CONES: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LAB: Final = np.linalg.inv(_TO_LAB)
_FROM_CONES: Final = np.linalg.inv(_TO_CONES)


def to_linear(srgb: ArrayLike) -> Floats:
    """Linear light 0-1, float64[..., 3], of sRGB colours [..., 3] in 0-255."""
    share = np.asarray(srgb, np.float64) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def to_oklab(srgb: ArrayLike) -> Floats:
    """Lightness, a and b, float64[..., 3], of sRGB colours [..., 3] in 0-255."""
    return np.asarray(np.cbrt(to_linear(srgb) @ _TO_CONES.T) @ _TO_LAB.T)


def linear_from_oklab(oklab: ArrayLike) -> Floats:
    """Linear light, float64[..., 3], of Oklab colours [..., 3]; outside 0-1 for what sRGB cannot
    show."""
    return np.asarray((np.asarray(oklab, np.float64) @ _FROM_LAB.T) ** 3 @ _FROM_CONES.T)


def to_srgb(oklab: ArrayLike) -> NDArray[np.uint8]:
    """sRGB colours uint8[..., 3] of Oklab ones [..., 3]; what sRGB cannot show is clipped."""
    linear = np.clip(linear_from_oklab(oklab), 0, 1)
    share = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.round(255 * share), np.uint8)
