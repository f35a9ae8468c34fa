"""What ratings earned, and how many came in bursts, are read from indexes alone."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLE = "recommendations"
EARNED, EARNINGS = "ix_recommendations_earned", "ix_recommendations_earnings"
ASIDE = "ix_recommendations_set_aside"
FORMER = ["model", "credited", "arm", "rating", "agreeing"]
RATED = sa.text("rating IS NOT NULL")

# What is new is built first, under a name of its own, and what was there is dropped last: from a
# drop on, PostgreSQL keeps even readers waiting until the transaction ends, and building may take
# half a minute.


def upgrade() -> None:
    columns = [*FORMER, "epsilon", "propensity"]
    op.create_index(EARNINGS, TABLE, columns, sqlite_where=RATED, postgresql_where=RATED)
    op.create_index(
        ASIDE,
        TABLE,
        ["set_aside"],
        sqlite_where=sa.text("set_aside IS 1"),
        postgresql_where=sa.text("set_aside IS true"),
    )
    op.drop_index(EARNED, TABLE)


def downgrade() -> None:
    op.create_index(EARNED, TABLE, FORMER, sqlite_where=RATED, postgresql_where=RATED)
    op.drop_index(ASIDE, TABLE)
    op.drop_index(EARNINGS, TABLE)
