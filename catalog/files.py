"""Where poster files live, and the form in which they are kept."""

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from catalog.images import content_hash, decode, is_plain_webp, perceptual_hash, to_webp

STORED_WIDTH: Final = 1000
STORED_HEIGHT: Final = 4000


@dataclass(frozen=True, slots=True)
class StoredPoster:
    """What is known of a poster once its file is in place; `content_hash` is the source's."""

    content_hash: str
    perceptual_hash: int
    width: int
    height: int


class PosterFiles:
    """A folder of WebP files named by the SHA-256 of the bytes they were made from."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, digest: str) -> Path:
        """Return where the poster with this content hash is, or would be."""
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise ValueError(f"{digest!r} is not a content hash")
        return self._root / digest[:2] / f"{digest}.webp"

    def holds(self, digest: str) -> bool:
        """Return whether the poster's file is there and as long as it says of itself (RFC 9649:
        RIFF, then the length of what follows): a disk can lose the end of one."""
        try:
            with self.path(digest).open("rb") as file:
                head = file.read(8)
                return head[:4] == b"RIFF" and (
                    int.from_bytes(head[4:], "little") + 8 == os.fstat(file.fileno()).st_size
                )
        except OSError:
            return False

    def store(self, data: bytes) -> StoredPoster:
        """Decode the bytes of an image, put its file in place and return what it is.

        A still WebP image without metadata is kept as it came; anything else is encoded anew, and
        scaled down to `STORED_WIDTH` and `STORED_HEIGHT`. Raises `ImageError`.
        """
        image = decode(data, at_least=(STORED_WIDTH, 1))
        shown = _fitted(image)
        keep = shown is image and is_plain_webp(data)
        digest = content_hash(data)
        self._write(digest, data if keep else to_webp(shown))
        return StoredPoster(digest, perceptual_hash(image), *shown.size)

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


def _fitted(image: Image.Image) -> Image.Image:
    """Return the image itself where it fits, else a copy scaled down."""
    scale = min(STORED_WIDTH / image.width, STORED_HEIGHT / image.height)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS)
