"""The map in words."""

import numpy as np
import pytest

from onesheet.instance import Instance
from onesheet.poster_map.poster_map import PosterMap
from onesheet.poster_map.regions import regions_of

pytestmark = pytest.mark.usefixtures("mapped")


def test_regions_count_films_and_name_other_genres(instance: Instance, current: PosterMap) -> None:
    cards = instance.catalog.all_cards()
    for region in current.regions:
        own = [card for card in cards if region.genre in card.genres]
        assert region.films == len(own)
        assert region.rating == pytest.approx(np.mean([c.rating for c in own if c.rating]))
        assert 0 <= region.x <= 1
        assert len(region.among) == 2
        assert region.genre not in region.among
    assert [r.films for r in current.regions] == sorted(r.films for r in current.regions)[::-1]


def test_films_without_genres_have_no_region(instance: Instance) -> None:
    films = [each._replace(genres=()) for each in instance.catalog.film_facts()]
    assert regions_of(films, np.zeros((len(films), 2))) == []
