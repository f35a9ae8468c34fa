"""What is true of both of two posters."""

from index import Metric
from onesheet.explaining.shared_traits import PosterTraits, SharedTraits
from onesheet.explaining.traits import Trait
from onesheet.instance import Instance
from onesheet.queries.query import from_sample


def poster(
    *traits: Trait, colours: str = "", genres: str = "", year: int | None = None
) -> PosterTraits:
    return PosterTraits(frozenset(traits), tuple(colours.split()), tuple(genres.split()), year)


def test_only_what_is_true_of_both_is_shared_in_the_order_of_the_one_asked_about() -> None:
    one = poster(Trait.TITLE_BELOW, Trait.DARK, colours="teal red", genres="Horror Drama")
    other = poster(Trait.DARK, Trait.TITLE_BELOW, Trait.PLAIN, colours="red blue teal")
    found = SharedTraits.between(one, other)
    assert found.traits == (Trait.DARK, Trait.TITLE_BELOW)
    assert found.colours == ("teal", "red")
    assert found.genres == ()


def test_films_share_a_decade_where_both_years_are_known_and_in_it() -> None:
    years = [(1980, 1989, 1980), (1979, 1980, None), (None, None, None), (1980, None, None)]
    for one, other, decade in years:
        assert SharedTraits.between(poster(year=one), poster(year=other)).decade == decade


def test_a_poster_shares_all_it_has_with_itself(instance: Instance) -> None:
    """Traits of a query and of a result are read in two ways, which have to agree."""
    answer = instance.recommender.recommend(
        from_sample("4", instance.catalog), metric=Metric.COSINE
    )
    found = instance.explainer.nearness(answer, 4, Metric.COSINE).shared
    assert found.traits
    assert found.genres == tuple(name for name in answer.reading.predicted if name in found.genres)
    assert set(found.genres) == set(answer.reading.predicted)
    card = instance.catalog.cards([4])[4]
    assert found.decade == (card.year // 10 * 10 if card.year else None)
