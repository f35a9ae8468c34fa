"""Alterations of posters beyond those that the embedder is measured by."""

from __future__ import annotations

from PIL import Image, ImageEnhance, ImageOps

from embedder.evaluation import Alteration


def harder() -> list[Alteration]:
    """Beyond those that the embedder is measured by."""
    return [
        Alteration("cropped 20%", lambda image: ImageOps.crop(image, round(0.1 * image.width))),
        Alteration("a sixth cut off below", lambda i: i.crop((0, 0, i.width, i.height * 5 // 6))),
        Alteration("tilted 6 degrees", lambda i: i.rotate(6, Image.Resampling.BICUBIC)),
        Alteration(
            "black frame of 10%", lambda image: ImageOps.expand(image, round(0.1 * image.width))
        ),
        Alteration(
            "black frame of 20%", lambda image: ImageOps.expand(image, round(0.2 * image.width))
        ),
        Alteration("on a plain wall", _on_a_wall),
        Alteration("brightened by 40%", lambda image: ImageEnhance.Brightness(image).enhance(1.4)),
        Alteration("made grey", lambda image: image.convert("L").convert("RGB")),
    ]


def _on_a_wall(image: Image.Image) -> Image.Image:
    """Two thirds as wide as the picture and off its middle."""
    wall = Image.new("RGB", (image.width * 3 // 2, image.height * 7 // 5), (180, 170, 160))
    wall.paste(image, (image.width * 3 // 10, image.height * 3 // 20))
    return wall
