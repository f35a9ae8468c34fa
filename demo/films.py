"""The invented films: titles, years, ratings, genres, and what a poster of each is drawn from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from catalog.records import MovieRecord
from demo.drawing.palettes import MOODS
from demo.scenes import SCENES_OF
from demo.words import titles
from demo.words.credits import Credits, credits

DEFAULT_COUNT = 640
DEFAULT_SEED = 1930

# How many of a thousand films have the genre first; which others it is found with; mean rating.
_GENRES: dict[str, tuple[int, str, float]] = {
    "Action": (68, "Adventure Thriller Crime Sci-Fi", 6.0),
    "Adventure": (50, "Action Family Fantasy Drama", 6.4),
    "Animation": (38, "Family Fantasy Adventure Comedy", 6.9),
    "Comedy": (110, "Romance Drama Family Crime", 6.1),
    "Crime": (54, "Drama Thriller Mystery", 6.5),
    "Documentary": (52, "Drama War Musical", 7.1),
    "Drama": (140, "Romance War Crime Family Mystery", 6.7),
    "Family": (34, "Comedy Adventure Animation", 6.2),
    "Fantasy": (38, "Adventure Family Animation Romance", 6.4),
    "Film-Noir": (32, "Crime Drama Mystery Thriller", 6.9),
    "Horror": (74, "Thriller Mystery Sci-Fi Fantasy", 5.5),
    "Musical": (36, "Comedy Romance Drama", 6.5),
    "Mystery": (42, "Thriller Crime Drama Film-Noir", 6.5),
    "Romance": (64, "Drama Comedy Musical", 6.3),
    "Sci-Fi": (58, "Action Thriller Adventure Horror", 6.0),
    "Thriller": (64, "Crime Mystery Drama Horror", 6.2),
    "War": (40, "Drama Action Romance", 6.9),
    "Western": (46, "Action Adventure Drama Romance", 6.5),
}
_DECADES = np.array([6, 7, 8, 9, 10, 11, 13, 15, 15, 8], dtype=float)  # 1930s ... 2020s
_HEYDAY: dict[str, tuple[float, ...]] = {
    "Film-Noir": (0.3, 9, 5, 0.2, 0, 0, 0, 0, 0, 0),
    "Western": (2, 2.5, 4, 4, 2, 0.5, 0.4, 0.3, 0.3, 0.3),
    "Musical": (4, 4, 3, 2, 1, 0.8, 0.6, 0.7, 0.7, 0.7),
    "Sci-Fi": (0.2, 0.3, 1.3, 0.9, 1, 1.6, 1.1, 1, 1.2, 1.3),
    "Animation": (0.2, 0.5, 0.5, 0.5, 0.5, 0.7, 1.2, 1.7, 1.8, 1.8),
    "Documentary": (0.2, 0.4, 0.3, 0.5, 0.8, 0.8, 1, 1.8, 2, 2),
    "War": (0.8, 1.8, 2, 2, 1, 0.8, 0.7, 0.7, 0.7, 0.7),
}
_SERIAL = (
    "Action",
    "Horror",
    "Sci-Fi",
    "Comedy",
    "Adventure",
    "Animation",
    "Fantasy",
    "Thriller",
    "Family",
)


@dataclass(frozen=True)
class DemoFilm:
    """An invented film and all that its poster is drawn from.

    `seed` is shared by the parts of a series, as are scene, palette and face; `part` tells the
    parts apart and is 1 for a film that stands alone.
    """

    record: MovieRecord
    seed: int
    part: int
    scene: str
    palette: str
    tagline: str
    credits: Credits


def films(count: int = DEFAULT_COUNT, seed: int = DEFAULT_SEED) -> list[DemoFilm]:
    """`count` invented films in order of year; the same for the same arguments, everywhere.

    Raises ValueError for a count below 1.
    """
    if count < 1:
        raise ValueError(f"a catalogue needs at least 1 film, not {count}")
    rng = np.random.default_rng([seed, count])
    sequels = count // 24
    made = _originals(count - sequels, rng)
    made += _sequels(made, sequels, rng)
    made.sort(key=lambda f: (f.record.year or 0, f.record.title))
    return [_numbered(film, k + 1) for k, film in enumerate(made)]


def _originals(count: int, rng: np.random.Generator) -> list[DemoFilm]:
    taken: set[str] = set()
    uses: dict[str, int] = {}
    made = []
    for genre in _quota(count):
        title = titles.title(genre, rng)
        while title.casefold() in taken or len(title) > 30:
            title = titles.title(genre, rng)
        taken.add(title.casefold())
        turn = uses.get(genre, int(rng.integers(0, 100)))
        uses[genre] = turn + 1
        made.append(_invented(title, genre, turn, rng))
    return made


def _quota(count: int) -> list[str]:
    """First genres, each as often as its share says, spread evenly."""
    total = sum(share for share, *_ in _GENRES.values())
    slots = []
    for genre, (share, *_) in _GENRES.items():
        n = share * count / total
        slots += [((k + 0.5) / n, genre) for k in range(int(n) + 1)]
    return [genre for _, genre in sorted(slots)[:count]]


def _invented(title: str, genre: str, turn: int, rng: np.random.Generator) -> DemoFilm:
    scenes, moods = SCENES_OF[genre], MOODS[genre]
    # Scenes take turns, so that no two of a genre's films in a row look alike.
    scene = scenes[turn % len(scenes)]
    palette = moods[(turn * 2 + turn // len(scenes)) % len(moods)]
    _, friends, mean = _GENRES[genre]
    more = int(rng.choice([0, 1, 2], p=[0.38, 0.39, 0.23]))
    names = friends.split()
    others = [names[i] for i in sorted(rng.permutation(len(names))[:more])]
    rating, votes = _verdict(mean, rng)
    record = MovieRecord(
        "demo-0000",
        None,
        title,
        _year(genre, rng),
        rating,
        votes,
        (genre, *others),
        None,
        invented=True,
    )
    number = int(rng.integers(0, 2**31))
    return DemoFilm(record, number, 1, scene, palette, titles.tagline(genre, rng), credits(rng))


def _year(genre: str, rng: np.random.Generator) -> int:
    weights = _DECADES * np.array(_HEYDAY.get(genre, (1.0,) * 10))
    decade = int(rng.choice(10, p=weights / weights.sum()))
    return 1930 + 10 * decade + int(rng.integers(0, 6 if decade == 9 else 10))


def _verdict(mean: float, rng: np.random.Generator) -> tuple[float | None, int | None]:
    """A mean user rating (0-10) and its votes; one film in ten has neither."""
    rating = round(float(np.clip(rng.normal(mean, 1.05), 1.2, 9.3)), 1)
    votes = max(5, round(float(np.exp(rng.normal(6.6 + 0.35 * (rating - 6), 1.7)))))
    return (None, None) if rng.random() < 0.1 else (rating, votes)


def _sequels(made: list[DemoFilm], count: int, rng: np.random.Generator) -> list[DemoFilm]:
    """`count` second and third parts of films already made."""
    heads = [f for f in made if f.record.genres[0] in _SERIAL and _serial_title(f.record)]
    order = rng.permutation(len(heads))
    later: list[DemoFilm] = []
    for index in order:
        head, year = heads[index], heads[index].record.year or 0
        parts = 3 if rng.random() < 0.3 else 2
        for part in range(2, parts + 1):
            year += int(rng.integers(2, 5))
            if len(later) == count or year > 2025:
                break
            later.append(_part(head, part, year, rng))
    return later


def _serial_title(record: MovieRecord) -> bool:
    return (
        len(record.title) <= 22
        and not record.title.endswith(("?", "!"))
        and (record.year or 0) >= 1955
    )


def _part(head: DemoFilm, part: int, year: int, rng: np.random.Generator) -> DemoFilm:
    number = str(part) if year >= 1990 or rng.random() < 0.3 else "I" * part
    rating, votes = _verdict(_GENRES[head.record.genres[0]][2] - 0.5 * (part - 1), rng)
    record = replace(
        head.record, title=f"{head.record.title} {number}", year=year, rating=rating, votes=votes
    )
    return replace(head, record=record, part=part, tagline=titles.tagline(record.genres[0], rng))


def _numbered(film: DemoFilm, number: int) -> DemoFilm:
    # No split: the catalogue draws one, and keeps posters that are near-duplicates together.
    return replace(film, record=replace(film.record, imdb_id=f"demo-{number:04d}"))
