import pytest
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import DataError, IntegrityError

from catalog.database import reading, writing
from catalog.models import Base, Movie, Poster


def movie(**fields: object) -> Movie:
    facts: dict[str, object] = {
        "imdb_id": "tt0000001",
        "title": "Film",
        "genres": ("Drama",),
        "split": "train",
    }
    return Movie(**(facts | fields))


def a_poster(perceptual_hash: int = 0) -> Poster:
    return Poster(
        content_hash="ab" * 32, perceptual_hash=perceptual_hash, width=2, height=3, source="test"
    )


def test_genres_are_a_tuple_in_python_and_joined_in_the_database(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(movie(genres=("Film-Noir", "Sci-Fi")))
    with reading(engine) as session:
        assert session.scalar(text("SELECT genres FROM movie")) == "Film-Noir|Sci-Fi"
        assert session.scalars(select(Movie)).one().genres == ("Film-Noir", "Sci-Fi")


@pytest.mark.parametrize("bits", [0, 1, 2**63 - 1, 2**63, 2**64 - 1])
def test_a_hash_of_64_bits_comes_back_as_it_was(engine: Engine, bits: int) -> None:
    with writing(engine) as session:
        session.add(movie(posters=[a_poster(bits)]))
    with reading(engine) as session:
        assert session.scalars(select(Poster)).one().perceptual_hash == bits
        assert session.scalars(select(Poster).where(Poster.perceptual_hash == bits)).one()


def test_year_rating_votes_and_tmdb_id_may_be_missing(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(movie())
    with reading(engine) as session:
        kept = session.scalars(select(Movie)).one()
        assert (kept.year, kept.rating, kept.votes, kept.tmdb_id) == (None,) * 4


@pytest.mark.parametrize("fields", [{"split": "training"}, {"rating": 10.5}, {"genres": None}])
def test_the_database_refuses_what_cannot_be(engine: Engine, fields: dict[str, object]) -> None:
    with pytest.raises((IntegrityError, DataError)), writing(engine) as session:
        session.add(movie(**fields))


def test_a_poster_is_kept_once_for_a_movie(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.add(movie(posters=[a_poster(), a_poster()]))


def test_posters_go_with_their_movie_and_ids_are_never_given_again(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(movie(posters=[a_poster()]))
    with writing(engine) as session:
        first = session.scalars(select(Movie)).one()
        first_ids = first.id, first.posters[0].id
        session.delete(first)
    with writing(engine) as session:
        assert session.scalars(select(Poster)).all() == []
        session.add(movie(posters=[a_poster()]))
    with reading(engine) as session:
        second = session.scalars(select(Movie)).one()
        assert (second.id, second.posters[0].id) == tuple(i + 1 for i in first_ids)


def test_every_constraint_has_a_name_that_migrations_can_use(engine: Engine) -> None:
    found = inspect(engine)
    bare = {"poster_impression": "content_hash", "source_use": "name", "bookmark": "listing"}
    for table in Base.metadata.tables:
        key = bare.get(table, "id")
        assert found.get_pk_constraint(table)["constrained_columns"] == [key]
        named = [
            *found.get_unique_constraints(table),
            *found.get_check_constraints(table),
            *found.get_foreign_keys(table),
            *found.get_indexes(table),
        ]
        assert named or table in bare
        assert all(entry["name"] for entry in named)
