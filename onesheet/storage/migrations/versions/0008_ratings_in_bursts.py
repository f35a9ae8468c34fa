"""Who rated lately, as a trace that is soon forgotten, and which ratings came in a burst."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLE = "recommendations"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("rated_by", sa.String(32)))
    op.add_column(
        TABLE, sa.Column("set_aside", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column(TABLE, "set_aside")
    op.drop_column(TABLE, "rated_by")
