"""An index of what was rated alone, from which every search learns which arm to pick."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_recommendations_earned", "recommendations"


def upgrade() -> None:
    rated = sa.text("rating IS NOT NULL")
    columns = ["model", "credited", "arm", "rating", "agreeing"]
    op.create_index(NAME, TABLE, columns, sqlite_where=rated, postgresql_where=rated)


def downgrade() -> None:
    op.drop_index(NAME, TABLE)
