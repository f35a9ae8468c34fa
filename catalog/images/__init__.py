"""Pictures: the one decode path, fingerprints, colours, and whether one picture is another."""

from catalog.images.decoding import FORMATS, PICTURE_SUFFIXES, decode, size
from catalog.images.encoding import WEBP_QUALITY, is_plain_webp, to_jpeg, to_webp
from catalog.images.errors import MAX_BYTES, MAX_PIXELS, ImageError
from catalog.images.hashes import NEAR_DUPLICATE, content_hash, hamming, perceptual_hash

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "MAX_PIXELS",
    "NEAR_DUPLICATE",
    "PICTURE_SUFFIXES",
    "WEBP_QUALITY",
    "ImageError",
    "content_hash",
    "decode",
    "hamming",
    "is_plain_webp",
    "perceptual_hash",
    "size",
    "to_jpeg",
    "to_webp",
]
