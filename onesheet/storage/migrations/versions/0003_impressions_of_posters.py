"""The main colours of each poster and what stands in its place while it loads."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "poster_impression",
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("palette", sa.String(200), nullable=False),
        sa.Column("placeholder", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_poster_impression")),
    )


def downgrade() -> None:
    op.drop_table("poster_impression")
