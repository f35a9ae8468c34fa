"""An index of the ratings whose rater is not forgotten yet, which are few among all."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_recommendations_raters", "recommendations"


def upgrade() -> None:
    traced = sa.text("rated_by IS NOT NULL")
    op.create_index(NAME, TABLE, ["rated_at"], sqlite_where=traced, postgresql_where=traced)


def downgrade() -> None:
    op.drop_index(NAME, TABLE)
