"""When each movie changed, so that what is kept in memory of genres notices."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("changed", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("movie", column)
    op.create_index(op.f("ix_movie_changed"), "movie", ["changed"])


def downgrade() -> None:
    op.drop_index(op.f("ix_movie_changed"), "movie")
    op.drop_column("movie", "changed")
