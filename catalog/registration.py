"""Whether one image is an altered copy of another: laid upon it, do the details agree?

A copy may have been cropped, framed, tilted, scaled, darkened or compressed. How it lies on the
original is searched coarsely first, for each of a few tilts and scales at every shift at once, by
the Fourier transform; then the best of these poses is fitted.
"""

from collections.abc import Sequence
from copy import copy as duplicate
from functools import lru_cache
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]
Shape = tuple[int, int]

SAME_PICTURE: Final = 0.5
"""The correlation from which on two images count as the same picture: see
docs/benchmarks/duplicates.md."""

_COARSE: Final = 24 * 36
_FINE: Final = 9 * _COARSE
"""Pixels of the images compared, whatever their shape."""
_TILTS: Final = np.deg2rad([-6.0, -3.0, 0.0, 3.0, 6.0])
_SCALES: Final = (0.72, 0.82, 0.91, 1.0, 1.1, 1.22)
_LEAST_OVERLAP: Final = 0.5
"""Of the original that the copy must show; of smaller parts some agree by chance."""
SURE: Final = 0.9
"""A correlation that needs no better fit, and leaves no doubt."""
_ROUNDS: Final = ((0.08, 2), (0.2, 1), (0.34, 1), (0.44, 1))
"""Of fitting, with the correlation below which it goes no further, and how far the pixels compared
are apart: a quarter of them takes three fifths of the time. Of 2,785 copies of 200 val posters,
altered as benchmarks.duplicates does and found to be the same picture, the least were .12, .20, .38
and .48 there (.0995 of a copy of another set); of most other pictures it is less at once."""
_FLAT: Final = 25.0
"""A variance, in grey levels squared, below which an area has no detail but noise."""
_STEPS: Final = np.array([0.05, np.deg2rad(1.5), 2.0, 2.0])


def correlation(copy: Image.Image, original: Image.Image) -> float:
    """How far the details of two images agree once one is laid upon the other, -1 to 1.

    Details are grey levels less their neighbourhood's mean, over its standard deviation, so that
    brightness and contrast do not matter; of different pictures they hardly correlate, however
    alike the pictures are composed. A copy that shows less than half of the original is not found.
    """
    fine = _details(copy, _FINE, 6), _details(original, _FINE, 6)
    upright = _agreement(*fine, _as_it_lies(*fine))
    if upright >= SURE:
        return upright
    pose = _coarse_pose(_details(copy, _COARSE, 4), _details(original, _COARSE, 4))
    pose[2:] *= np.sqrt(_FINE / _COARSE)
    return _fitted(*fine, pose)


def _as_it_lies(copy: Floats, original: Floats) -> NDArray[np.float64]:
    """The pose of a copy of the whole picture, however scaled: neither cropped nor tilted."""
    scale = np.sqrt(copy.size / original.size)
    return np.array([np.log(scale), 0.0, 0.0, 0.0])


def _details(image: Image.Image, area: int, radius: int) -> Floats:
    """float32[h, w] of about `area` pixels, in the image's own shape."""
    aspect = min(max(image.width / image.height, 0.25), 4.0)
    size = (max(8, round((area * aspect) ** 0.5)), max(8, round((area / aspect) ** 0.5)))
    grey = np.asarray(image.convert("L").resize(size, Image.Resampling.BOX), np.float32)
    detail = grey - _local_mean(grey, radius)
    spread = np.sqrt(_local_mean(detail * detail, radius) + np.float32(_FLAT))
    return np.asarray(detail / spread, np.float32)


def _local_mean(values: Floats, radius: int) -> Floats:
    """The mean over a square of 2 * radius + 1 pixels, by running sums; at an edge the outermost
    pixels stand for those beyond."""
    width = 2 * radius + 1
    height, length = values.shape
    down = values.take(np.arange(-radius - 1, height + radius), 0, mode="clip")
    down = down.cumsum(0, np.float64)
    lines = down[width:] - down[:-width]
    across = lines.take(np.arange(-radius - 1, length + radius), 1, mode="clip").cumsum(1)
    return np.asarray((across[:, width:] - across[:, :-width]) / width**2, np.float32)


