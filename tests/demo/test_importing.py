from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog.catalog import Catalog
from catalog.database import connect
from catalog.models import Base
from demo import draw, films, import_demo, is_drawn


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    engine = connect(f"sqlite:///{tmp_path / 'onesheet.db'}")
    Base.metadata.create_all(engine)
    yield Catalog(engine, tmp_path / "posters")
    engine.dispose()


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


def test_a_poster_whose_file_is_lost_or_cut_short_is_drawn_again(catalog: Catalog) -> None:
    import_demo(catalog, count=3, workers=1)
    paths = [catalog.poster_path(card.content_hash) for card in catalog.all_cards()]
    before = [path.read_bytes() for path in paths]
    paths[0].unlink()
    paths[1].write_bytes(before[1][:50])
    again = import_demo(catalog, count=3, workers=1)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 3)
    assert [path.read_bytes() for path in paths] == before


def test_the_demo_is_drawn_where_each_of_its_films_has_a_whole_poster(catalog: Catalog) -> None:
    """Films beyond those that would be drawn, and other posters of one, are nobody's concern."""
    assert not is_drawn(catalog, 2)
    import_demo(catalog, count=3, workers=1)
    assert is_drawn(catalog, 3)
    first, *_, last = (film.record.imdb_id for film in films(3))
    hashes = {card.imdb_id: card.content_hash for card in catalog.all_cards()}
    catalog.poster_path(hashes[last]).unlink()
    assert not is_drawn(catalog, 3)
    assert is_drawn(catalog, 2)
    catalog.poster_path(hashes[first]).unlink()
    assert not is_drawn(catalog, 2)
    assert not is_drawn(catalog, 4)
