"""Lists that TMDB has not; films of those it has are imported in tests/onesheet/fetching."""

import pytest

from catalog.sources.tmdb import Tmdb
from catalog.sources.tmdb_lists import TmdbFilms, TmdbWish
from tests.catalog.sources.test_tmdb import Recorded


def test_a_list_that_tmdb_has_not_is_refused() -> None:
    with pytest.raises(ValueError, match="none of popular"):
        TmdbFilms(Tmdb(Recorded({}), "k"), TmdbWish("worst"), lambda number: None)
