"""Which other arms would have shown the same films, and indexes for how the bandit learned."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLE = "recommendations"
RATINGS = ["model", "credited", "rated_at", "id", "arm", "rating", "agreeing"]
SEARCHES = ["model", "credited", "created", "id", "arm", "rating", "agreeing"]
PAGE = 500


def upgrade() -> None:
    column = sa.Column("agreeing", sa.String(200), nullable=False, server_default="")
    op.add_column(TABLE, column)
    _fill()
    op.drop_index(op.f("ix_recommendations_model"), TABLE)
    op.create_index(
        "ix_recommendations_stats", TABLE, ["model", "credited", "arm", "rating", "agreeing"]
    )
    op.create_index("ix_recommendations_ratings", TABLE, RATINGS)
    op.create_index("ix_recommendations_searches", TABLE, SEARCHES)


def downgrade() -> None:
    for name in ("stats", "ratings", "searches"):
        op.drop_index(f"ix_recommendations_{name}", TABLE)
    op.create_index(op.f("ix_recommendations_model"), TABLE, ["model", "credited", "arm", "rating"])
    op.drop_column(TABLE, "agreeing")


def _fill() -> None:
    """Earlier records hold what every arm would have shown."""
    row = sa.table(
        TABLE,
        sa.column("id", sa.String),
        sa.column("arm", sa.String),
        sa.column("agreeing", sa.String),
        sa.column("payload", sa.JSON),
    )
    connection, last = op.get_bind(), ""
    page = sa.select(row.c.id, row.c.arm, row.c.payload).order_by(row.c.id).limit(PAGE)
    while found := connection.execute(page.where(row.c.id > last)).all():
        for id_, arm, payload in found:
            if names := _agreeing(arm, payload.get("results", {})):
                change = sa.update(row).where(row.c.id == id_).values(agreeing=",".join(names))
                connection.execute(change)
        last = found[-1].id


def _agreeing(arm: str, results: Mapping[str, Any]) -> list[str]:
    shown = {other: {poster for poster, *_ in rows} for other, rows in results.items()}
    return sorted(other for other in shown if other != arm and shown[other] == shown.get(arm))
