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
    op.execute(f"UPDATE {TABLE} SET rating_changed = rated_at")  # noqa: S608


def downgrade() -> None:
    op.drop_column(TABLE, "rating_changed")
