"""Whether one image is an altered copy of another: laid upon it, do the details agree?

A copy may have been cropped, framed, tilted, scaled, darkened or compressed. How it lies on the
original is searched coarsely first, for each of a few tilts and scales at every shift at once, by
the Fourier transform; then the best of these poses is fitted.
"""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.images.sampling import Grey, Sampling, Shape

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
_FITTING_ROUNDS: Final = ((0.08, 2), (0.2, 1), (0.34, 1), (0.44, 1), (0.48, 1))
"""Rounds of fitting, each a correlation below which it goes no further, and how many pixels apart
those compared are. The correlations lie below the least that copies of one picture reach in that
round (docs/benchmarks/duplicates.md), and above what most other pictures reach in the first."""
_BLOCK: Final = 12
"""Pixels of a side of the areas that must agree each, half of them apart."""
_FEWEST_SEEN: Final = 0.7 * _BLOCK**2
_DETAILED: Final = 0.25
"""A variance of details from which on an area has some."""
_ODD_ONES: Final = 2
"""Areas that need not agree: a sticker, a stamp, a reflection."""
_FLAT: Final = 25.0
"""A variance, in grey levels squared, below which an area has no detail but noise."""
_STEPS: Final = np.array([0.05, np.deg2rad(1.5), 2.0, 2.0])


def correlation(one: Image.Image, other: Image.Image) -> float:
    """How far the details of two images agree once one is laid upon the other, -1 to 1.

    Details are grey levels less their neighbourhood's mean, over its standard deviation, so that
    brightness and contrast do not matter; of different pictures they hardly correlate, however
    alike the pictures are composed. Posters of a series share much, so every area must agree as
    well as the whole; where one does not, it is what is told. Which is given first changes no
    verdict (SAME_PICTURE). A copy that shows less than half of the original is not found.
    """
    found = _laid_upon(one, other)
    return found if found >= SAME_PICTURE else max(found, _laid_upon(other, one))


def _laid_upon(copy: Image.Image, original: Image.Image) -> float:
    fine = _details(copy, _FINE, 6), _details(original, _FINE, 6)
    pose = _as_it_lies(*fine)
    agreement = _agreement(*fine, pose)
    if agreement < SURE:
        pose = _coarse_pose(_details(copy, _COARSE, 4), _details(original, _COARSE, 4))
        pose[2:] *= np.sqrt(_FINE / _COARSE)
        agreement, pose = _fitted(*fine, pose)
    if agreement < SAME_PICTURE:
        return agreement
    least = _least_agreement(*fine, pose)
    return agreement if least >= SAME_PICTURE else min(agreement, least)


def _as_it_lies(copy: Grey, original: Grey) -> NDArray[np.float64]:
    """The pose of a copy of the whole picture, however scaled: neither cropped nor tilted."""
    scale = np.sqrt(copy.size / original.size)
    return np.array([np.log(scale), 0.0, 0.0, 0.0])


def _details(image: Image.Image, area: int, radius: int) -> Grey:
    """float32[h, w] of about `area` pixels, in the image's own shape."""
    aspect = min(max(image.width / image.height, 0.25), 4.0)
    size = (max(8, round((area * aspect) ** 0.5)), max(8, round((area / aspect) ** 0.5)))
    grey = np.asarray(image.convert("L").resize(size, Image.Resampling.BOX), np.float32)
    detail = grey - _local_mean(grey, radius)
    spread = np.sqrt(_local_mean(detail * detail, radius) + np.float32(_FLAT))
    return np.asarray(detail / spread, np.float32)


def _local_mean(values: Grey, radius: int) -> Grey:
    """The mean over a square of 2 * radius + 1 pixels, by running sums; at an edge the outermost
    pixels stand for those beyond."""
    width = 2 * radius + 1
    height, length = values.shape
    down = values.take(np.arange(-radius - 1, height + radius), 0, mode="clip")
    down = down.cumsum(0, np.float64)
    lines = down[width:] - down[:-width]
    across = lines.take(np.arange(-radius - 1, length + radius), 1, mode="clip").cumsum(1)
    return np.asarray((across[:, width:] - across[:, :-width]) / width**2, np.float32)


def _coarse_pose(copy: Grey, original: Grey) -> NDArray[np.float64]:
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
def _surprises(copy: Shape, original: Shape) -> tuple[Shape, Grey]:
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


