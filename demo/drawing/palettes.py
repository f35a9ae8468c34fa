"""Palettes: six colours a genre's scenes are painted in, several moods for each genre."""

from __future__ import annotations

from dataclasses import dataclass

from demo.drawing.colours import Rgb


@dataclass(frozen=True)
class ScenePalette:
    """Six colours from darkest to lightest, and one that stands out."""

    name: str
    night: Rgb
    shade: Rgb
    body: Rgb
    air: Rgb
    light: Rgb
    accent: Rgb


def _hex(text: str) -> Rgb:
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


_TABLE = """
dusk          1d0f1c 54203a b3402f f08a3c fde0a0 ffd23f
sienna        24120b 5d2a16 a9512a e09a55 f8e3bd c8321f
sage          1b2320 3d4f46 8a8f63 d9b978 f6ead0 b8452b
bluff         1a1630 43305c 9a4a62 ee9069 ffe2b8 f7c548
ink           08090c 1a1d22 454a50 9a9d99 e9e4d6 c9281e
smoke         0b0c10 20242c 4d5663 a8aeb2 f0ece2 d8a038
teal-night    05090d 0d1f28 24505a 7fa39b e6e2cf e0512f
amber-lamp    0c0806 2b1a10 6d421c d18f35 f8dfa0 b5261e
blood         0a0506 27090d 6b1016 b8322a f0d8c4 e02020
moss          070b09 15221c 355045 86a08a dfe6d2 b62a20
bone          0b0d12 222833 59616b a9aca6 eae5d8 8f1e1e
toxic         060a08 10241a 2d5a33 8fb84a e8f2b8 d6f04a
rose          3a1a2e 7d3a5a d9798c f6b8b0 fdeee2 e2425f
peach         40202a 8f4a4f e69478 f9c9a3 fff2dd d8414b
lilac         2a2146 5d4a86 a58cc4 e3c6dc fbf1f3 e8647f
seafoam       14343b 2f6b70 7bb3a8 cfe3cf fbf6e8 ef7b63
neon          0a0620 27105a 7a1f9a ff4fa0 ffe0f6 30e8f0
cobalt        040a1e 0c2450 1f5aa0 6fb4e8 eaf6ff ff9a3c
ion           04121a 083642 14757d 66d0c0 ecfff4 ff5d4a
mars          16060a 4a1418 a33524 ec8a4e ffe6c0 5fd0d8
steel         0c1013 273036 5b666a a3aba6 e6e4da c33a26
olive         14140c 35361e 6e6a36 b8a85e ece2bc b83420
ash           100f10 2f2b2c 6b615c b3a596 ece1d0 d8542a
ember         140806 45140a a03410 f0781e ffe0a0 ffc02e
torch         0d0a12 33203a 7d3548 e87a38 ffe3a8 ffcb3a
jade          06161a 0f3c40 26786c 8cc79a f2f4d4 f4b63e
ocean         061826 0f3f5c 2680a0 86c8d2 f3f6e6 f2913c
map           2a1c10 5f4426 a3804c d9bf86 f7ecd0 a8321e
violet        120a2a 35206a 6f4ab0 c09ae0 f6ecff ffd05a
faerie        0a1c2a 1b4a5c 3f8f8c a8d8b8 f8f8dc f2a0c0
candy         2a1a4a 5a3a9a f0688a ffc35c fff4d8 2fb8b0
meadow        16382e 2f7a52 7cc06a d6e88c fffbe0 ff7a4a
sunny         2c2440 4a6fa8 7cc4e0 ffd97a fff7e0 f2553d
coral         2a2038 8a3a5a f2705c ffc48a fff3e0 2a9aa8
mustard       2b2118 6b4a1e d29a2a f2cf6a fcf3d8 c23b22
tomato        2a1414 8a2418 e0492c f7a35c fff0d6 1f7f86
velvet        17060e 4e0d1f a01a32 e8665a fde6c8 f4c24a
gold-room     140c05 47290b a0681a e8b84a fff1c4 c22a3a
azure         0b1830 1f4480 4d8cd0 b4dcf0 fdf8e8 f4b13a
plain         1c1e20 4c5254 8d9491 c9cbc2 f4f1e8 d4512e
clay          261c18 62463a a67c62 d8bfa2 f6eee0 2f6f7a
slate         141c24 364a5a 71899a b9c8cc f2f3ec d88a2c
fern          142018 35523c 7a9a6c c6d2a4 f5f4e0 c8562f
dawn          1c1a2e 4a4468 a0788a eab39a fdebd2 c9484a
wheat         2a2014 6a5230 b4924e e6cf94 faf2d8 4a6a80
"""

PALETTES: dict[str, ScenePalette] = {
    name: ScenePalette(name, *(_hex(c) for c in colours))
    for name, *colours in (line.split() for line in _TABLE.split("\n") if line)
}

MOODS: dict[str, tuple[str, ...]] = {
    "Action": ("ember", "steel", "teal-night", "cobalt", "ash"),
    "Adventure": ("jade", "ocean", "map", "torch", "bluff"),
    "Animation": ("candy", "sunny", "faerie", "violet", "coral"),
    "Comedy": ("mustard", "tomato", "coral", "sunny", "seafoam", "candy"),
    "Crime": ("teal-night", "amber-lamp", "smoke", "blood", "steel"),
    "Documentary": ("plain", "slate", "clay", "fern", "ocean", "wheat"),
    "Drama": ("dawn", "slate", "clay", "wheat", "plain", "peach", "smoke", "fern"),
    "Family": ("meadow", "sunny", "azure", "candy", "seafoam"),
    "Fantasy": ("violet", "faerie", "torch", "jade", "neon"),
    "Film-Noir": ("ink", "smoke", "amber-lamp", "bone"),
    "Horror": ("blood", "moss", "bone", "toxic", "ink"),
    "Musical": ("velvet", "gold-room", "azure", "coral", "violet"),
    "Mystery": ("moss", "slate", "amber-lamp", "teal-night", "violet"),
    "Romance": ("rose", "peach", "lilac", "seafoam", "dawn"),
    "Sci-Fi": ("cobalt", "ion", "mars", "neon", "teal-night"),
    "Thriller": ("steel", "teal-night", "blood", "toxic", "smoke", "cobalt"),
    "War": ("olive", "ash", "steel", "sage", "ember"),
    "Western": ("dusk", "sienna", "sage", "bluff", "map"),
}
