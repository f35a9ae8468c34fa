"""An instance of as many films and ratings as are asked for, made of a real one's rows."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bandit.epsilon_greedy import DECAY
from onesheet.base.home import Home
from onesheet.instance import Instance
from onesheet.queries.query import from_card

LINKED_FOLDERS = ("index", "genres", "model")
"""Folders of the real instance that the other one links to; each poster's file is linked to."""
UNDATED_SHARE, GENRELESS_SHARE, ADULT_SHARE = 0.02, 0.05, 0.03
"""Shares of the made films whose year or genres nobody knows, and that are for adults."""
SECOND_ID_SHARE = 0.01
"""Share of the films that are there a second time, under an id without IMDb's; of these every
second one has the same number at TMDB, the others the same title, year and picture."""
ALTERNATE_SHARE = 0.1
"""Share of the films that have a second poster."""
ANSWERS_SHARED = 300
"""Answers that the real instance gives, whose payloads the made ones share."""
UNRATED_SHARE = 0.2
"""Share of the answers that nobody rated."""
RATED_A_THUMB = 30
"""Every so many rated answers one has a thumb on a film."""
POLICIES_BY_TURNS = ("epsilon_greedy", "ucb1", "epsilon_greedy", "thompson")
"""By turns, each for WEEKS_A_POLICY."""
WEEKS_A_POLICY = 13
FORMER_MODEL_SHARE = 0.1
"""Share of the answers at the beginning that a model before this one gave."""
_MOVIE_ROW = (
    "INSERT INTO movie (id, imdb_id, tmdb_id, title, year, rating, votes, genres, split, invented,"
    " changed, adult) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)"
)
_POSTER_ROW = (
    "INSERT INTO poster (movie_id, content_hash, perceptual_hash, width, height, source,"
    " file_digest) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_IMPRESSION_ROW = (
    "INSERT INTO poster_impression SELECT ?, palette, placeholder FROM poster_impression"
    " WHERE content_hash = ?"
)
_ANSWER_ROW = (
    "INSERT INTO recommendations (id, created, arm, explored, epsilon, propensity, credited, model,"
    " index_fingerprint, agreeing, payload, rating, rated_at, rating_changed, set_aside)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"
)
_THUMB_ROW = "INSERT OR IGNORE INTO film_thumb VALUES (?, ?, ?, ?)"


@dataclass(frozen=True)
class _GivenAnswer:
    """What the real instance answered, as its row has it."""

    arm: str
    agreeing: str
    payload: str
    results: tuple[int, ...]


