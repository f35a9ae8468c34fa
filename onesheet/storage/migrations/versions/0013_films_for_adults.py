"""Which films are for adults, as their source says and as the operator does."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "movie", sa.Column("adult", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("movie", sa.Column("adult_by_operator", sa.Boolean()))


def downgrade() -> None:
    op.drop_column("movie", "adult_by_operator")
    op.drop_column("movie", "adult")
