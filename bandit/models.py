"""The table behind the feedback store, and what its rows hold."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Dialect,
    Double,
    Engine,
    Index,
    MetaData,
    Row,
    Select,
    String,
    TypeDecorator,
    false,
    text,
    tuple_,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bandit.recommendation import P, PayloadCodec, Rating, Recommendation
from catalog.database import querying


class UTCDateTime(TypeDecorator[datetime]):
    """Aware times, kept in UTC: SQLite drops the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"{value!r} needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ArmNames(TypeDecorator[tuple[str, ...]]):
    """Names of arms in alphabetical order, kept as one text joined by commas."""

    impl = String(200)
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else ",".join(sorted(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        return tuple(filter(None, (value or "").split(",")))


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class RecommendationRow(Base):
    """One recommendation and its present rating; the bandit's whole state is this table."""

    __tablename__ = "recommendations"
    __table_args__ = (
        CheckConstraint("rating IN ('good', 'okay', 'bad')", name="rating_known"),
        CheckConstraint("(rating IS NULL) = (rated_at IS NULL)", name="rating_dated"),
        CheckConstraint(
            "NOT credited OR (explored IS NOT NULL AND epsilon IS NOT NULL"
            " AND propensity IS NOT NULL)",
            name="credited_chosen",
        ),
        # Each holds all that its queries read, so that none touches the payloads: the arms'
        # aggregate, the same of what is rated and what that earned, the ratings in their order, the
        # searches in theirs.
        Index("ix_recommendations_stats", "model", "credited", "arm", "rating", "agreeing"),
        Index(
            "ix_recommendations_earnings",
            *("model", "credited", "arm", "rating", "agreeing", "epsilon", "propensity"),
            sqlite_where=text("rating IS NOT NULL"),
            postgresql_where=text("rating IS NOT NULL"),
        ),
        Index(
            "ix_recommendations_ratings",
            *("model", "credited", "rated_at", "id", "arm", "rating", "agreeing"),
        ),
        Index(
            "ix_recommendations_searches",
            *("model", "credited", "created", "id", "arm", "rating", "agreeing"),
        ),
        # Whose rater is remembered: of an hour at most, where `rated_at` alone has all ratings.
        Index(
            "ix_recommendations_raters",
            "rated_at",
            sqlite_where=text("rated_by IS NOT NULL"),
            postgresql_where=text("rated_by IS NOT NULL"),
        ),
        # Of bursts alone, which are to be counted without looking at all others.
        Index(
            "ix_recommendations_set_aside",
            "set_aside",
            sqlite_where=text("set_aside IS 1"),
            postgresql_where=text("set_aside IS true"),
        ),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    arm: Mapped[str] = mapped_column(String(32))
    explored: Mapped[bool | None]
    epsilon: Mapped[float | None] = mapped_column(Double)
    propensity: Mapped[float | None] = mapped_column(Double)
    credited: Mapped[bool]
    model: Mapped[str] = mapped_column(String(64))
    index_fingerprint: Mapped[str] = mapped_column(String(64))  # INDEX is a word of SQL
    agreeing: Mapped[tuple[str, ...]] = mapped_column(ArmNames, server_default="")
    payload: Mapped[Any] = mapped_column(JSON)
    rating: Mapped[str | None] = mapped_column(String(8))
    rated_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    rating_changed: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was given, changed or withdrawn last."""
    expires: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    rated_by: Mapped[str | None] = mapped_column(String(32))
    set_aside: Mapped[bool] = mapped_column(server_default=false())


def row_values(recommendation: Recommendation[P], codec: PayloadCodec[P]) -> dict[str, Any]:
    """A new row of the table, by column; it was rated when its rating was given."""
    return {
        "id": recommendation.id,
        "created": recommendation.created,
        "arm": recommendation.arm,
        "explored": recommendation.explored,
        "epsilon": recommendation.epsilon,
        "propensity": recommendation.propensity,
        "credited": recommendation.credited,
        "model": recommendation.model,
        "index_fingerprint": recommendation.index,
        "agreeing": recommendation.agreeing,
        "payload": codec.encode(recommendation.payload),
        "rating": recommendation.rating.value if recommendation.rating else None,
        "rated_at": recommendation.rated_at,
        "rating_changed": recommendation.rated_at,
        "expires": recommendation.expires,
    }


def recommendation_of(
    row: RecommendationRow | Row[Any], codec: PayloadCodec[P]
) -> Recommendation[P]:
    """What a row holds."""
    return Recommendation(
        id=row.id,
        created=row.created,
        arm=row.arm,
        explored=row.explored,
        epsilon=row.epsilon,
        propensity=row.propensity,
        credited=row.credited,
        model=row.model,
        index=row.index_fingerprint,
        agreeing=row.agreeing,
        payload=codec.decode(row.payload),
        rating=Rating(row.rating) if row.rating else None,
        rated_at=row.rated_at,
        expires=row.expires,
    )


def paged(
    engine: Engine, query: Select[Any], order: tuple[Any, Any], page: int
) -> Iterator[Row[Any]]:
    """What a query of rows finds, in the order of a time and the id, `page` at a time, each in a
    transaction of its own."""
    query = after = query.order_by(*order).limit(page)
    while True:
        with querying(engine) as connection:
            found = connection.execute(after).all()
        yield from found
        if len(found) < page:
            return
        after = query.where(tuple_(*order) > (getattr(found[-1], order[0].key), found[-1].id))
