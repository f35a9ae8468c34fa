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
_HOPELESS: Final = (0.1, 0.2, 0.26, 0.4)
"""Correlations below which fitting goes no further: at the coarse pose, and after its first, second
and third round. Of 2,783 altered copies found to be the same picture the least were .11, .22, .27
and .41 there; of most other pictures it is less at once."""
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
    """The mean over a square of 2 * radius + 1 pixels, by an integral image."""
    width = 2 * radius + 1
    sums = np.pad(values.astype(np.float64), radius, mode="edge").cumsum(0).cumsum(1)
    sums = np.pad(sums, ((1, 0), (1, 0)))
    within = sums[width:, width:] - sums[:-width, width:] - sums[width:, :-width]
    return np.asarray((within + sums[:-width, :-width]) / width**2, np.float32)


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
    shift = np.array([_signed(down, shape[0]), _signed(right, shape[1])])
    scale, tilt = hypotheses.scales[which], hypotheses.tilts[which]
    # From the corner on the canvas to the centre, and from the canvas's turn to the copy's.
    centre = shift + (np.array(original.shape) - np.array(hypotheses.canvas)) / 2
    turn = scale * np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    return np.array([np.log(scale), tilt, *(turn @ centre)])


@lru_cache(maxsize=8)
def _surprises(copy: Shape, original: Shape) -> tuple[Shape, Floats]:
    """The transforms' shape, and what each hypothesis's sum of products at each shift is to be
    multiplied by, float32[hypotheses, *shape]: 0 where too little overlaps, else one over the root
    of the pixels that do. Of two shapes alone, a megabyte a pair."""
    hypotheses = _hypotheses(copy)
    shape = _transform_shape(hypotheses.canvas, original)
    seen, whole = np.fft.rfft2(hypotheses.mask, shape), np.fft.rfft2(np.ones(original), shape)
    count = np.fft.irfft2(seen * np.conj(whole), shape)
    enough = count >= _LEAST_OVERLAP * np.prod(original)
    surprise = np.where(enough, 1 / np.sqrt(np.maximum(count, 1)), 0)
    return shape, surprise.astype(np.float32)


def _fitted(copy: Floats, original: Floats, pose: NDArray[np.float64]) -> float:
    """The best correlation near `pose`, one number of it changed at a time, by ever less."""
    best, steps = _agreement(copy, original, pose), _STEPS.copy()
    for hopeless in _HOPELESS:
        if best < hopeless:
            break
        missed, tries = 0, [*np.diag(steps), *-np.diag(steps)]
        for step in tries * 2:
            if best >= SURE:
                return best
            found = _agreement(copy, original, pose + step)
            missed += 1
            if found > best:
                best, pose, missed = found, pose + step, 0
            if missed == len(tries):
                break  # whatever is tried now was tried from here
        steps = steps / 2
    return best


def _agreement(copy: Floats, original: Floats, pose: NDArray[np.float64]) -> float:
    """Pearson's correlation of the original's pixels and those of the copy that lie on them."""
    sampling = _Sampling(original.shape, copy.shape, np.exp(pose[0]), pose[1], pose[2:])
    if sampling.mask.mean() < _LEAST_OVERLAP:
        return -1.0
    one, other = sampling.of(copy)[sampling.mask], original[sampling.mask]
    one, other = one - one.mean(), other - other.mean()
    spread = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / spread if spread > 0 else 0.0


class _Sampling:
    """Where the pixels of a grid lie in an image, for bilinear interpolation."""

    def __init__(
        self, grid: Shape, image: Shape, scale: float, tilt: float, shift: NDArray[np.float64]
    ) -> None:
        down, right = _centred(grid)
        cosine, sine = np.float32(scale * np.cos(tilt)), np.float32(scale * np.sin(tilt))
        middle = np.array([shift[0] + (image[0] - 1) / 2, shift[1] + (image[1] - 1) / 2])
        y, x = middle.astype(np.float32)
        y = cosine * down - sine * right + y
        x = sine * down + cosine * right + x
        self.mask = (y >= 0) & (y <= image[0] - 1) & (x >= 0) & (x <= image[1] - 1)
        top = y.clip(0, image[0] - 2).astype(np.int32)
        left = x.clip(0, image[1] - 2).astype(np.int32)
        self._corner = top * np.int32(image[1]) + left
        self._width = image[1]
        self._below, self._beside = y - top.astype(np.float32), x - left.astype(np.float32)

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
        self._samplings = [_Sampling(self.canvas, copy, *pair, np.zeros(2)) for pair in pairs]
        self.mask = np.stack([each.mask for each in self._samplings]).astype(np.float32)

    def sampled(self, copy: Floats) -> Floats:
        """float32[hypotheses, *canvas]."""
        return np.stack([each.of(copy) for each in self._samplings])


@lru_cache(maxsize=16)
def _hypotheses(copy: Shape) -> _Hypotheses:
    """Posters have few shapes, so that this is mostly done once."""
    return _Hypotheses(copy)


def _transform_shape(canvas: Shape, original: Shape) -> Shape:
    """Room for every shift, in lengths that are quick to transform."""
    down, right = (-(-(a + b) // 8) * 8 for a, b in zip(canvas, original, strict=True))
    return down, right


def _signed(shift: np.integer, length: int) -> int:
    """A circular shift as the nearest to 0 that is the same."""
    return int(shift) - length if shift > length // 2 else int(shift)
