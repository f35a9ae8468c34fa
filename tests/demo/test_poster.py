import hashlib
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from PIL import Image

from catalog.images import hamming, perceptual_hash
from demo import DemoFilm, draw, films
from demo.drawing.geometry import HEIGHT, WIDTH
from demo.poster import typeset


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


def test_sequels_look_more_like_each_other_than_like_other_films(
    catalogue: list[DemoFilm], drawn: dict[str, Image.Image]
) -> None:
    def colours(image: Image.Image) -> np.ndarray:
        small = np.asarray(image.resize((8, 12), Image.Resampling.BOX), dtype=np.float64)
        mean: np.ndarray = small.reshape(-1, 3).mean(axis=0)
        return mean

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
        boxes = typeset(film).boxes
        assert len(boxes) >= 2
        for k, (x0, y0, x1, y1) in enumerate(boxes):
            assert 0 <= x0 < x1 <= WIDTH, film.record.title
            assert 0 <= y0 < y1 <= HEIGHT, film.record.title
            for a0, b0, a1, b1 in boxes[:k]:
                assert x1 <= a0 or a1 <= x0 or y1 <= b0 or b1 <= y0, film.record.title
