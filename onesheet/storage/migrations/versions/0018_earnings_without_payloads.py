"""What ratings earned, and how many came in bursts, are read from indexes alone."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLE, EARNED, ASIDE = (
    "recommendations",
    "ix_recommendations_earned",
    "ix_recommendations_set_aside",
)
FORMER = ["model", "credited", "arm", "rating", "agreeing"]
RATED = sa.text("rating IS NOT NULL")


def upgrade() -> None:
    op.drop_index(EARNED, TABLE)
    columns = [*FORMER, "epsilon", "propensity"]
    op.create_index(EARNED, TABLE, columns, sqlite_where=RATED, postgresql_where=RATED)
    op.create_index(
        ASIDE,
        TABLE,
        ["set_aside"],
        sqlite_where=sa.text("set_aside IS 1"),
        postgresql_where=sa.text("set_aside IS true"),
    )


def downgrade() -> None:
    op.drop_index(ASIDE, TABLE)
    op.drop_index(EARNED, TABLE)
    op.create_index(EARNED, TABLE, FORMER, sqlite_where=RATED, postgresql_where=RATED)
