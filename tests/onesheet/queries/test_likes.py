"""Several posters as one query."""

import pytest

from onesheet.base.refusals import QueryError, UnknownFilmError
from onesheet.instance import Instance
from onesheet.queries.likes import MOST_LIKED, from_likes


def test_one_alone_is_its_own_query(instance: Instance) -> None:
    query = from_likes([3, 3], [3], instance.catalog)
    assert query.likes is None
    assert query.card
    assert query.card.poster_id == 3


def test_several_stand_under_the_first_and_what_is_liked_is_not_unliked(instance: Instance) -> None:
    query = from_likes([3, 5], [7, 5], instance.catalog)
    assert query.card
    assert query.card.poster_id == 3
    assert query.likes
    numbers = [each.card.poster_id for each in query.likes.all if each.card]
    assert numbers == [3, 5, 7]
    assert len(query.likes.unliked) == 1


@pytest.mark.parametrize("liked", [[], [*range(1, MOST_LIKED + 2)]])
def test_none_and_too_many_are_refused(instance: Instance, liked: list[int]) -> None:
    with pytest.raises(QueryError, match="Choose 1 to 8 films"):
        from_likes(liked, [], instance.catalog)


def test_a_film_that_is_gone_is_named_so(instance: Instance) -> None:
    with pytest.raises(UnknownFilmError):
        from_likes([3, 99999], [], instance.catalog)
