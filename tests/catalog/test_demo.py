import hashlib
import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from catalog.catalog import Catalog
from catalog.demo import DemoFilm, draw, films, import_demo, lettering
from catalog.demo.canvas import HEIGHT, WIDTH
from catalog.demo.layouts import LAYOUTS
from catalog.demo.palettes import MOODS, PALETTES
from catalog.demo.poster import paint
from catalog.demo.print_styles import STYLES
from catalog.demo.scenes import SCENES, SCENES_OF
from catalog.images import hamming, perceptual_hash

GENRES = {
    *("Drama", "Comedy", "Thriller", "Romance", "Action", "Horror", "Crime", "Documentary"),
    *("Adventure", "Sci-Fi", "Mystery", "Family", "Fantasy", "Animation", "War", "Western"),
    *("Musical", "Film-Noir"),
}


@pytest.fixture(scope="module")
def catalogue() -> list[DemoFilm]:
    return films()


@pytest.fixture(scope="module")
def drawn(catalogue: list[DemoFilm]) -> dict[str, Image.Image]:
    """Every twentieth film's poster by id: all decades and most genres."""
    return {film.record.imdb_id: draw(film) for film in catalogue[::20]}


def series(made: list[DemoFilm]) -> list[list[DemoFilm]]:
    by_seed: dict[int, list[DemoFilm]] = {}
    for film in made:
        by_seed.setdefault(film.seed, []).append(film)
    return [sorted(parts, key=lambda f: f.part) for parts in by_seed.values() if len(parts) > 1]


def fingerprint(film: DemoFilm) -> str:
    return hashlib.sha256(draw(film).tobytes()).hexdigest()


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
    assert {(f.record.year or 0) // 10 * 10 for f in catalogue} == set(STYLES)


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


def test_sequels_look_more_like_each_other_than_like_other_films(
    catalogue: list[DemoFilm], drawn: dict[str, Image.Image]
) -> None:
    def colours(image: Image.Image) -> np.ndarray:
        small = np.asarray(image.resize((8, 12), Image.Resampling.BOX), dtype=np.float64)
        return small.reshape(-1, 3).mean(axis=0)

    def apart(first: Image.Image, second: Image.Image) -> float:
        return float(np.abs(colours(first) - colours(second)).mean())

    pairs = [(draw(s[0]), draw(s[1])) for s in series(catalogue)[::2]]
    others = list(drawn.values())
    within = np.mean([apart(a, b) for a, b in pairs])
    across = np.mean([apart(a, other) for a, _ in pairs for other in others])
    assert within < 0.8 * across


def test_parts_of_a_series_have_posters_of_their_own(catalogue: list[DemoFilm]) -> None:
    for first, second, *_ in series(catalogue)[:4]:
        assert fingerprint(first) != fingerprint(second)


def test_posters_are_rgb_two_by_three(drawn: dict[str, Image.Image]) -> None:
    assert {(image.mode, image.size) for image in drawn.values()} == {("RGB", (400, 600))}


def test_a_film_is_drawn_the_same_twice_and_in_another_process(catalogue: list[DemoFilm]) -> None:
    chosen = catalogue[5::200]
    here = [fingerprint(film) for film in chosen]
    assert [fingerprint(film) for film in chosen] == here
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(_remote_fingerprint, chosen)) == here


def _remote_fingerprint(film: DemoFilm) -> str:
    return fingerprint(film)


def test_posters_differ_from_each_other(drawn: dict[str, Image.Image]) -> None:
    hashes = [perceptual_hash(image) for image in drawn.values()]
    distances = [hamming(a, b) for k, a in enumerate(hashes) for b in hashes[:k]]
    assert len(set(hashes)) > 0.9 * len(hashes)
    assert np.median(distances) > 18


def test_words_stay_on_the_sheet_and_off_each_other(catalogue: list[DemoFilm]) -> None:
    for film in catalogue[3::27]:
        boxes = paint(film).boxes
        assert len(boxes) >= 2
        for k, (x0, y0, x1, y1) in enumerate(boxes):
            assert 0 <= x0 < x1 <= WIDTH, film.record.title
            assert 0 <= y0 < y1 <= HEIGHT, film.record.title
            for a0, b0, a1, b1 in boxes[:k]:
                assert x1 <= a0 or a1 <= x0 or y1 <= b0 or b1 <= y0, film.record.title


def test_every_genre_has_scenes_and_palettes_and_every_decade_layouts() -> None:
    assert set(SCENES_OF) == set(MOODS) == GENRES
    assert all(name in SCENES for names in SCENES_OF.values() for name in names)
    assert all(name in PALETTES for names in MOODS.values() for name in names)
    assert all(name in LAYOUTS for style in STYLES.values() for name in style.layouts)
    assert all(face in lettering.FACES for style in STYLES.values() for face in style.faces)


@pytest.mark.parametrize("face", lettering.FACES)
def test_a_line_fits_its_room_in_every_face(face: str) -> None:
    for text, width, height in (("WALTZ", 300, 40), ("THE LONGEST OF ALL TITLES", 120, 60)):
        ink = lettering.line(text, face, width, height, tracking=0.1)
        assert ink.width <= width
        assert ink.height <= height
        assert ink.width > 0.85 * width or ink.height > 0.85 * height


def test_small_print_fits_its_room() -> None:
    ink = lettering.small_print("written by Nobody  directed by Somebody  1961", "poster", 200, 7.5)
    assert ink.width <= 200
    assert ink.height <= 7.5
    assert ink.getextrema()[1] > 150


def test_lines_never_leave_an_article_alone_nor_a_number() -> None:
    assert lettering.phrases("THE HOUSE AT THE END", 4) == ["THE HOUSE", "AT THE END"]
    assert lettering.broken("Mostly Roses 2", 2) == ["Mostly", "Roses 2"]


def test_importing_fills_a_catalogue_and_again_changes_nothing(catalog: Catalog) -> None:
    calls: list[tuple[int, int]] = []
    report = import_demo(catalog, count=6, workers=1, progress=lambda *at: calls.append(at))
    assert (report.added, report.skipped) == (6, [])
    assert calls[0] == (0, 6)
    assert calls[-1] == (6, 6)
    cards = catalog.all_cards()
    assert [(c.width, c.height, c.invented) for c in cards] == [(400, 600, True)] * 6
    with Image.open(BytesIO(catalog.poster_path(cards[0].content_hash).read_bytes())) as image:
        assert image.format == "WEBP"
    again = import_demo(catalog, count=6, workers=1)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 6)


def test_workers_draw_what_one_process_draws(catalog: Catalog) -> None:
    import_demo(catalog, count=10, workers=2)
    card = catalog.all_cards()[0]
    film = next(f for f in films(10) if f.record.imdb_id == card.imdb_id)
    stored = Image.open(catalog.poster_path(card.content_hash))
    difference = np.abs(np.asarray(stored.convert("RGB"), float) - np.asarray(draw(film), float))
    assert difference.mean() < 8


def test_no_workers_are_refused(catalog: Catalog) -> None:
    with pytest.raises(ValueError, match="at least 1 worker"):
        import_demo(catalog, count=2, workers=0)
