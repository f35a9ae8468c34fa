"""The impression a poster makes before it is looked at: its main colours and a blurred image."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image
from sqlalchemy import Engine, bindparam, func, select
from sqlalchemy.exc import DBAPIError

from catalog.database import Trouble, querying, trouble, writing
from catalog.file_store import UnreachableError
from catalog.files import PosterFiles
from catalog.images import ImageError, decode, to_webp
from catalog.images.palette import Palette, palette
from catalog.models import PosterImpression

PLACEHOLDER_SIZE: Final = (8, 12)
PLACEHOLDER_QUALITY: Final = 40
LEAST_SIZE: Final = (128, 192)
"""Pixels a poster is decoded to at least: more than the palette looks at."""
_HASHES_A_QUERY: Final = 500
_HOW_MANY: Final = select(func.count()).select_from(PosterImpression)
_KEPT: Final = select(
    PosterImpression.content_hash, PosterImpression.palette, PosterImpression.placeholder
).where(PosterImpression.content_hash.in_(bindparam("hashes", expanding=True)))


@dataclass(frozen=True, slots=True)
class Impression:
    """A poster's palette, and a WebP image of `PLACEHOLDER_SIZE` to show while it loads."""

    palette: Palette
    placeholder: bytes

    @classmethod
    def of(cls, image: Image.Image) -> "Impression":
        """The impression of an RGB image of any size."""
        tiny = image.resize(PLACEHOLDER_SIZE, Image.Resampling.BOX)
        return cls(palette(image), to_webp(tiny, PLACEHOLDER_QUALITY))


class Impressions:
    """Every poster's impression, made once by content hash and kept in the database.

    They are made from the posters' `files`. Safe to share between threads and between processes.
    """

    def __init__(self, engine: Engine, files: PosterFiles) -> None:
        self._engine = engine
        self._files = files

    def of(self, content_hashes: Collection[str]) -> dict[str, Impression]:
        """Return the posters' impressions; those not kept yet are made from their files and kept.

        Posters without a readable file are left out. A database that cannot be written to keeps
        nothing, and the answer is the same.
        """
        found = self.kept(content_hashes)
        made = dict(self._made(set(content_hashes) - found.keys()))
        if made:
            try:
                self.keep(made)
            except DBAPIError as error:
                if trouble(error) is Trouble.OTHER:
                    raise
        return found | made

    def kept(self, content_hashes: Iterable[str]) -> dict[str, Impression]:
        """Return those of the posters' impressions that the database has."""
        found: dict[str, Impression] = {}
        with querying(self._engine) as connection:
            for part in _batches(sorted(set(content_hashes))):
                rows = connection.execute(_KEPT, {"hashes": part})
                found |= {row[0]: Impression(row[1], row[2]) for row in rows}
        return found

    def known(self, content_hashes: Iterable[str]) -> set[str]:
        """Return which of the posters have an impression in the database."""
        asked = select(PosterImpression.content_hash)
        found: set[str] = set()
        with querying(self._engine) as connection:
            for part in _batches(sorted(set(content_hashes))):
                there = asked.where(PosterImpression.content_hash.in_(part))
                found |= set(connection.scalars(there))
        return found

    def count(self) -> int:
        """Return how many posters have an impression in the database."""
        with querying(self._engine) as connection:
            return connection.scalar(_HOW_MANY) or 0

    def keep(self, impressions: Mapping[str, Impression]) -> None:
        """Write impressions down; what another process wrote meanwhile stays."""
        table = PosterImpression
        for part in _batches(sorted(impressions)):
            with writing(self._engine) as session:
                there = select(table.content_hash).where(table.content_hash.in_(part))
                missing = set(part) - set(session.scalars(there))
                session.add_all(
                    table(
                        content_hash=digest,
                        palette=impressions[digest].palette,
                        placeholder=impressions[digest].placeholder,
                    )
                    for digest in sorted(missing)
                )

    def _made(self, content_hashes: Iterable[str]) -> Iterable[tuple[str, Impression]]:
        for each in content_hashes:
            try:
                image = decode(self._files.path(each).read_bytes(), at_least=LEAST_SIZE)
            except UnreachableError:  # each of the others would wait as long
                return
            except (OSError, ImageError):
                continue
            yield each, Impression.of(image)


def _batches(content_hashes: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(content_hashes), _HASHES_A_QUERY):
        yield content_hashes[start : start + _HASHES_A_QUERY]
