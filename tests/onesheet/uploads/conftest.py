"""Uploads of a poster, and what is left of them."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, update

from bandit.models import RecommendationRow
from catalog.database import querying, writing
from onesheet.instance import Instance

HTML = {"Accept": "text/html"}
API = "/api/v1/recommendations"


def upload(client: FlaskClient, poster: bytes, **fields: str) -> Any:
    data = {"poster": (BytesIO(poster), "mine.png"), **fields}
    return client.post("/recommendations", data=data, headers=HTML)


def uploaded(client: FlaskClient, poster: bytes) -> str:
    """The id of a kept upload."""
    answer = upload(client, poster)
    assert answer.status_code == 303
    return str(answer.location.rpartition("/")[2])


def stored(instance: Instance) -> str:
    """Everything the database says of recommendations, as text."""
    with querying(instance.engine) as connection:
        return repr(connection.execute(select(RecommendationRow.__table__)).all())


def files(instance: Instance) -> list[str]:
    return sorted(path.name for path in instance.home.uploads.glob("*"))


def expire(
    instance: Instance, recommendation_id: str, ago: timedelta = timedelta(days=1, minutes=1)
) -> datetime:
    """Let the time of an upload be over, and return since when."""
    past = datetime.now(UTC) - ago
    with writing(instance.engine) as session:
        row = RecommendationRow
        session.execute(update(row).where(row.id == recommendation_id).values(expires=past))
    return past
