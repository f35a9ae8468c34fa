"""Which sources brought films or facts, since some ask to be named."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_use",
        sa.Column("name", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_source_use")),
    )


def downgrade() -> None:
    op.drop_table("source_use")