def many_rows(home: Path, work: Path, films: int, ratings: int) -> Path:
    """The folder of an instance with `films` films and `ratings` ratings; one that was made before
    is given again. Films that HOME has keep their ids, so that its index holds these alone."""
    folder = work / f"{films}-films-{ratings}-ratings"
    if (folder / "made").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(home / "onesheet.db")) as source:
        source.execute("VACUUM INTO ?", [str(folder / "onesheet.db")])
    for name in LINKED_FOLDERS:
        if (home / name).exists():
            (folder / name).symlink_to((home / name).resolve(), target_is_directory=True)
    shutil.copytree(home / "posters", folder / "posters", copy_function=os.link)
    for number in range(256):
        (folder / "posters" / f"{number:02x}").mkdir(exist_ok=True)
    rng = random.Random(0)
    asked, model, index = _given_answers(folder, rng)
    with closing(sqlite3.connect(folder / "onesheet.db", isolation_level=None)) as database:
        for pragma in ("synchronous = OFF", "journal_mode = OFF", "cache_size = -1000000"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("BEGIN")
        _add_films(database, folder / "posters", films, rng)
        _add_answers(database, asked, (model, index), ratings, rng)
        database.execute("COMMIT")
    (folder / "made").touch()
    return folder


def _given_answers(folder: Path, rng: random.Random) -> tuple[list[_GivenAnswer], str, str]:
    """Real answers, and the fingerprints of model and index. The database is brought up to date."""
    instance = Instance(Home(folder))
    try:
        opened = instance.opened()
        for card in instance.catalog.sample(ANSWERS_SHARED, rng):
            instance.recommender.ask(from_card(card, instance.catalog))
        with instance.engine.connect() as connection:
            rows = connection.exec_driver_sql(
                "SELECT arm, agreeing, payload FROM recommendations"
            ).all()
            connection.rollback()
    finally:
        instance.close()
    found = [
        _GivenAnswer(
            *(arm, agreeing, payload),
            tuple(row[0] for row in json.loads(payload)["results"][arm]),
        )
        for arm, agreeing, payload in rows
    ]
    return found, opened.embedder.fingerprint, opened.index.manifest.fingerprint


def _add_films(database: sqlite3.Connection, posters: Path, films: int, rng: random.Random) -> None:
    """Films up to so many, each with a real one's facts and the picture of one."""
    real = database.execute(
        "SELECT id, title, year, rating, votes, genres, split FROM movie"
    ).fetchall()
    pictures = database.execute(
        "SELECT content_hash, width, height, file_digest FROM poster"
    ).fetchall()
    first = max(row[0] for row in real) + 1
    begun = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
    titles = {row[1] for row in real}
    number, last = first, first + films - len(real)

    def hang(film: int, near: int, source: str) -> None:
        """A poster of the film, whose file is a link to a real one."""
        content, *size, digest = rng.choice(pictures)
        own = hashlib.sha256(f"{film}{source}".encode()).hexdigest()
        os.link(_poster_file(posters, content), _poster_file(posters, own))
        database.execute(_POSTER_ROW, (film, own, near, *size, f"{source}:/{film}.jpg", digest))
        database.execute(_IMPRESSION_ROW, (own, content))

    while number < last:
        film, near = _made_film(number, real, titles, rng), rng.getrandbits(63)
        database.execute(_MOVIE_ROW, (number, *film[:-1], begun + number, film[-1]))
        hang(number, near, "tmdb")
        if rng.random() < ALTERNATE_SHARE:
            hang(number, rng.getrandbits(63), "tmdb-alternate")
        if number + 1 < last and (number - first) % round(1 / SECOND_ID_SHARE) == 0:
            number += 1
            same = film[1] if number % 200 < 100 else film[1] + 500_000_000
            other = (f"tmdb-{same}", same, *film[2:-1])
            database.execute(_MOVIE_ROW, (number, *other, begun + number, film[-1]))
            hang(number, near, "tmdb")
        number += 1


def _poster_file(posters: Path, content_hash: str) -> Path:
    return posters / content_hash[:2] / f"{content_hash}.webp"


def _made_film(
    number: int, real: Sequence[tuple[Any, ...]], titles: set[str], rng: random.Random
) -> tuple[Any, ...]:
    """A film's columns but its id; its title begins as a real one does and ends as another."""
    _, title, year, rating, votes, genres, split = rng.choice(real)
    words, others = title.split(), rng.choice(real)[1].split()
    title = " ".join([*words[: max(1, len(words) - 1)], others[-1]])[:480]
    while title in titles:
        title = f"{title} {number}"
    titles.add(title)
    return (
        *(f"tt{1_000_000_000 + number}", 1_000_000_000 + number, title),
        None if rng.random() < UNDATED_SHARE else year,
        *(rating, votes, "" if rng.random() < GENRELESS_SHARE else genres, split),
        rng.random() < ADULT_SHARE,
    )


def _add_answers(
    database: sqlite3.Connection,
    asked: Sequence[_GivenAnswer],
    made_by: tuple[str, str],
    ratings: int,
    rng: random.Random,
) -> None:
    """So many rated answers and those that nobody rated, in the order in which they were given."""
    rows, thumbs = [], []
    for row, results in _answer_rows(asked, made_by, round(ratings / (1 - UNRATED_SHARE)), rng):
        rows.append(row)
        if row[11] is not None and rng.randrange(RATED_A_THUMB) == 0:
            thumbs.append((row[0], rng.choice(results), rng.random() < 0.6, row[12]))
        if len(rows) == 10_000:
            database.executemany(_ANSWER_ROW, rows)
            database.executemany(_THUMB_ROW, thumbs)
            rows.clear()
            thumbs.clear()
    database.executemany(_ANSWER_ROW, rows)
    database.executemany(_THUMB_ROW, thumbs)


def _answer_rows(
    asked: Sequence[_GivenAnswer], made_by: tuple[str, str], count: int, rng: random.Random
) -> Iterator[tuple[tuple[Any, ...], tuple[int, ...]]]:
    """Rows of answers in the order of `_ANSWER_ROW`, and the posters that each shows."""
    model, index = made_by
    step = timedelta(weeks=WEEKS_A_POLICY * len(POLICIES_BY_TURNS)) / max(count, 1)
    begun = datetime(2025, 6, 1, tzinfo=UTC)
    for number in range(count):
        policy = POLICIES_BY_TURNS[number * len(POLICIES_BY_TURNS) // count]
        epsilon = DECAY / (number + DECAY) if policy == "epsilon_greedy" else 0.0
        explored = rng.random() < epsilon
        chance = {"epsilon_greedy": 1 - epsilon * 2 / 3, "ucb1": 1.0, "thompson": 0.6}[policy]
        each = rng.choice(asked)
        rating = (
            rng.choice(("good", "good", "okay", "bad")) if rng.random() >= UNRATED_SHARE else None
        )
        created = begun + number * step
        rated = _as_text(created + timedelta(seconds=rng.uniform(5, 120))) if rating else None
        yield (
            (
                *(
                    f"{rng.getrandbits(96):024x}",
                    _as_text(created),
                    each.arm,
                    explored,
                    epsilon,
                ),
                *(epsilon / 3 if explored else chance, rng.random() < 0.85),
                model if number >= FORMER_MODEL_SHARE * count else "0" * 64,
                *(index, each.agreeing, each.payload, rating, rated, rated),
            ),
            each.results,
        )


def _as_text(when: datetime) -> str:
    """As SQLAlchemy writes times into SQLite."""
    return when.strftime("%Y-%m-%d %H:%M:%S.%f")
