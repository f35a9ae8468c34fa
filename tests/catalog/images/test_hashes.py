import hashlib
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from catalog.images import NEAR_DUPLICATE, content_hash, hamming, perceptual_hash

Paint = Callable[..., Image.Image]
BITS = st.integers(0, 2**64 - 1)


def as_jpeg(image: Image.Image, quality: int) -> Image.Image:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "compressed": lambda image: as_jpeg(image, 20),
    "darkened": lambda image: ImageEnhance.Brightness(image).enhance(0.4),
    "flatter": lambda image: ImageEnhance.Contrast(image).enhance(0.6),
    "grey": lambda image: image.convert("L"),
    "smaller": lambda image: image.resize((60, 90), Image.Resampling.LANCZOS),
    "larger": lambda image: image.resize((480, 720), Image.Resampling.BICUBIC),
    "another ratio": lambda image: image.resize((130, 180), Image.Resampling.BICUBIC),
    "trimmed": lambda image: image.crop((1, 1, 119, 178)),
}


@pytest.mark.parametrize("change", COPIES.values(), ids=COPIES)
def test_copies_of_a_picture_are_near_duplicates(
    paint: Paint, change: Callable[[Image.Image], Image.Image]
) -> None:
    for seed in range(20):
        original = paint(seed)
        distance = hamming(perceptual_hash(original), perceptual_hash(change(original)))
        assert distance <= NEAR_DUPLICATE


def test_different_pictures_are_far_apart(paint: Paint) -> None:
    hashes = [perceptual_hash(paint(seed)) for seed in range(60)]
    distances = [hamming(a, b) for i, a in enumerate(hashes) for b in hashes[:i]]
    assert min(distances) > NEAR_DUPLICATE
    assert 28 <= np.mean(distances) <= 36


def test_the_hash_is_the_low_frequencies_of_the_cosine_transform_above_their_median(
    paint: Paint,
) -> None:
    """Derived again, coefficient by coefficient, from the definition of the DCT-II."""
    image = paint(3, (32, 32))
    pixels = np.asarray(image.convert("L"), dtype=float)
    x = np.arange(32)
    coefficients = np.array(
        [
            (
                pixels
                * np.cos((2 * x[:, None] + 1) * u * np.pi / 64)
                * np.cos((2 * x[None, :] + 1) * v * np.pi / 64)
            ).sum()
            for u in range(1, 9)
            for v in range(1, 9)
        ]
    )
    bits = "".join("1" if c > np.median(coefficients) else "0" for c in coefficients)
    assert perceptual_hash(image) == int(bits, 2)


@pytest.mark.parametrize("colour", ["black", "white", "#7f3311"])
def test_an_image_of_one_colour_hashes_to_zero(colour: str) -> None:
    assert perceptual_hash(Image.new("RGB", (50, 70), colour)) == 0


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (2000, 3)])
def test_any_size_can_be_hashed(size: tuple[int, int]) -> None:
    assert 0 <= perceptual_hash(Image.radial_gradient("L").resize(size)) < 2**64


@given(BITS, BITS, BITS)
def test_hamming_is_a_distance(a: int, b: int, c: int) -> None:
    assert hamming(a, a) == 0
    assert hamming(a, b) == hamming(b, a) == bin(a ^ b).count("1")
    assert hamming(a, c) <= hamming(a, b) + hamming(b, c) <= 128


@given(st.binary())
def test_the_content_hash_is_sha_256(data: bytes) -> None:
    assert content_hash(data) == hashlib.sha256(data).hexdigest()
