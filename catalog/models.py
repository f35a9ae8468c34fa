"""The tables of movies and posters."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Dialect,
    ForeignKey,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
    false,
    func,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from catalog.images.palette import Palette, Swatch

GENRE_SEPARATOR: Final = "|"
TMDB_ORIGIN: Final = "tmdb:"
"""How the sources of TMDB's own posters of films begin, whatever named them."""
ALTERNATE_ORIGIN: Final = "tmdb-alternate:"
"""How the sources of posters begin that TMDB has of a film beside its own one."""


def own_origin(origin: str) -> str:
    """Return what a picture's origin would be as a film's own poster.

    >>> own_origin("tmdb-alternate:/a.jpg"), own_origin("tmdb:/a.jpg")
    ('tmdb:/a.jpg', 'tmdb:/a.jpg')
    """
    return origin.replace(ALTERNATE_ORIGIN, TMDB_ORIGIN, 1)


class GenreList(TypeDecorator[tuple[str, ...]]):
    """A tuple of genre names in Python, joined with `|` in the database."""

    impl = String(400)
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else GENRE_SEPARATOR.join(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(value.split(GENRE_SEPARATOR)) if value else ()


class Bits64(TypeDecorator[int]):
    """An integer of 0 to 2**64 - 1, kept as the signed 64-bit integer with the same bits."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        return value if value is None or value < 1 << 63 else value - (1 << 64)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value) & (1 << 64) - 1


class PaletteText(TypeDecorator[Palette]):
    """A palette in Python; in the database colours and shares as text, `#272828 0.25, …`."""

    impl = String(200)
    cache_ok = True

    def process_bind_param(self, value: Palette | None, dialect: Dialect) -> str | None:
        return value if value is None else ", ".join(f"{s.colour} {s.share}" for s in value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Palette | None:
        if value is None:
            return None
        pairs = (part.split() for part in value.split(", "))
        return tuple(Swatch(colour, float(share)) for colour, share in pairs)


class Base(DeclarativeBase):
    """The catalogue's own tables; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Movie(Base):
    """A film. Year, rating (0-10), votes and genres may be missing.

    `adult`: its source says that it is for adults; `adult_by_operator`: what whoever runs the
    instance says, None where they say nothing (see `ADULT`).

    `changed` is when the film was added or last brought up to date, in microseconds since 1970,
    and always later than any before it: the latest tells whether what was read still holds, and so
    it is set anew for the last film when another one was removed."""

    __tablename__ = "movie"
    __table_args__ = (
        CheckConstraint("split IN ('train', 'val', 'test')", name="split"),
        CheckConstraint("rating BETWEEN 0 AND 10", name="rating"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    imdb_id: Mapped[str] = mapped_column(String(20), unique=True)
    tmdb_id: Mapped[int | None] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(String(500))
    year: Mapped[int | None]
    rating: Mapped[float | None]
    votes: Mapped[int | None]
    genres: Mapped[tuple[str, ...]] = mapped_column(GenreList)
    split: Mapped[str] = mapped_column(String(5), index=True)
    invented: Mapped[bool] = mapped_column(default=False)
    changed: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0", index=True)
    adult: Mapped[bool] = mapped_column(default=False, server_default=false())
    adult_by_operator: Mapped[bool | None]

    posters: Mapped[list["Poster"]] = relationship(
        back_populates="movie", cascade="all, delete-orphan", passive_deletes=True
    )


ADULT: Final = func.coalesce(Movie.adult_by_operator, Movie.adult)
"""Whether a film is for adults."""


class Poster(Base):
    """One image of a movie. Its picture never changes, and its id is never given out again: an
    index built while it existed keeps that id. It goes to another movie where two become one.
    Width and height are those of the stored file, and `file_digest` is the SHA-256 of its bytes;
    None where it was never taken."""

    __tablename__ = "poster"
    __table_args__ = (
        UniqueConstraint("movie_id", "content_hash"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    movie_id: Mapped[int] = mapped_column(ForeignKey("movie.id", ondelete="CASCADE"))
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    perceptual_hash: Mapped[int] = mapped_column(Bits64)
    width: Mapped[int]
    height: Mapped[int]
    source: Mapped[str] = mapped_column(String(200))
    file_digest: Mapped[str | None] = mapped_column(String(64))

    movie: Mapped[Movie] = relationship(back_populates="posters")


class PosterImpression(Base):
    """What is kept of a poster's pixels, by content hash; made when first needed, and again
    wherever it is missing."""

    __tablename__ = "poster_impression"

    content_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    palette: Mapped[Palette] = mapped_column(PaletteText)
    placeholder: Mapped[bytes] = mapped_column(LargeBinary)


class SourceUse(Base):
    """A source that brought films or facts, by its name: some ask to be named."""

    __tablename__ = "source_use"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)


class BookmarkRow(Base):
    """How far an import came that did not read a list to its end; see `sources.bookmark`. `listing`
    is a SHA-256 of what names the list, and `kept` in seconds since 1970."""

    __tablename__ = "bookmark"

    listing: Mapped[str] = mapped_column(String(64), primary_key=True)
    place: Mapped[int]
    kept: Mapped[int] = mapped_column(BigInteger)