def _coarse_pose(copy: Floats, original: Floats) -> NDArray[np.float64]:
    """How the copy lies, by correlation at all shifts, float64[4]: the logarithm of its pixels for
    one of the original's, its tilt, and the shift in its pixels down and right.

    Details have about the same spread everywhere, so that a sum of products over n pixels is as
    surprising as it is large against sqrt(n); Padfield's masked correlation (IEEE Transactions on
    Image Processing 21, 2012) takes twice the time and finds no copy more.
    """
    hypotheses = _hypotheses(copy.shape)
    shape, surprise = _surprises(copy.shape, original.shape)
    canvases = np.fft.rfft2(hypotheses.sampled(copy), shape)
    products = np.fft.irfft2(canvases * np.conj(np.fft.rfft2(original, shape)), shape)
    products *= surprise
    which, down, right = np.unravel_index(int(products.argmax()), products.shape)
    shift = np.array(
        [_signed(*each) for each in zip((down, right), shape, hypotheses.canvas, strict=True)]
    )
    scale, tilt = hypotheses.scales[which], hypotheses.tilts[which]
    # From the corner on the canvas to the centre, and from the canvas's turn to the copy's.
    centre = shift + (np.array(original.shape) - np.array(hypotheses.canvas)) / 2
    turn = scale * np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    return np.array([np.log(scale), tilt, *(turn @ centre)])


@lru_cache(maxsize=8)
def _surprises(copy: Shape, original: Shape) -> tuple[Shape, Floats]:
    """The transforms' shape, and what each hypothesis's sum of products at each shift is to be
    multiplied by, float32[hypotheses, *shape]: 0 where too little overlaps, else one over the root
    of the pixels that do. Of two shapes alone, a megabyte a pair.

    Since half of the original must overlap, only shifts by up to half its sides need room of their
    own; sums at farther ones, which fall together, are multiplied by 0."""
    hypotheses = _hypotheses(copy)
    shape = _transform_shape(hypotheses.canvas, original)
    surprise = np.zeros((len(hypotheses.mask), *shape), np.float32)
    overlaps = _overlaps(hypotheses.mask, original)
    which, down, right = np.nonzero(overlaps >= _LEAST_OVERLAP * np.prod(original))
    # Where the first overlap is, only the original's last pixel lies on the canvas.
    places = which, down - original[0] + 1, right - original[1] + 1
    surprise[places] = 1 / np.sqrt(overlaps[which, down, right])
    return shape, surprise


def _overlaps(masks: Floats, original: Shape) -> Floats:
    """How many pixels of each mask float32[n, h, w] an area as large as the original covers, at
    every shift where it covers any: float32[n, h + original[0] - 1, w + original[1] - 1]."""
    down, right = original
    sums = np.pad(masks, ((0, 0), (down, down - 1), (right, right - 1))).cumsum(1).cumsum(2)
    below = sums[:, down:] - sums[:, :-down]
    return np.asarray(below[:, :, right:] - below[:, :, :-right])


def _fitted(copy: Floats, original: Floats, pose: NDArray[np.float64]) -> float:
    """The best correlation near `pose`, one number of it changed at a time, by ever less.

    Every fourth pixel tells whether it leads anywhere, all of them which pose is the best."""
    steps = _STEPS.copy()
    for hopeless, apart in _ROUNDS:
        best = _agreement(copy, original, pose, apart)
        if best < hopeless:
            break
        missed, tries = 0, [*np.diag(steps), *-np.diag(steps)]
        for step in tries * 2:
            if best >= SURE:
                return best
            found = _agreement(copy, original, pose + step, apart)
            missed += 1
            if found > best:
                best, pose, missed = found, pose + step, 0
            if missed == len(tries):
                break  # whatever is tried now was tried from here
        steps = steps / 2
    return best


def _agreement(copy: Floats, original: Floats, pose: NDArray[np.float64], apart: int = 1) -> float:
    """Pearson's correlation of the original's pixels and those of the copy that lie on them.

    Of every `apart`-th pixel in every `apart`-th row."""
    sampling = _Sampling(original.shape, copy.shape, np.exp(pose[0]), pose[1], pose[2:], apart)
    if sampling.mask.mean() < _LEAST_OVERLAP:
        return -1.0
    one, other = sampling.of(copy)[sampling.mask], original[::apart, ::apart][sampling.mask]
    one, other = one - one.mean(), other - other.mean()
    spread = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / spread if spread > 0 else 0.0


