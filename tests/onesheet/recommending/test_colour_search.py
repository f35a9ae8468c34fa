"""Films whose posters are in named colours, within a genre and a decade."""

from onesheet.base.payload import PLAIN, View
from onesheet.instance import Instance
from onesheet.recommending.colour_search import films_in_colours


def test_the_poster_with_most_of_a_colour_comes_first_and_filters_hold(instance: Instance) -> None:
    catalog = instance.catalog
    card = catalog.all_cards()[4]
    palette = instance.impressions.of([card.content_hash])[card.content_hash].palette
    found = films_in_colours(catalog, [palette[0].colour], PLAIN, 80)
    shares = [each.covered for each in found]
    assert shares == sorted(shares, reverse=True)
    assert card.poster_id in [each.card.poster_id for each in found]
    drama = films_in_colours(catalog, [palette[0].colour], View(genres=("Drama",)), 80)
    assert drama
    assert all("Drama" in each.card.genres for each in drama)
    assert {each.card.poster_id for each in drama} < {each.card.poster_id for each in found}
    assert len({each.card.movie_id for each in found}) == len(found)


def test_a_colour_that_no_poster_is_in_finds_none(instance: Instance) -> None:
    decade = View(decades=(1870,))
    assert films_in_colours(instance.catalog, ["#c0281f"], decade, 5) == []
