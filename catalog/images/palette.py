"""The main colours of a poster, and how far apart two posters' colours are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.images.oklab import to_oklab, to_srgb

SWATCHES: Final = 6
"""Main colours of a poster at most."""
SEEDS: Final = 48
"""Colours that a poster is reduced to before they are gathered into swatches."""
_SWATCH_ROUNDS: Final = 12
"""Of k-means; on so few colours it stands still well before."""
_LEAST_SHARE: Final = 0.01
"""Of the poster; a swatch that covers less is left out."""
SMALL: Final = (64, 96)
CHROMATIC: Final = np.array([1.0, 2.0, 2.0])
"""Weights of lightness, a and b in a distance: Oklab alone makes too little of hue beside
lightness, and twice a and b agrees better with judged differences (CSS Color 4's deltaEOK2)."""


@dataclass(frozen=True, slots=True)
class Swatch:
    """One main colour: sRGB in hex, such as #a0522d, and its share of the poster, 0-1."""

    colour: str
    share: float


Palette = tuple[Swatch, ...]


def palette(image: Image.Image) -> Palette:
    """Return the main colours of an RGB image, the largest share first, shares summing to 1.

    K-means in Oklab over the image's `SEEDS` quantised colours, each weighed by its pixels; it
    starts from the largest and then, one by one, from what the weighted square distance to those
    chosen singles out, so the same image always gives the same palette.
    """
    colours, weights = reduced(image, SEEDS)
    points = to_oklab(colours) * CHROMATIC
    centres = _clustered(points, weights)
    home = _distances(points, centres).argmin(1)
    shares = np.bincount(home, weights, len(centres))
    kept = np.flatnonzero(shares >= _LEAST_SHARE)
    kept = kept[np.argsort(-shares[kept], kind="stable")]
    whole = shares[kept].sum()
    return tuple(
        Swatch("#{:02x}{:02x}{:02x}".format(*srgb), round(float(share / whole), 4))
        for srgb, share in zip(to_srgb(centres[kept] / CHROMATIC), shares[kept], strict=True)
    )


def reduced(image: Image.Image, most: int) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Return at most `most` colours uint8[n, 3] that an RGB image is reduced to by an octree, and
    their shares float64[n] of it, 0-1."""
    small = image.resize(SMALL, Image.Resampling.BOX)
    mapped = small.quantize(most, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    counts = np.bincount(np.asarray(mapped).ravel())
    used = np.flatnonzero(counts)
    colours = np.array(mapped.getpalette(), np.uint8).reshape(-1, 3)[used]
    return colours, counts[used] / counts.sum()


def oklab_of(swatches: Iterable[Swatch]) -> NDArray[np.float64]:
    """Return the colours of n swatches in Oklab, float64[n, 3]."""
    srgb = b"".join(bytes.fromhex(swatch.colour[1:]) for swatch in swatches)
    return to_oklab(np.frombuffer(srgb, np.uint8).reshape(-1, 3))


def palette_distances(one: Palette, others: Sequence[Palette]) -> NDArray[np.float64]:
    """Return how differently coloured posters are, float64[M]: 0 for the same colours in the same
    shares, about 1 for all black against all white.

    The energy distance (Székely and Rizzo, "Energy statistics", 2013) between the palettes as
    distributions of colour, with distances in Oklab weighed by `CHROMATIC`:

        sqrt(2 E|X - Y| - E|X - X'| - E|Y - Y'|)

    over sqrt(2), so that two single colours are as far apart as the root of their distance.
    Raises ValueError for a palette without a colour.
    """
    if not one or not all(others):
        raise ValueError("a palette needs at least one colour")
    points, weights = _padded([one, *others])
    across = np.einsum("i,mij,mj->m", weights[0], _distances(points[0], points[1:]), weights[1:])
    within = np.einsum("mi,mij,mj->m", weights, _distances(points, points), weights)
    energy = 2 * across - within[0] - within[1:]
    return np.asarray(np.sqrt(np.maximum(energy, 0.0) / 2))


def _clustered(points: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """At most `SWATCHES` centres float64[k, 3] of weighted points float64[n, 3]."""
    chosen = [int(weights.argmax())]
    nearest = _distances(points, points[chosen])[:, 0]
    for _ in range(min(SWATCHES, len(points)) - 1):
        far = weights * nearest**2
        if far.max() == 0:
            break
        chosen.append(int(far.argmax()))
        nearest = np.minimum(nearest, _distances(points, points[chosen[-1:]])[:, 0])
    centres = points[chosen]
    home = np.full(len(points), -1)
    for _ in range(_SWATCH_ROUNDS):
        moved_to = _distances(points, centres).argmin(1)
        if (moved_to == home).all():
            break
        home = moved_to
        member = home[:, None] == np.arange(len(centres))
        mass = (weights[:, None] * member).sum(0)
        moved = (weights[:, None] * member).T @ points / np.maximum(mass, 1e-12)[:, None]
        centres = np.where(mass[:, None] > 0, moved, centres)
    return centres


def _padded(palettes: Sequence[Palette]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points float64[M, n, 3] and weights float64[M, n], filled up with weightless black."""
    longest = max(map(len, palettes))
    srgb = np.zeros((len(palettes), longest, 3), np.uint8)
    weights = np.zeros((len(palettes), longest))
    for row, swatches in enumerate(palettes):
        for slot, swatch in enumerate(swatches):
            srgb[row, slot] = list(bytes.fromhex(swatch.colour[1:]))
            weights[row, slot] = swatch.share
    return to_oklab(srgb) * CHROMATIC, weights / weights.sum(1, keepdims=True)


def _distances(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Euclidean distances [..., n, k] between points [..., n, 3] and [..., k, 3]."""
    apart = one[..., :, None, :] - other[..., None, :, :]
    return np.asarray(np.sqrt(np.einsum("...i,...i->...", apart, apart)))
