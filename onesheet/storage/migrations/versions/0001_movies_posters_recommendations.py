"""Movies and posters, and the record of recommendations and ratings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _movies()
    _posters()
    _recommendations()


def downgrade() -> None:
    op.drop_table("recommendations")
    op.drop_table("poster")
    op.drop_table("movie")


def _movies() -> None:
    op.create_table(
        "movie",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("imdb_id", sa.String(20), nullable=False),
        sa.Column("tmdb_id", sa.Integer()),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("year", sa.Integer()),
        sa.Column("rating", sa.Double()),
        sa.Column("votes", sa.Integer()),
        sa.Column("genres", sa.String(400), nullable=False),
        sa.Column("split", sa.String(5), nullable=False),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.CheckConstraint("split IN ('train', 'val', 'test')", name=op.f("ck_movie_split")),
        sa.CheckConstraint("rating BETWEEN 0 AND 10", name=op.f("ck_movie_rating")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movie")),
        sa.UniqueConstraint("imdb_id", name=op.f("uq_movie_imdb_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_movie_split"), "movie", ["split"])
    op.create_index(op.f("ix_movie_tmdb_id"), "movie", ["tmdb_id"])


def _posters() -> None:
    op.create_table(
        "poster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("movie_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("perceptual_hash", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movie.id"], name=op.f("fk_poster_movie_id_movie"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poster")),
        sa.UniqueConstraint(
            "movie_id", "content_hash", name=op.f("uq_poster_movie_id_content_hash")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_poster_content_hash"), "poster", ["content_hash"])


def _recommendations() -> None:
    op.create_table(
        "recommendations",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arm", sa.String(32), nullable=False),
        sa.Column("explored", sa.Boolean()),
        sa.Column("epsilon", sa.Double()),
        sa.Column("propensity", sa.Double()),
        sa.Column("credited", sa.Boolean(), nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("index_fingerprint", sa.String(64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("rating", sa.String(8)),
        sa.Column("rated_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "rating IN ('good', 'okay', 'bad')", name=op.f("ck_recommendations_rating_known")
        ),
        sa.CheckConstraint(
            "(rating IS NULL) = (rated_at IS NULL)", name=op.f("ck_recommendations_rating_dated")
        ),
        sa.CheckConstraint(
            "NOT credited OR (explored IS NOT NULL AND epsilon IS NOT NULL"
            " AND propensity IS NOT NULL)",
            name=op.f("ck_recommendations_credited_chosen"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendations")),
    )
    op.create_index(
        op.f("ix_recommendations_model"), "recommendations", ["model", "credited", "arm", "rating"]
    )
    op.create_index(op.f("ix_recommendations_rated_at"), "recommendations", ["rated_at"])
