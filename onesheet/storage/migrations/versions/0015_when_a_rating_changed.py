"""When a rating was given, changed or withdrawn last: of two sites' ratings the later counts."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLE = "recommendations"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("rating_changed", sa.DateTime(timezone=True)))
    rated = f"UPDATE {TABLE} SET rating_changed = rated_at WHERE rated_at IS NOT NULL"  # noqa: S608
    op.execute(rated)


def downgrade() -> None:
    op.drop_column(TABLE, "rating_changed")