class _Sampling:
    """Where the pixels of a grid lie in an image, for bilinear interpolation."""

    def __init__(
        self,
        grid: Shape,
        image: Shape,
        scale: float,
        tilt: float,
        shift: NDArray[np.float64],
        apart: int = 1,
    ) -> None:
        """`apart`: only every so many-th of the grid's pixels, along and across."""
        down, right = _centred(grid)
        down, right = down[::apart], right[:, ::apart]
        cosine, sine = np.float32(scale * np.cos(tilt)), np.float32(scale * np.sin(tilt))
        middle = np.array([shift[0] + (image[0] - 1) / 2, shift[1] + (image[1] - 1) / 2])
        y, x = middle.astype(np.float32)
        y = (cosine * down + y) - sine * right
        x = (sine * down + x) + cosine * right
        self.mask = (y >= 0) & (y <= image[0] - 1) & (x >= 0) & (x <= image[1] - 1)
        top = y.clip(0, image[0] - 2).astype(np.int32)
        left = x.clip(0, image[1] - 2).astype(np.int32)
        self._corner = top * np.int32(image[1]) + left
        self._width = image[1]
        self._below, self._beside = y - top.astype(np.float32), x - left.astype(np.float32)

    @classmethod
    def stacked(cls, samplings: Sequence[Self]) -> Self:
        """Several of one image as one, their grids one after the other."""
        several = duplicate(samplings[0])
        for name in ("mask", "_corner", "_below", "_beside"):
            setattr(several, name, np.stack([getattr(each, name) for each in samplings]))
        return several

    def of(self, image: Floats) -> Floats:
        """The image at the grid's pixels; 0 where it has none."""
        flat, corner = image.ravel(), self._corner
        upper, lower = self._between(flat, corner), self._between(flat, corner + self._width)
        return np.where(self.mask, upper + (lower - upper) * self._below, np.float32(0))

    def _between(self, flat: Floats, corner: NDArray[np.int32]) -> Floats:
        left = flat.take(corner)
        return np.asarray(left + (flat.take(corner + 1) - left) * self._beside)


@lru_cache(maxsize=32)
def _centred(grid: Shape) -> tuple[Floats, Floats]:
    """A grid's rows float32[h, 1] and columns float32[1, w] from its centre."""
    down, right = np.ogrid[: grid[0], : grid[1]]
    middle = (grid[0] - 1) / 2, (grid[1] - 1) / 2
    return (down - middle[0]).astype(np.float32), (right - middle[1]).astype(np.float32)


class _Hypotheses:
    """The tilts and scales tried, each a sampling of the copy on a canvas with room around it."""

    def __init__(self, copy: Shape) -> None:
        pairs = [(scale, tilt) for tilt in _TILTS for scale in _SCALES]
        self.scales, self.tilts = (np.array(each) for each in zip(*pairs, strict=True))
        self.canvas = (round(copy[0] * 1.34), round(copy[1] * 1.34))
        self._sampling = _Sampling.stacked(
            [_Sampling(self.canvas, copy, *pair, np.zeros(2)) for pair in pairs]
        )
        self.mask = self._sampling.mask.astype(np.float32)

    def sampled(self, copy: Floats) -> Floats:
        """float32[hypotheses, *canvas]."""
        return self._sampling.of(copy)


@lru_cache(maxsize=16)
def _hypotheses(copy: Shape) -> _Hypotheses:
    """Posters have few shapes, so that this is mostly done once."""
    return _Hypotheses(copy)


def _transform_shape(canvas: Shape, original: Shape) -> Shape:
    """Room for every shift at which half of the original lies on the canvas, in lengths that are
    quick to transform."""
    down, right = (-(-(a + b / 2) // 8) * 8 for a, b in zip(canvas, original, strict=True))
    return int(down), int(right)


def _signed(shift: np.integer, length: int, canvas: int) -> int:
    """A circular shift as the one that it stands for: none is beyond the canvas."""
    return int(shift) - length if shift >= canvas else int(shift)
