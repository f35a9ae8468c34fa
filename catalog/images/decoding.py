"""From bytes that anyone may have sent to a plain RGB image: the only decode path there is.

What is accepted, by content and never by name, is `FORMATS`, up to `MAX_BYTES` and `MAX_PIXELS`,
and of a plain structure; all of it is known before anything is decoded.
"""

from io import BytesIO
from typing import Final, NamedTuple

from PIL import Image, UnidentifiedImageError, features

from catalog.images.errors import (
    MAX_BYTES,
    MAX_PIXELS,
    damaged,
    empty_file,
    is_heic,
    too_intricate,
    too_large,
    too_many_bytes,
    unidentified,
)
from catalog.images.modes import flattened, scaled_down
from catalog.images.pillow_warnings import silence
from catalog.images.structure import plainly

FORMATS: Final = (
    *("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"),
    *(("AVIF",) if features.check("avif") else ()),
)
PICTURE_SUFFIXES: Final = frozenset(
    {
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".webp", ".gif", ".bmp", ".dib"),
        *(".tif", ".tiff", ".avif"),
    }
)
"""How files in these formats are named, in lower case; what they hold is decided by their bytes."""
_ORIENTATION_TAG: Final = 0x0112
_MOST_PIXELS: Final = {"WEBP": 28_000_000}
"""Of formats whose readers need more memory for a pixel: WebP's needs four copies."""
_END: Final = b"\xff\xd9"
_FILLING: Final = bytes(range(7, 247, 11)) * 100
_SHADES: Final = 2
_GLANCE: Final = (16, 16)
_FRAMES: Final = 60
"""How far into an animation a frame with anything on it is looked for."""
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def decode(
    data: bytes,
    *,
    at_least: tuple[int, int] | None = None,
    at_most: int | None = None,
    heic: bool = False,
) -> Image.Image:
    """Return the image in `data` as RGB: upright, flattened over white, and without any metadata.

    Of an animation it is the first frame on which there is anything to see; `info["frame"]` is its
    number where that is not the first. `at_least` (width, height) permits a smaller image, scaled
    down by a whole factor to no less than that in either direction, which saves most of the time
    and memory on large photographs. No more than `at_most` pixels are given, even where that takes
    a larger factor, as of a picture that is narrow and very long. `heic` reads HEIC too, whose
    library belongs into a process that may crash (`guarded_decoding`).
    Raises `ImageError`, and ValueError for an `at_least` or `at_most` below 1.
    """
    if at_least is not None and min(at_least) < 1:
        raise ValueError(f"at_least must be 1 or more in both directions, not {at_least}")
    if at_most is not None and at_most < 1:
        raise ValueError(f"at_most must be 1 or more, not {at_most}")
    room = _Room(at_least, at_most)
    if not data:
        raise empty_file()
    if len(data) > MAX_BYTES:
        raise too_many_bytes()
    with silence():
        plain = plainly(data)
        try:
            return _decoded(plain, room, heic)
        except _CutShort as error:
            if not plain.startswith(b"\xff\xd8"):
                raise damaged() from error
            return _unended(plain, room)


class _Room(NamedTuple):
    """Pixels that a picture may have as it is given; see `decode`."""

    at_least: tuple[int, int] | None
    at_most: int | None

    def factor(self, width: int, height: int, orientation: int) -> int:
        """By which a picture as it lies in its file is to be scaled down."""
        factor = 1
        if self.at_least is not None:
            across, down = _as_stored(self.at_least, orientation)
            factor = max(1, min(width // across, height // down))
        if self.at_most is not None:
            while -(-width // factor) * -(-height // factor) > self.at_most:
                factor += 1
        return factor


class _CutShort(Exception):  # noqa: N818 - not an error yet
    """A file that ends before its format says so."""


def _decoded(data: bytes, room: _Room, heic: bool) -> Image.Image:
    opened = _open(data, heic)
    _check_size(opened)
    try:
        image = flattened(_upright(opened, room))
        return _eventful(opened, room) or image if is_blank(image) else image
    except MemoryError as error:
        raise too_intricate() from error
    except Exception as error:
        # Hostile bytes make the format readers raise nearly anything.
        if "truncated" in str(error):
            raise _CutShort from error
        raise damaged() from error


def _unended(data: bytes, room: _Room) -> Image.Image:
    """A JPEG without its end marker, if all of its pixels are there.

    Then whatever follows its data changes nothing; where some are missing, a reader takes what
    follows for them.
    """
    data = data.rstrip(b"\xff")
    try:
        image = _decoded(data + _END, room, heic=False)
        other = _decoded(data + _FILLING + _END, room, heic=False)
    except _CutShort as error:
        raise damaged() from error
    if image.tobytes() != other.tobytes():
        raise damaged()
    return image


def is_blank(image: Image.Image) -> bool:
    """Return whether an RGB image is of one colour throughout; compression may stray by a shade."""
    for looked_at in (image.resize(_GLANCE, Image.Resampling.NEAREST), image):
        if any(high - low > _SHADES for low, high in looked_at.getextrema()):  # type: ignore[misc]
            return False
    return True


def _eventful(opened: Image.Image, room: _Room) -> Image.Image | None:
    """The first frame of an animation that is not of one colour, among those after the first."""
    if opened.format not in ("GIF", "WEBP", "PNG", "AVIF"):
        return None
    for number in range(1, _FRAMES):
        try:
            opened.seek(number)
        except EOFError:
            return None
        image = flattened(_upright(opened, room))
        if not is_blank(image):
            image.info["frame"] = number + 1
            return image
    return None


def size(data: bytes) -> tuple[int, int]:
    """Return the upright width and height of an image that `decode` takes, from its header alone.

    Raises `ImageError`.
    """
    with silence():
        opened = _open(data)
        return _as_stored(opened.size, _orientation(opened))


def _open(data: bytes, heic: bool = False) -> Image.Image:
    """Read the header only, so that nothing is decoded yet."""
    try:
        if heic and is_heic(data):
            import pillow_heif

            pillow_heif.register_heif_opener(thumbnails=False)
            return Image.open(BytesIO(data), formats=("HEIF",))
        return Image.open(BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise too_large() from error
    except UnidentifiedImageError as error:
        raise unidentified(data) from error
    except Exception as error:
        raise damaged() from error


def _check_size(image: Image.Image) -> None:
    most = _MOST_PIXELS.get(image.format or "", MAX_PIXELS)
    if image.width * image.height > most:
        raise too_large(image, most)
    if not image.width or not image.height:
        raise damaged()


def _upright(image: Image.Image, room: _Room) -> Image.Image:
    """Decode the first frame, at a reduced size where that is allowed, and turn it upright."""
    if room.at_least is not None:
        # JPEG's; others ignore it.
        image.draft(None, _as_stored(room.at_least, _orientation(image)))
    image.load()
    # Asked again: readers of other formats find the orientation, or apply it, while loading.
    orientation = _orientation(image)
    factor = room.factor(*image.size, orientation)
    image = scaled_down(image, factor) if factor > 1 else image
    turn = _UPRIGHT.get(orientation)
    return image if turn is None else image.transpose(turn)


def _as_stored(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Return an upright size as it lies in a file whose picture is on its side."""
    return (size[1], size[0]) if orientation >= 5 else size


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:
        return 1  # broken EXIF is no reason to refuse a picture that can be seen
