"""A number on each movie that grows with every change, so that caches notice changed genres."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("movie", sa.Column("changed", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(op.f("ix_movie_changed"), "movie", ["changed"])


def downgrade() -> None:
    op.drop_index(op.f("ix_movie_changed"), "movie")
    op.drop_column("movie", "changed")
