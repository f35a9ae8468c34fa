import pytest

from bandit import Rating
from index import Metric
from onesheet.base.refusals import QueryError
from webapp.http.parameters import (
    metric_named,
    number_of_results,
    rating_named,
    restriction,
)


def test_left_out_options_take_their_defaults() -> None:
    for nothing in (None, ""):
        assert metric_named(nothing) is None
        assert number_of_results(nothing) == 5
        assert restriction(nothing) is None


@pytest.mark.parametrize("name", ["cosine", "euclidean", "manhattan"])
def test_a_metric_is_asked_for_by_name(name: str) -> None:
    assert metric_named(name) is Metric(name)


@pytest.mark.parametrize("value", ["Cosine", "hamming", 1, True, ["cosine"], {"a": 1}])
def test_any_other_metric_is_refused(value: object) -> None:
    with pytest.raises(QueryError, match="cosine, euclidean, manhattan"):
        metric_named(value)


@pytest.mark.parametrize(("value", "number"), [(1, 1), (50, 50), ("1", 1), ("50", 50)])
def test_k_is_a_number_from_1_to_50_or_its_digits(value: object, number: int) -> None:
    assert number_of_results(value) == number


@pytest.mark.parametrize(
    "value", [0, 51, -1, "0", "51", "-1", "5.0", "five", 5.0, True, "9" * 5000, "٥", [5], {}]
)
def test_any_other_k_is_refused(value: object) -> None:
    with pytest.raises(QueryError, match="from 1 to 50"):
        number_of_results(value)


@pytest.mark.parametrize("value", [True, "true", "1", "on"])
def test_a_restriction_is_accepted(value: object) -> None:
    assert restriction(value) is True


@pytest.mark.parametrize("value", [False, "false", "0", "off"])
def test_no_restriction_is_accepted(value: object) -> None:
    assert restriction(value) is False


@pytest.mark.parametrize("value", [1, 0, "maybe", 1.0, [], {}])
def test_any_other_restriction_is_refused(value: object) -> None:
    with pytest.raises(QueryError, match="true or false"):
        restriction(value)


@pytest.mark.parametrize("name", ["good", "okay", "bad"])
def test_a_rating_is_one_of_three_words(name: str) -> None:
    assert rating_named(name) is Rating(name)


@pytest.mark.parametrize("value", ["great", "Good", "", None, 1, True, ["good"], {"good": 1}])
def test_any_other_rating_is_refused(value: object) -> None:
    with pytest.raises(QueryError, match="good, okay, bad"):
        rating_named(value)
