from dataclasses import replace

from catalog.images import content_hash
from catalog.records import MovieRecord
from onesheet.collections.collection import Collection, collection_of
from onesheet.collections.shown_collection import ShownCollection, shown_collection
from onesheet.instance import Instance
from onesheet.queries.query import from_sample, from_upload
from tests.conftest import drawn_bytes


def shown(instance: Instance, said: Collection) -> ShownCollection:
    return shown_collection(said, instance.catalog, instance.permalinks)


def test_films_come_in_their_order_with_their_notes(instance: Instance) -> None:
    found = shown(instance, collection_of("Noir", "", ["5 Red title", "3"], []))
    assert [(each.card.poster_id, each.note) for each in found.films] == [(5, "Red title"), (3, "")]
    assert all(each.path.is_file() for each in found.films)


def test_a_number_that_means_another_poster_now_is_missing(instance: Instance) -> None:
    known = instance.catalog.cards([5])[5].content_hash[:6]
    other = "000000" if known != "000000" else "111111"
    found = shown(instance, collection_of("", "", [f"5-{other}", "9999", "3"], []))
    assert [each.card.poster_id for each in found.films] == [3]
    assert [each.poster_id for each in found.missing] == [5, 9999]
    assert shown(instance, collection_of("", "", [f"5-{known}"], [])).films


def test_a_film_that_became_part_of_another_is_still_shown(instance: Instance) -> None:
    film = MovieRecord("tmdb-949", 949, "Heat", 1995, None, None, (), None)
    added = instance.catalog.add(film, drawn_bytes(901), "tmdb")
    other = replace(film, imdb_id="tt0113277", tmdb_id=None, title="Heat")
    instance.catalog.add(other, drawn_bytes(902), "folder")
    said = collection_of("", "", [f"{added.poster_id}-{content_hash(drawn_bytes(901))[:6]}"], [])
    assert [each.card.imdb_id for each in shown(instance, said).films] == ["tmdb-949"]
    instance.catalog.add(replace(other, tmdb_id=949), None, "links")
    found = shown(instance, said)
    assert [each.card.imdb_id for each in found.films] == ["tt0113277"]
    assert found.missing == []
    assert added.poster_id in instance.index().poster_ids.tolist(), "searches find it, too"


def test_posters_searched_for_are_shown_while_they_are_kept(
    instance: Instance, new_poster: bytes
) -> None:
    recommend = instance.recommender.recommend
    film = recommend(from_sample("3", instance.catalog)).id
    upload = recommend(from_upload(new_poster)).id
    said = collection_of("", "", ["5.1"], [film, upload, "nobody"])
    found = shown(instance, said)
    assert [each.answer.id for each in found.searches] == [film, upload]
    assert found.searches[0].answer.title == instance.catalog.cards([3])[3].title
    assert found.searches[1].answer.title is None
    assert found.searches[1].path.is_file()
    assert found.films[0].search == upload
    instance.upload_store.path(upload).unlink()
    found = shown(instance, said)
    assert [each.answer.id for each in found.searches] == [film]
    assert found.searches_gone == 2
