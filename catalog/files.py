"""Where poster files live, and the form in which they are kept."""

import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from catalog.file_store import FileEntry, FileStore, FolderFiles, UnreachableError
from catalog.images import (
    ImageError,
    content_hash,
    decode,
    is_plain_webp,
    perceptual_hash,
    size,
    to_webp,
)
from catalog.images.errors import is_heic
from catalog.images.guarded_decoding import DECODERS
from catalog.records import CatalogError, PosterCard

STORED_WIDTH: Final = 1000
STORED_HEIGHT: Final = 4000
SET_ASIDE: Final = ".damaged"
"""The suffix of files that were taken out of the way, for a person to look at."""
_IN_PLACE: Final = re.compile(r"[^/]{2}/[^/]+")
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
    """WebP files named by the SHA-256 of the bytes they were made from."""

    def __init__(self, files: FileStore | Path) -> None:
        """A path is a folder of files."""
        self.files: FileStore = FolderFiles(files) if isinstance(files, Path) else files

    def name(self, digest: str) -> str:
        """Return what the file of the poster with this content hash is called in its store."""
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise ValueError(f"{digest!r} is not a content hash")
        return f"{digest[:2]}/{digest}.webp"

    def path(self, digest: str) -> Path:
        """Return where the poster with this content hash is on this machine, or would be; see
        `FileStore.path`."""
        return self.files.path(self.name(digest))

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
        except (FileNotFoundError, ImageError) as error:
            raise self.unreadable(card, error) from None

    def unreadable(self, card: PosterCard, error: Exception) -> CatalogError:
        """Return what names the film and says what to do, of an `error` that `image` raised."""
        if isinstance(error, FileNotFoundError):
            return CatalogError(
                f"The poster file of {card.imdb_id} ({card.title}) is missing; import it again."
            )
        return CatalogError(
            f"The poster file of {card.imdb_id} ({card.title}) is damaged; import it again, "
            f"and where that does not help, delete posters/{self.name(card.content_hash)} before."
        )

    def entries(self) -> Iterator[FileEntry]:
        """Yield every file there is, those that an import began among them."""
        return (entry for entry in self.files.entries() if _IN_PLACE.fullmatch(entry.name))

    def whole(self, digests: Collection[str]) -> set[str]:
        """Return those of the posters whose files are there and whole."""
        names = {self.name(digest): digest for digest in digests}
        return {names[name] for name in self.files.whole(names, is_whole_webp)}

    def file_digest(self, digest: str) -> str | None:
        """Return the SHA-256 of a poster's file, None where it is missing or cut short."""
        try:
            data = self.files.read(self.name(digest))
        except UnreachableError:
            raise
        except OSError:  # a file that is there and cannot be read is as good as lost
            return None
        return content_hash(data) if _is_whole(data, len(data)) else None

    def set_aside(self, digest: str) -> None:
        """Take a damaged file out of the way, so that an import makes it anew."""
        name = self.name(digest)
        self.files.move(name, str(Path(name).with_suffix(SET_ASIDE).as_posix()))

    def store(self, data: bytes) -> StoredPoster:
        """Decode the bytes of an image, put its file in place and return what it is.

        A still WebP image without metadata that fits into `STORED_WIDTH` and `STORED_HEIGHT` is
        kept as it came; anything else is scaled down to them and encoded anew. Raises `ImageError`.
        """
        reader = DECODERS.decode if is_heic(data) else decode
        image = reader(data, at_least=(STORED_WIDTH, 1))
        shown = _fitted(image)
        keep = is_plain_webp(data) and size(data) == shown.size
        digest = content_hash(data)
        file = data if keep else to_webp(shown)
        self.files.write(self.name(digest), file)
        return StoredPoster(digest, perceptual_hash(image), *shown.size, content_hash(file))


@dataclass(frozen=True, slots=True)
class FetchedPoster:
    """A poster's file in an object store, read as a `Path` is. It is fetched when it is read, since
    a copy on this machine may be gone a minute later; its text names it without asking the store.
    """

    files: PosterFiles
    content_hash: str

    def read_bytes(self) -> bytes:
        """Return the file's bytes; raises what `FileStore.path` raises, and FileNotFoundError."""
        return self.files.path(self.content_hash).read_bytes()

    def __str__(self) -> str:
        return f"posters/{self.files.name(self.content_hash)}"


def is_whole_webp(path: Path) -> bool:
    """Return whether the file is there and as long as it says of itself (RFC 9649: RIFF, then the
    length of what follows): a disk can lose the end of one."""
    try:
        with path.open("rb") as file:
            return _is_whole(file.read(8), os.fstat(file.fileno()).st_size)
    except OSError:
        return False


def _is_whole(data: bytes, size: int) -> bool:
    return data[:4] == b"RIFF" and int.from_bytes(data[4:8], "little") + 8 == size


def _fitted(image: Image.Image) -> Image.Image:
    """Return the image itself where it fits, else a copy scaled down."""
    scale = min(STORED_WIDTH / image.width, STORED_HEIGHT / image.height)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS)
