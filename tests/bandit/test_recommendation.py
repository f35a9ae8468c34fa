from datetime import datetime
from typing import Any

import pytest

from bandit import Rating
from tests.bandit.conftest import Make


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": ""}, "id"),
        ({"arm": ""}, "arm"),
        ({"propensity": None}, "together"),
        ({"explored": None, "epsilon": None, "propensity": None}, "credited"),
        ({"propensity": 0.0}, "propensity"),
        ({"propensity": 1.5}, "propensity"),
        ({"rating": Rating.GOOD}, "together"),
        ({"created": datetime(2026, 1, 1)}, "time zone"),
    ],
)
def test_a_recommendation_that_contradicts_itself_is_refused(
    recommend: Make, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        recommend(**changes)
