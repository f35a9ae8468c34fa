"""What routes are held to."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from bandit.models import RecommendationRow
from catalog.database import querying
from onesheet.instance import Instance


@pytest.fixture
def nothing_is_written(instance: Instance) -> Iterator[None]:
    """Holds a test to leave neither a record nor an upload."""
    before = written(instance)
    yield
    assert written(instance) == before


def written(instance: Instance) -> tuple[int, list[str]]:
    with querying(instance.engine) as connection:
        rows = select(func.count()).select_from(RecommendationRow)
        count = connection.execute(rows).scalar_one()
    return count, sorted(map(str, instance.home.uploads.glob("**/*")))
