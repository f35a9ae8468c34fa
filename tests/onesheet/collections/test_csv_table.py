"""What a collection's table says of the posters that were searched with."""

import csv
import io
from dataclasses import replace
from pathlib import Path

from catalog.images.surroundings.part import WHOLE_PICTURE
from onesheet.base.csv_cells import BYTE_ORDER_MARK
from onesheet.base.payload import FoundFilm
from onesheet.collections.csv_table import as_table
from onesheet.collections.shown_collection import SearchedPoster, ShownCollection
from onesheet.instance import Instance
from onesheet.queries.likes import from_likes
from onesheet.queries.query import from_upload
from onesheet.recommending.answers import Answer


def row(answer: Answer) -> dict[str, str]:
    """What the table says of one search."""
    searched = SearchedPoster(answer, Path("unread.webp"), WHOLE_PICTURE)
    table = as_table(ShownCollection("", "", [], [searched], [], 0), lambda number: number)
    (told,) = csv.DictReader(io.StringIO(table.removeprefix(BYTE_ORDER_MARK)))
    assert (told.pop("kind"), told.pop("permalink"), told.pop("note")) == ("search", answer.id, "")
    return told


def of_film(answer: Answer, imdb_id: str | None) -> Answer:
    """The answer as of a poster that a service found to a link."""
    film = FoundFilm("Metropolis", 1927, imdb_id, "https://images.example/m.jpg")
    return replace(answer, query=replace(answer.query, title=film.title, film=film))


def test_a_film_that_the_catalogue_lacks_is_named(instance: Instance, new_poster: bytes) -> None:
    answer = instance.recommender.recommend(from_upload(new_poster))
    assert set(row(answer).values()) == {""}
    told = row(of_film(answer, "tt0017136"))
    assert (told["title"], told["year"], told["imdb_id"]) == ("Metropolis", "1927", "tt0017136")
    assert told["imdb_url"] == "https://www.imdb.com/title/tt0017136/"
    assert told["rating"] == told["genres"] == ""
    told = row(of_film(answer, None))
    assert (told["title"], told["imdb_id"], told["imdb_url"]) == ("Metropolis", "", "")


def test_several_posters_are_told_by_their_titles_alone(instance: Instance) -> None:
    answer = instance.recommender.recommend(from_likes([3, 5], [], instance.catalog))
    told = row(answer)
    assert told.pop("title") == "Film No. 3 + Film No. 5"
    assert set(told.values()) == {""}
    left = replace(answer, query=replace(answer.query, likes=answer.query.likes[1:]))
    told = row(left)
    assert told.pop("title")
    assert set(told.values()) == {""}
    alone = instance.recommender.recommend(from_likes([3], [5], instance.catalog))
    assert row(alone)["imdb_id"] == "demo-0003"
