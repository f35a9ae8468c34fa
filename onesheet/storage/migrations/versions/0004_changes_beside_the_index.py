"""Posters added and removed since the index folder was written."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "index_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poster_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(64)),
        sa.Column("embedding", sa.LargeBinary()),
        sa.CheckConstraint(
            "(model IS NULL) = (embedding IS NULL)", name=op.f("ck_index_change_model")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_index_change_poster_id"), "index_change", ["poster_id"])


def downgrade() -> None:
    op.drop_table("index_change")
