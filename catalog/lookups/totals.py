"""How many films and posters a catalogue has."""

from sqlalchemy import func, select

from catalog.database import Reader
from catalog.models import ADULT, Movie, Poster
from catalog.records import SPLITS, Counts
from catalog.state import State, state


class Totals:
    """Counts the films and posters of a catalogue; `without_adult` but for films for adults. Safe
    for several threads."""

    def __init__(self, without_adult: bool = False) -> None:
        # Built once, as those of catalog.cards.
        shown = [~ADULT] if without_adult else []
        self._movies = select(func.count()).select_from(Movie).where(*shown)
        self._invented = self._movies.where(Movie.invented)
        self._real = select(Movie.id).where(~Movie.invented, *shown).limit(1)
        posters = select(Movie.split, func.count(Poster.id)).join(Poster.movie).where(*shown)
        self._by_split = posters.group_by(Movie.split)
        self._counted: tuple[State, int] | None = None
        self._kept: tuple[State, Counts] | None = None

    def movies(self, reader: Reader) -> int:
        """Return how many films there are; they are counted once they changed."""
        now, held = state(reader), self._counted
        if held is None or held[0] != now:
            held = self._counted = now, reader.scalar(self._movies) or 0
        return held[1]

    def only_invented(self, reader: Reader) -> bool:
        """Return whether there are films, and none of them is a real one."""
        return reader.scalar(self._real) is None and self.movies(reader) != 0

    def counts(self, reader: Reader) -> Counts:
        """Return how many films and posters there are; only once they changed it looks up the film
        of each poster."""
        now, kept = state(reader), self._kept
        if kept is None or kept[0] != now:
            kept = self._kept = now, self._all_counted(reader)
        return kept[1]

    def _all_counted(self, reader: Reader) -> Counts:
        rows = reader.execute(self._by_split)
        by_split = dict.fromkeys(SPLITS, 0) | {row[0]: row[1] for row in rows}
        invented = reader.scalar(self._invented) or 0
        return Counts(self.movies(reader), sum(by_split.values()), by_split, invented)
