"""One film's poster: scene, grade, words, print."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from demo.drawing.canvas import Canvas
from demo.drawing.palettes import PALETTES
from demo.films import DemoFilm
from demo.print_styles import finished, style_of
from demo.scenes import SCENES
from demo.typesetting.layouts import LAYOUTS
from demo.typesetting.sheet import Box, Sheet, Words

_GENRE_FACES = {
    "Action": ("poster", "sans-italic", "wide", "sans-black"),
    "Adventure": ("serif-black", "poster", "slab", "wide"),
    "Animation": ("round", "brush", "round", "hand"),
    "Comedy": ("round", "brush", "sans-black", "hand", "slab"),
    "Crime": ("poster", "slab", "grotesk", "sans-black"),
    "Documentary": ("grotesk", "plain", "serif", "slab"),
    "Drama": ("serif", "serif-light", "serif-script", "grotesk-light", "hand", "slab-italic"),
    "Family": ("round", "brush", "hand", "wide"),
    "Fantasy": ("serif-black", "serif", "brush", "slab"),
    "Film-Noir": ("serif-italic", "poster", "slab-italic", "serif-black"),
    "Horror": ("hand", "serif-light", "poster", "hand", "serif-black"),
    "Musical": ("brush", "serif-italic", "poster", "round"),
    "Mystery": ("serif", "serif-black", "hair", "slab", "hand"),
    "Romance": ("serif-script", "brush", "serif-script", "serif-light", "slab-italic", "hand"),
    "Sci-Fi": ("wide", "hair", "poster", "grotesk-light"),
    "Thriller": ("grotesk", "poster", "hair", "wide", "sans-black"),
    "War": ("poster", "slab", "sans-black", "serif-black"),
    "Western": ("slab", "poster", "serif-black", "slab"),
}


_FINE_FACES = {"hair", "hand", "serif", "serif-light", "serif-script", "grotesk-light", "plain"}


@dataclass(frozen=True)
class DrawnPoster:
    """A drawn poster: RGB, 400 x 600, and the boxes (x0, y0, x1, y1) of its words."""

    image: Image.Image
    boxes: tuple[Box, ...]


def draw(film: DemoFilm) -> Image.Image:
    """The film's poster, RGB, 400 x 600; the same pixels for the same film, everywhere."""
    return typeset(film).image


def typeset(film: DemoFilm) -> DrawnPoster:
    """The film's poster with a note of where its words stand."""
    # The look belongs to the series, what happens in the picture to the part.
    look, detail = (
        np.random.default_rng([film.seed, 0]),
        np.random.default_rng([film.seed, film.part]),
    )
    palette, style = PALETTES[film.palette], style_of(film.record.year or 2020)
    canvas = Canvas()
    SCENES[film.scene](canvas, palette, detail)
    picture = ImageOps.mirror(canvas.image) if detail.random() < 0.5 else canvas.image
    faces = _GENRE_FACES[film.record.genres[0]]
    own, dated, taste = (
        look.integers(0, len(faces)),
        look.integers(0, len(style.faces)),
        look.random(),
    )
    face = faces[int(own)] if taste < 0.62 else style.faces[int(dated)]
    layout = style.layouts[int(look.integers(0, len(style.layouts)))]
    effect = style.effects[int(look.integers(0, len(style.effects)))]
    if face in _FINE_FACES:
        effect = "plain"  # shadows and metal clog thin strokes
    title = film.record.title
    words = Words(title, film.tagline, film.credits.names, film.credits.maker,
                  film.credits.billing(title, film.record.year or 2020))  # fmt: skip
    sheet = Sheet(style.grade(picture, palette), palette, style.paper, words, face, effect, look)
    LAYOUTS[layout](sheet)
    return DrawnPoster(finished(sheet.image, style, detail), tuple(sheet.boxes))
