"""One way from an image to what the network sees, for training and inference alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def to_array(image: Image.Image, height: int, width: int) -> NDArray[np.uint8]:
    """The whole poster, never cropped, resized to the network's input.

    Args:
        image: mode RGB.

    Returns:
        uint8 [height, width, 3].

    Raises:
        ValueError: another mode.
    """
    if image.mode != "RGB":
        raise ValueError(f"the image must be RGB, not {image.mode}")
    if image.size != (width, height):
        image = image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return np.asarray(image)
