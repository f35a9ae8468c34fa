"""A place in a list, for some days, beside the films."""

from sqlalchemy import Engine

from catalog.sources.bookmark import BOOKMARK_KEPT, Bookmark
from catalog.sources.tmdb_lists import TmdbWish

NOW = 1_700_000_000.0


def test_a_place_is_kept_for_its_own_list(engine: Engine) -> None:
    one, other = Bookmark(engine, {"list": "a"}), Bookmark(engine, {"list": "b"})
    assert one.place() == 0
    one.keep(3)
    one.keep(7)
    assert (one.place(), other.place()) == (7, 0)
    assert Bookmark(engine, {"list": "a"}).place() == 7
    other.keep(2)
    one.forget()
    assert (one.place(), other.place()) == (0, 2)


def test_a_place_is_forgotten_after_days(engine: Engine) -> None:
    then = Bookmark(engine, "a", lambda: NOW)
    then.keep(7)
    assert Bookmark(engine, "a", lambda: NOW + BOOKMARK_KEPT - 1).place() == 7
    late = Bookmark(engine, "a", lambda: NOW + BOOKMARK_KEPT)
    assert late.place() == 0
    Bookmark(engine, "b", lambda: NOW + BOOKMARK_KEPT).forget()
    assert then.place() == 0, "what is too old goes with whatever is forgotten"


def test_a_list_is_another_where_anything_but_its_length_differs() -> None:
    popular = TmdbWish("popular", 5)
    assert popular.listing_named == TmdbWish("popular", 500).listing_named
    others = [
        TmdbWish("top_rated", 5),
        TmdbWish("popular", 5, all_posters=True),
        TmdbWish("discover", 5, {"vote_count.gte": "5"}),
        TmdbWish("discover", 5, {"vote_count.gte": "6"}),
    ]
    named = [repr(each.listing_named) for each in (popular, *others)]
    assert len(set(named)) == len(named)
