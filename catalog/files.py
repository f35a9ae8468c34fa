"""Where poster files live, and the form in which they are kept."""

import hashlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from catalog.images import (
    ImageError,
    content_hash,
    decode,
    is_plain_webp,
    perceptual_hash,
    to_webp,
)
from catalog.images.errors import is_heic
from catalog.images.guarded_decoding import DECODERS
from catalog.records import CatalogError, PosterCard

STORED_WIDTH: Final = 1000
STORED_HEIGHT: Final = 4000
SET_ASIDE: Final = ".damaged"
"""The suffix of files that were taken out of the way, for a person to look at."""
READ_AT: Final = (256, 256)
"""Pixels a stored poster is decoded to at least, to be read by a model or compared."""


@dataclass(frozen=True, slots=True)
class StoredPoster:
    """What is known of a poster once its file is in place; `content_hash` is the source's."""

    content_hash: str
    perceptual_hash: int
    width: int
    height: int
    file_digest: str | None = None
    """SHA-256 of the file's own bytes."""


class PosterFiles:
    """A folder of WebP files named by the SHA-256 of the bytes they were made from."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, digest: str) -> Path:
        """Return where the poster with this content hash is, or would be."""
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise ValueError(f"{digest!r} is not a content hash")
        return self._root / digest[:2] / f"{digest}.webp"

    def image(self, digest: str) -> Image.Image:
        """Return the stored picture, RGB, decoded to READ_AT at least.

        Raises `FileNotFoundError`, and `ImageError` for a damaged file.
        """
        return decode(self.path(digest).read_bytes(), at_least=READ_AT)

    def picture_of(self, card: PosterCard) -> Image.Image:
        """Return `image` of a poster. Raises `CatalogError`, which names the film and what to do,
        where the file is missing or damaged."""
        try:
            return self.image(card.content_hash)
        except FileNotFoundError:
            raise CatalogError(
                f"The poster file of {card.imdb_id} ({card.title}) is missing; import it again."
            ) from None
        except ImageError:
            raise CatalogError(
                f"The poster file of {card.imdb_id} ({card.title}) is damaged; import it again, "
                f"and where that does not help, delete {self.path(card.content_hash)} before."
            ) from None

    def holds(self, digest: str) -> bool:
        """Return whether the poster's file is there and whole."""
        return is_whole_webp(self.path(digest))

    def all(self) -> Iterator[Path]:
        """Yield every file there is, those that an import began among them."""
        return self._root.glob("??/*")

    def file_digest(self, digest: str) -> str | None:
        """Return the SHA-256 of a poster's file, None where it is missing or cut short."""
        path = self.path(digest)
        if not is_whole_webp(path):
            return None
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def set_aside(self, digest: str) -> None:
        """Take a damaged file out of the way, so that an import makes it anew."""
        path = self.path(digest)
        path.replace(path.with_suffix(SET_ASIDE))

    def store(self, data: bytes) -> StoredPoster:
        """Decode the bytes of an image, put its file in place and return what it is.

        A still WebP image without metadata is kept as it came; anything else is encoded anew, and
        scaled down to `STORED_WIDTH` and `STORED_HEIGHT`. Raises `ImageError`.
        """
        reader = DECODERS.decode if is_heic(data) else decode
        image = reader(data, at_least=(STORED_WIDTH, 1))
        shown = _fitted(image)
        keep = shown is image and is_plain_webp(data)
        digest = content_hash(data)
        file = data if keep else to_webp(shown)
        self._write(digest, file)
        return StoredPoster(digest, perceptual_hash(image), *shown.size, content_hash(file))

    def _write(self, digest: str, data: bytes) -> None:
        """Write beside the place, to the disk, then move: nobody ever sees half a file."""
        target = self.path(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{digest}.{os.getpid()}.{threading.get_ident()}")
        try:
            with partial.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(target)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise


def is_whole_webp(path: Path) -> bool:
    """Return whether the file is there and as long as it says of itself (RFC 9649: RIFF, then the
    length of what follows): a disk can lose the end of one."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
            return head[:4] == b"RIFF" and (
                int.from_bytes(head[4:], "little") + 8 == os.fstat(file.fileno()).st_size
            )
    except OSError:
        return False


def _fitted(image: Image.Image) -> Image.Image:
    """Return the image itself where it fits, else a copy scaled down."""
    scale = min(STORED_WIDTH / image.width, STORED_HEIGHT / image.height)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS)
