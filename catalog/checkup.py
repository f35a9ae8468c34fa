"""Rows and files that do not fit each other, and films that are two: found, and mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Engine, delete, select, update

from catalog.cards import Cards
from catalog.clashes import Clashes, FilmClash
from catalog.database import querying, writing
from catalog.file_store import FileEntry
from catalog.files import SET_ASIDE, PosterFiles
from catalog.follower import Follower
from catalog.models import Movie, Poster, PosterImpression
from catalog.records import CatalogError, PosterCard
from catalog.state import later_moment

STRAY_AFTER: Final = timedelta(hours=1)
"""A younger file may be an import's, whose row is still to come."""
_A_STATEMENT: Final = 500


@dataclass(frozen=True)
class CatalogFlaws:
    """What is wrong with a catalogue: posters whose file is missing or cut short, files by name
    that no poster has, impressions by content hash of posters that are gone, and films that are
    two."""

    lost: list[PosterCard]
    stray_files: list[str]
    stray_impressions: list[str]
    clashes: list[FilmClash]

    def __bool__(self) -> bool:
        return bool(self.lost or self.stray_files or self.stray_impressions or self.clashes)


class Checkup:
    """Looks over one catalogue and mends it; a server may serve meanwhile."""

    def __init__(self, engine: Engine, files: PosterFiles, follower: Follower | None) -> None:
        self._engine, self._files, self._follower = engine, files, follower
        self._cards, self._clashes = Cards(engine), Clashes(engine, follower)

    def flaws(self) -> CatalogFlaws:
        """Return what is wrong now; files younger than `STRAY_AFTER` are left alone."""
        # Files first: one that comes later has its row later, too.
        files = [entry.name for entry in self._files.entries() if _is_old(entry)]
        with querying(self._engine) as connection:
            hashes = set(connection.scalars(select(Poster.content_hash)))
            impressed = connection.scalars(select(PosterImpression.content_hash)).all()
        named, lost = (
            {self._files.name(each) for each in hashes},
            hashes - self._files.whole(hashes),
        )
        return CatalogFlaws(
            lost=self._cards.by_hashes(lost),
            stray_files=[f for f in files if f not in named and not f.endswith(SET_ASIDE)],
            stray_impressions=[each for each in impressed if each not in hashes],
            clashes=self._clashes.among(),
        )

    def mend(self, flaws: CatalogFlaws) -> None:
        """Take lost posters out, so that the next import brings them again; remove stray files and
        impressions; make one film of each clash that names which. What fits by now is left alone.

        Raises CatalogError where no poster at all has its file: their folder is elsewhere, rather.
        """
        if flaws.lost and next(iter(self._files.entries()), None) is None:
            raise CatalogError(
                "no poster has its file: is the posters' disk there? Nothing was changed"
            )
        # An import may have brought some of their files meanwhile.
        whole = self._files.whole({card.content_hash for card in flaws.lost})
        lost = [card for card in flaws.lost if card.content_hash not in whole]
        for start in range(0, len(lost), _A_STATEMENT):
            self._take_out([card.poster_id for card in lost[start : start + _A_STATEMENT]])
        for name in flaws.stray_files:
            if _is_old(self._files.files.entry(name)):  # unless an import has just written it
                self._files.files.remove(name)
        impressed = flaws.stray_impressions + [card.content_hash for card in lost]
        for start in range(0, len(impressed), _A_STATEMENT):
            part = impressed[start : start + _A_STATEMENT]
            with writing(self._engine) as session:
                # A film may have come with this very poster meanwhile.
                taken = select(Poster.content_hash).where(Poster.content_hash.in_(part))
                gone = PosterImpression.content_hash.in_(part)
                session.execute(
                    delete(PosterImpression).where(
                        gone, PosterImpression.content_hash.not_in(taken)
                    )
                )
        for clash in flaws.clashes:
            self._clashes.mend(clash)

    def _take_out(self, poster_ids: Sequence[int]) -> None:
        with writing(self._engine) as session:
            if self._follower is not None:
                self._follower.removed(session, poster_ids)
            # Whoever holds what was read of these films is to read it again.
            films = select(Poster.movie_id).where(Poster.id.in_(poster_ids))
            changed = update(Movie).where(Movie.id.in_(films))
            session.execute(changed.values(changed=later_moment(session)))
            session.execute(delete(Poster).where(Poster.id.in_(poster_ids)))


def _is_old(entry: FileEntry | None) -> bool:
    return entry is not None and datetime.now(UTC) - entry.modified > STRAY_AFTER
