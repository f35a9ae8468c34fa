"""What a poster's file holds, so that damage inside it is found."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("poster", sa.Column("file_digest", sa.String(64)))


def downgrade() -> None:
    op.drop_column("poster", "file_digest")
