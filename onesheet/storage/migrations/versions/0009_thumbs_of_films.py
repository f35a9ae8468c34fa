"""Thumbs of single films, beside the verdict on the five."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "film_thumb",
        sa.Column("recommendation_id", sa.String(64), nullable=False),
        sa.Column("poster_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("up", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("recommendation_id", "poster_id", name=op.f("pk_film_thumb")),
    )
    op.create_index("ix_film_thumb_at", "film_thumb", ["at"])


def downgrade() -> None:
    op.drop_index("ix_film_thumb_at", "film_thumb")
    op.drop_table("film_thumb")