def _overlaps(masks: Grey, original: Shape) -> Grey:
    """How many pixels of each mask float32[n, h, w] an area as large as the original covers, at
    every shift where it covers any: float32[n, h + original[0] - 1, w + original[1] - 1]."""
    down, right = original
    sums = np.pad(masks, ((0, 0), (down, down - 1), (right, right - 1))).cumsum(1).cumsum(2)
    below = sums[:, down:] - sums[:, :-down]
    return np.asarray(below[:, :, right:] - below[:, :, :-right])


def _fitted(
    copy: Grey, original: Grey, pose: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """The best correlation near `pose`, and its pose; one number changed at a time, by ever less.

    Every fourth pixel tells whether it leads anywhere, all of them which pose is the best."""
    steps = _STEPS.copy()
    for hopeless, apart in _FITTING_ROUNDS:
        best = _agreement(copy, original, pose, apart)
        if best < hopeless:
            break
        missed, tries = 0, [*np.diag(steps), *-np.diag(steps)]
        for step in tries * 2:
            if best >= SURE:
                return best, pose
            found = _agreement(copy, original, pose + step, apart)
            missed += 1
            if found > best:
                best, pose, missed = found, pose + step, 0
            if missed == len(tries):
                break  # whatever is tried now was tried from here
        steps = steps / 2
    return best, pose


def _agreement(copy: Grey, original: Grey, pose: NDArray[np.float64], apart: int = 1) -> float:
    """Pearson's correlation of the original's pixels and those of the copy that lie on them.

    Of every `apart`-th pixel in every `apart`-th row."""
    sampling = Sampling(original.shape, copy.shape, np.exp(pose[0]), pose[1], pose[2:], apart)
    if sampling.mask.mean() < _LEAST_OVERLAP:
        return -1.0
    one, other = sampling.of(copy)[sampling.mask], original[::apart, ::apart][sampling.mask]
    one, other = one - one.mean(), other - other.mean()
    spread = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / spread if spread > 0 else 0.0


def _least_agreement(copy: Grey, original: Grey, pose: NDArray[np.float64]) -> float:
    """The correlation in the area that agrees least, but for _ODD_ONES: among those in which both
    have details, away from the original's border, whose details come from what surrounds it."""
    sampling = Sampling(original.shape, copy.shape, np.exp(pose[0]), pose[1], pose[2:])
    there = np.zeros(original.shape, np.bool_)
    inner = slice(_BLOCK // 2, -_BLOCK // 2)
    there[inner, inner] = sampling.mask[inner, inner]
    one, other = np.where(there, sampling.of(copy), 0), np.where(there, original, 0)
    count = np.maximum(_block_sums(there), 1)
    a, b = _block_sums(one) / count, _block_sums(other) / count
    spread = _block_sums(one * one) / count - a * a, _block_sums(other * other) / count - b * b
    both = _block_sums(one * other) / count - a * b
    kept = (count >= _FEWEST_SEEN) & (np.minimum(*spread) > _DETAILED)
    if not kept.any():
        return 1.0
    found = np.sort(both[kept] / np.sqrt(spread[0][kept] * spread[1][kept]))
    return float(found[min(_ODD_ONES, len(found) - 1)])


def _block_sums(values: NDArray[np.generic]) -> NDArray[np.float64]:
    """Over squares of _BLOCK pixels, half of that apart."""
    sums = np.pad(values.cumsum(0, np.float64).cumsum(1), ((1, 0), (1, 0)))
    high = sums[_BLOCK:] - sums[:-_BLOCK]
    squares = high[:, _BLOCK:] - high[:, :-_BLOCK]
    return np.asarray(squares[:: _BLOCK // 2, :: _BLOCK // 2])


class _Hypotheses:
    """The tilts and scales tried, each a sampling of the copy on a canvas with room around it."""

    def __init__(self, copy: Shape) -> None:
        pairs = [(scale, tilt) for tilt in _TILTS for scale in _SCALES]
        self.scales, self.tilts = (np.array(each) for each in zip(*pairs, strict=True))
        self.canvas = (round(copy[0] * 1.34), round(copy[1] * 1.34))
        self._sampling = Sampling.stacked(
            [Sampling(self.canvas, copy, *pair, np.zeros(2)) for pair in pairs]
        )
        self.mask = self._sampling.mask.astype(np.float32)

    def sampled(self, copy: Grey) -> Grey:
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
