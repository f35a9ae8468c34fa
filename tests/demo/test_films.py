from collections import Counter

import numpy as np
import pytest

from demo import DemoFilm, films
from demo.print_styles import PRINT_STYLES

GENRES = {
    *("Drama", "Comedy", "Thriller", "Romance", "Action", "Horror", "Crime", "Documentary"),
    *("Adventure", "Sci-Fi", "Mystery", "Family", "Fantasy", "Animation", "War", "Western"),
    *("Musical", "Film-Noir"),
}


@pytest.fixture(scope="module")
def catalogue() -> list[DemoFilm]:
    return films()


def series(made: list[DemoFilm]) -> list[list[DemoFilm]]:
    by_seed: dict[int, list[DemoFilm]] = {}
    for film in made:
        by_seed.setdefault(film.seed, []).append(film)
    return [sorted(parts, key=lambda f: f.part) for parts in by_seed.values() if len(parts) > 1]


def test_there_are_640_films_with_ids_of_their_own(catalogue: list[DemoFilm]) -> None:
    assert [f.record.imdb_id for f in catalogue] == [f"demo-{k:04d}" for k in range(1, 641)]
    assert all(f.record.invented and f.record.tmdb_id is None for f in catalogue)


@pytest.mark.parametrize("count", [1, 7, 50])
def test_any_count_can_be_asked_for(count: int) -> None:
    assert len(films(count)) == count


def test_no_films_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 film"):
        films(0)


def test_the_same_films_come_every_time_and_others_for_another_seed(
    catalogue: list[DemoFilm],
) -> None:
    assert films() == catalogue
    assert {f.record.title for f in films(seed=7)} != {f.record.title for f in catalogue}


def test_years_ratings_and_votes_are_plausible(catalogue: list[DemoFilm]) -> None:
    records = [f.record for f in catalogue]
    assert all(r.year is not None and 1930 <= r.year <= 2025 for r in records)
    rated = [r.rating for r in records if r.rating is not None]
    assert all(0 <= rating <= 10 for rating in rated)
    assert 6.0 < np.mean(rated) < 6.8
    assert 0.06 < 1 - len(rated) / len(records) < 0.14
    assert all((r.rating is None) == (r.votes is None) for r in records)


def test_every_decade_and_every_genre_is_there(catalogue: list[DemoFilm]) -> None:
    genres = Counter(g for f in catalogue for g in f.record.genres)
    assert set(genres) == GENRES
    assert min(genres.values()) >= 15
    assert {len(f.record.genres) for f in catalogue} == {1, 2, 3}
    assert {(f.record.year or 0) // 10 * 10 for f in catalogue} == set(PRINT_STYLES)


def test_titles_are_unique(catalogue: list[DemoFilm]) -> None:
    assert len({f.record.title.casefold() for f in catalogue}) == len(catalogue)


def test_sequels_are_numbered_later_and_share_scene_and_palette(catalogue: list[DemoFilm]) -> None:
    all_series = series(catalogue)
    assert 15 <= len(all_series) <= 30
    for first, *later in all_series:
        assert first.part == 1
        for part in later:
            assert part.record.title.startswith(f"{first.record.title} ")
            assert (part.record.year or 0) > (first.record.year or 0)
            assert (part.scene, part.palette) == (first.scene, first.palette)
            assert part.record.genres == first.record.genres
