import random
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import IntegrityError

from catalog.catalog import AdditionOutcome, Catalog, Counts, MovieRecord
from catalog.database import reading, writing
from catalog.images import ImageError, content_hash, decode, perceptual_hash
from tests.postgres import of_sqlite

Film = Callable[..., MovieRecord]
Bytes = Callable[..., bytes]


def rows(engine: Engine) -> list[object]:
    with reading(engine) as session:
        return [
            session.execute(text(f"SELECT * FROM {table} ORDER BY id")).all()
            for table in ("movie", "poster")
        ]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_added_film_comes_back_as_a_card(catalog: Catalog, film: Film, poster: Bytes) -> None:
    data = poster(1, "PNG")
    added = catalog.add(film(7, title="Žižkov", year=None), data, "test")
    assert added.change is AdditionOutcome.ADDED
    (card,) = catalog.by_imdb("tt0000007")
    assert (card.poster_id, card.movie_id) == (added.poster_id, added.movie_id)
    assert (card.title, card.year, card.rating, card.votes) == ("Žižkov", None, 6.5, 100)
    assert (card.genres, card.split, card.invented) == (("Crime", "Drama"), "train", False)
    assert (card.width, card.height) == (120, 180)
    assert card.content_hash == content_hash(data)
    assert card.perceptual_hash == perceptual_hash(decode(data))
    assert catalog.by_hash(content_hash(data)) == [card]
    assert catalog.cards([added.poster_id or 0]) == {card.poster_id: card}


def test_an_unreadable_poster_changes_nothing(
    catalog: Catalog, engine: Engine, film: Film, tmp_path: Path
) -> None:
    with pytest.raises(ImageError):
        catalog.add(film(), b"<svg/>", "test")
    assert rows(engine) == [[], []]
    assert files(tmp_path / "posters") == {}


@of_sqlite
def test_a_failed_transaction_leaves_no_rows(
    catalog: Catalog, engine: Engine, film: Film, poster: Bytes
) -> None:
    with writing(engine) as session:
        session.execute(
            text(
                "CREATE TRIGGER refuse BEFORE INSERT ON movie WHEN NEW.title = 'Film 3'"
                " BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        )
    with pytest.raises(IntegrityError):
        catalog.add_many(((film(n), poster(n)) for n in range(1, 5)), "test")
    assert rows(engine) == [[], []]


def test_an_empty_catalogue_answers_everything(catalog: Catalog) -> None:
    assert catalog.all_cards() == []
    assert catalog.by_imdb("tt0000001") == []
    assert catalog.by_hash("ab" * 32) == []
    assert catalog.near(5) == []
    assert catalog.sample(3, random.Random(1)) == []
    assert catalog.counts().by_split == {"train": 0, "val": 0, "test": 0}
    assert catalog.add_many([], "test").added == 0


def test_films_and_posters_are_counted_anew_once_any_came_or_went_and_only_then(
    catalog: Catalog, engine: Engine, film: Film, poster: Bytes
) -> None:
    catalog.add(film(1, split="train"), poster(1), "test")
    before = catalog.counts()

    def refuse(
        connection: object, cursor: object, statement: str, *_: object, **__: object
    ) -> None:
        assert "count(" not in statement

    assert catalog.movies() == 1
    event.listen(engine, "before_cursor_execute", refuse)
    assert catalog.counts() is before
    assert catalog.movies() == 1
    event.remove(engine, "before_cursor_execute", refuse)
    catalog.add(film(1, split="test"), poster(2), "test")
    assert catalog.counts().by_split == {"train": 0, "val": 0, "test": 2}
    catalog.add(film(3, split="val"), poster(3), "test")
    catalog.remove(film(1).imdb_id)
    assert catalog.counts() == Counts(1, 1, {"train": 0, "val": 1, "test": 0}, 0)
    with writing(engine) as session:
        session.execute(text("DELETE FROM poster"))
        session.execute(text("UPDATE movie SET changed = changed + 1"))
    assert catalog.counts().posters == 0, "as `onesheet catalog check --repair` takes them out"
