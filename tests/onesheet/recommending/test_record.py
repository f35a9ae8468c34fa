import numpy as np

from catalog.lookups.facets import FacetTable
from catalog.lookups.same_films import FilmTraits
from index import Metric, Neighbour
from onesheet.instance import Instance
from onesheet.queries.likes import from_likes
from onesheet.queries.query import from_card
from onesheet.recommending.likeness import UNGRADED, LikenessFound
from onesheet.recommending.record import agreeing, answer_from, results
from tests.conftest import movie


def facets(films: dict[int, int]) -> FacetTable:
    """The film of each poster."""
    posters, movies = (np.array(list(each)) for each in (films.keys(), films.values()))
    hashes = posters.astype(np.uint64) << np.uint64(32)
    traits = FilmTraits(movies, movies, np.full_like(movies, 1990), movies, movies > 0, hashes)
    return FacetTable(posters, {}, traits)


def found(*numbers: int) -> list[Neighbour]:
    return [Neighbour(number, 0.5, 50.0) for number in numbers]


def test_metrics_agree_that_show_the_same_films_in_whatever_order() -> None:
    nearest = {
        Metric.COSINE: found(1, 2, 3, 9),
        Metric.EUCLIDEAN: found(3, 2, 1, 8),
        Metric.MANHATTAN: found(1, 2, 4),
    }
    each_of_its_own = facets({number: number for number in range(1, 10)})
    assert agreeing(Metric.COSINE, nearest, 3, each_of_its_own) == ("euclidean",)
    assert agreeing(Metric.MANHATTAN, nearest, 2, each_of_its_own) == ("cosine",)


def test_metrics_agree_that_find_a_film_by_different_posters() -> None:
    nearest = {
        Metric.COSINE: found(1, 2),
        Metric.EUCLIDEAN: found(2, 3),
        Metric.MANHATTAN: found(2, 4),
    }
    films = facets({1: 7, 2: 8, 3: 7, 4: 9})
    assert agreeing(Metric.COSINE, nearest, 2, films) == ("euclidean",)


def test_an_answer_shows_the_films_that_are_still_there(instance: Instance) -> None:
    card = instance.catalog.by_imdb("tt0000002")[0]
    record = instance.recommender.ask(from_card(card, instance.catalog))
    before = answer_from(record, instance.catalog)
    assert len(before.results) == 5
    instance.catalog.remove(before.results[0].card.imdb_id)
    after = answer_from(record, instance.catalog)
    assert after.results == before.results[1:]
    assert len(after.neighbourhood) < len(before.neighbourhood)


def test_without_its_surroundings_an_answer_has_no_neighbourhood(instance: Instance) -> None:
    card = instance.catalog.by_imdb("tt0000002")[0]
    record = instance.recommender.ask(from_card(card, instance.catalog))
    assert answer_from(record, instance.catalog, around=False).neighbourhood == []


def test_neighbours_are_joined_with_their_films(instance: Instance) -> None:
    card = instance.catalog.by_imdb("tt0000002")[0]
    neighbours = [Neighbour(card.poster_id, 0.25, 40.0), *found(10**9)]
    likeness = LikenessFound({card.poster_id: 0.6, 10**9: 0.5}, UNGRADED)
    (result,) = results(neighbours, likeness, instance.catalog)
    assert (result.card, result.distance, result.closeness) == (card, 0.25, 40.0)
    assert result.likeness == 0.6


def test_what_was_asked_about_several_posters_stays_so_once_they_are_gone(
    instance: Instance,
) -> None:
    together = instance.recommender.ask(from_likes([3, 5], [7], instance.catalog))
    alone = instance.recommender.ask(from_likes([3], [7], instance.catalog))
    for number in (3, 5):
        instance.catalog.remove(movie(number).imdb_id)
        asked, other = (answer_from(each, instance.catalog).query for each in (together, alone))
        assert (asked.several, asked.like_several) == (True, True)
        assert (other.several, other.like_several) == (True, False)
