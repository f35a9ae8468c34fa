"""Whether the posters' files still hold what was written."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy import Engine, select, update

from catalog.database import querying, writing
from catalog.files import PosterFiles
from catalog.models import Movie, Poster

READERS = 4
ROWS = 1000
"""Digests that are noted in one transaction."""


@dataclass
class Verification:
    """What became of the posters' files: films, by IMDb ids, whose file is `missing` or cut short,
    or has other bytes than were written (`damaged`); and how many digests were taken only now."""

    files: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    noted: int = 0


def verified_posters(engine: Engine, files: PosterFiles) -> Verification:
    """Read every poster's file and compare it with its digest.

    A damaged file is put out of the way, so that an import makes it anew. A file whose digest was
    never taken is believed, once: its digest is noted.
    """
    expected: dict[str, tuple[str, str | None]] = {}
    with querying(engine) as connection:
        rows = connection.execute(
            select(Poster.content_hash, Movie.imdb_id, Poster.file_digest)
            .join(Poster.movie)
            .order_by(Poster.id)
        )
        for poster, film, digest in rows:
            film, known = expected.get(poster, (film, None))
            expected[poster] = film, known or digest
    found, fresh = Verification(files=len(expected)), {}
    with ThreadPoolExecutor(READERS) as pool:
        digests = pool.map(files.file_digest, expected)
        for (poster, (film, wanted)), digest in zip(expected.items(), digests, strict=True):
            if digest is None:
                found.missing.append(film)
            elif digest not in (wanted, poster) and wanted is not None:
                if not _is_still_wanted(engine, poster, wanted):
                    continue  # written anew, or removed, meanwhile
                files.set_aside(poster)
                found.damaged.append(film)
            elif wanted is None:
                fresh[poster] = digest
    found.noted = len(fresh)
    for part in _digest_batches(fresh):
        with writing(engine) as session:
            for poster, digest in part:
                row = Poster.content_hash == poster
                session.execute(update(Poster).where(row).values(file_digest=digest))
    return found


def _is_still_wanted(engine: Engine, poster: str, digest: str) -> bool:
    query = select(Poster.file_digest).where(Poster.content_hash == poster)
    with querying(engine) as connection:
        return set(connection.scalars(query)) - {None} == {digest}


def _digest_batches(digests: dict[str, str]) -> Iterator[list[tuple[str, str]]]:
    every = list(digests.items())
    for first in range(0, len(every), ROWS):
        yield every[first : first + ROWS]
