"""When the payload of a recommendation has to be redacted: uploads are kept for a time only."""

import json
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEPT = timedelta(days=30)
"""What uploads made before there was a retention get, counted from their making."""
BATCH = 500


def upgrade() -> None:
    op.add_column("recommendations", sa.Column("expires", sa.DateTime(timezone=True)))
    op.create_index(op.f("ix_recommendations_expires"), "recommendations", ["expires"])
    _date_the_uploads()


def downgrade() -> None:
    op.drop_index(op.f("ix_recommendations_expires"), "recommendations")
    op.drop_column("recommendations", "expires")


def _date_the_uploads() -> None:
    table = sa.table(
        "recommendations",
        sa.column("id", sa.String),
        sa.column("created", sa.DateTime(timezone=True)),
        sa.column("payload", sa.Text),
        sa.column("expires", sa.DateTime(timezone=True)),
    )
    connection = op.get_bind()
    rows = connection.execute(sa.select(table.c.id, table.c.created, table.c.payload))
    for batch in rows.partitions(BATCH):
        dated = [
            {"row": row.id, "until": row.created + KEPT}
            for row in batch
            if _payload(row.payload).get("query", {}).get("kind") == "upload"
        ]
        if dated:
            change = sa.update(table).where(table.c.id == sa.bindparam("row"))
            connection.execute(change.values(expires=sa.bindparam("until")), dated)


def _payload(stored: Any) -> dict[str, Any]:
    """SQLite gives JSON as text, other databases as an object."""
    found = json.loads(stored) if isinstance(stored, str) else stored
    return found if isinstance(found, dict) else {}
