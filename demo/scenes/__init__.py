"""Scenes by genre: each paints a whole poster's picture, title space left quiet.

A scene keeps its subject between a quarter and four fifths of the height and its edges calm, so
that a layout may set words above or below it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from demo.drawing.canvas import Canvas
from demo.drawing.palettes import ScenePalette
from demo.scenes import (
    chase,
    city,
    desert,
    front,
    heart,
    houses,
    jokes,
    land,
    show,
    signs,
    solitude,
    space,
    toys,
    wonder,
    woods,
)

Scene = Callable[[Canvas, ScenePalette, np.random.Generator], None]

_BY_GENRE: dict[str, tuple[Scene, ...]] = {
    "Action": (
        chase.blast,
        chase.night_drive,
        front.rotors,
        front.squadron,
        city.skyline,
        signs.target,
    ),
    "Adventure": (
        land.peaks,
        desert.dunes,
        front.storm_ship,
        land.railway,
        wonder.balloons,
        front.rotors,
    ),
    "Animation": (
        toys.smiling_hills,
        wonder.sky_whale,
        toys.paper_boat,
        wonder.castle,
        toys.kite_hill,
    ),
    "Comedy": (
        jokes.burst,
        jokes.upside_down,
        jokes.confetti,
        toys.smiling_hills,
        show.marquee,
        land.long_road,
    ),
    "Crime": (
        city.alley,
        city.skyline,
        city.lit_windows,
        signs.fingerprint,
        chase.night_drive,
        city.rain_window,
    ),
    "Documentary": (
        signs.contours,
        signs.tiles,
        signs.murmuration,
        land.peaks,
        land.fields,
        solitude.lighthouse,
    ),
    "Drama": (
        solitude.chair,
        land.fields,
        heart.seaside,
        land.long_road,
        heart.bench,
        city.lit_windows,
        signs.murmuration,
        solitude.lighthouse,
    ),
    "Family": (
        toys.kite_hill,
        wonder.balloons,
        toys.paper_boat,
        toys.smiling_hills,
        houses.lake_cabin,
    ),
    "Fantasy": (wonder.castle, wonder.lantern_tree, wonder.sky_whale, land.peaks, woods.forest),
    "Film-Noir": (city.blinds, city.alley, city.stairwell, city.rain_window, city.skyline),
    "Horror": (woods.forest, houses.house_on_hill, woods.watchers, woods.crow_tree, houses.doorway),
    "Musical": (show.spotlight, show.record, show.keys, show.marquee),
    "Mystery": (
        signs.keyhole,
        solitude.lighthouse,
        houses.lake_cabin,
        houses.doorway,
        signs.fingerprint,
        city.stairwell,
    ),
    "Romance": (
        heart.bokeh,
        heart.under_umbrella,
        heart.seaside,
        heart.blossom,
        heart.balcony,
        heart.bench,
        heart.moon_lovers,
    ),
    "Sci-Fi": (
        space.ringed_planet,
        space.sun_grid,
        space.saucer,
        space.launch,
        space.red_eye,
        space.nebula_walk,
    ),
    "Thriller": (
        signs.target,
        signs.vortex,
        city.stairwell,
        houses.doorway,
        city.lit_windows,
        chase.night_drive,
        signs.keyhole,
    ),
    "War": (front.wire, front.squadron, front.rotors, front.storm_ship, desert.hanging_tree),
    "Western": (
        desert.mesa_sunset,
        desert.hanging_tree,
        land.railway,
        land.long_road,
        desert.dunes,
    ),
}

SCENES: dict[str, Scene] = {s.__name__: s for scenes in _BY_GENRE.values() for s in scenes}
SCENES_OF: dict[str, tuple[str, ...]] = {
    genre: tuple(s.__name__ for s in scenes) for genre, scenes in _BY_GENRE.items()
}
