from datetime import datetime

import pytest

from bandit import Rating


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
def test_a_recommendation_that_contradicts_itself_is_refused(recommend, changes, message):
    with pytest.raises(ValueError, match=message):
        recommend(**changes)
