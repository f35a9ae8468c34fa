"""Which indexes were built from this database, so that no other's is taken for its own."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    built = op.create_table(
        "built_index",
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_built_index")),
    )
    # An index of before this migration left no trace here. A database that has posters keeps it.
    poster = sa.table("poster", sa.column("id"))
    has_posters = op.get_bind().execute(sa.select(poster.c.id).limit(1)).first()
    if has_posters:
        op.bulk_insert(built, [{"fingerprint": ""}])


def downgrade() -> None:
    op.drop_table("built_index")
