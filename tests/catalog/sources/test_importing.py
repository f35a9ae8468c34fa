"""Films from sources come into the catalogue once, whatever happens on the way."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image
from sqlalchemy import Engine

from catalog.catalog import Catalog
from catalog.records import MovieRecord
from catalog.sources.detection import source_at
from catalog.sources.importing import import_films
from catalog.sources.source import SourceFilm, SourceNotes
from tests.catalog.sources.conftest import Lay

Film = Callable[..., MovieRecord]
Bytes = Callable[..., bytes]


class Listed:
    """A source of films that a test lists."""

    name = "listed"

    def __init__(self, films: Sequence[SourceFilm], at_once: int = 1) -> None:
        self.at_once = at_once
        self._films = films

    def description(self) -> Sequence[str]:
        return ["A list."]

    def count(self) -> int | None:
        return None

    def films(self, notes: SourceNotes) -> Iterator[SourceFilm]:
        yield from self._films


def failing() -> bytes:
    raise ValueError("the site is gone")


@pytest.mark.parametrize("at_once", [1, 3])
def test_a_picture_that_cannot_be_had_costs_only_its_film(
    catalog: Catalog, film: Film, poster: Bytes, at_once: int
) -> None:
    films = [SourceFilm(f"n{n}", film(n), lambda n=n: poster(n)) for n in range(1, 20)]  # type: ignore[misc]
    films[4] = SourceFilm("n5", film(5), failing)
    films[6] = SourceFilm("n7", film(7), lambda: b"no picture")
    report = import_films(catalog, Listed(films, at_once))
    assert report.added == 17
    assert report.skipped[0] == "n5: the site is gone"
    assert report.skipped[1].startswith("n7: ")
    order = [card.imdb_id for card in catalog.all_cards()]
    assert order == sorted(order), "in the source's order, however they were read"


def test_a_film_without_a_picture_only_brings_facts(catalog: Catalog, film: Film) -> None:
    catalog.add(film(1, rating=5.0), None, "test")
    films = [SourceFilm(f"n{n}", film(n, rating=7.0), None) for n in (1, 2)]
    report = import_films(catalog, Listed(films))
    assert (report.added, report.updated) == (0, 1)
    assert report.skipped == ["n2: there is no picture"]


def test_a_picture_from_elsewhere_is_fetched_once(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    fetched = []

    def fetch() -> bytes:
        fetched.append(1)
        return poster(1)

    source = Listed([SourceFilm("n1", film(1), fetch, "https://a.example/1.jpg")], 2)
    assert import_films(catalog, source).added == 1
    assert import_films(catalog, source).unchanged == 1
    assert len(fetched) == 1


def test_a_picture_from_elsewhere_whose_file_is_lost_is_fetched_again(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    """As doctor advises once it has put a damaged file aside."""
    films = [SourceFilm("n1", film(1), lambda: poster(1), "https://a.example/1.jpg")]
    import_films(catalog, Listed(films))
    (card,) = catalog.all_cards()
    path = catalog.poster_path(card.content_hash)
    path.rename(path.with_suffix(".damaged"))
    import_films(catalog, Listed(films))
    assert catalog.has_file(card.content_hash)
    assert catalog.all_cards() == [card]


def test_one_film_by_imdbs_id_here_and_tmdbs_there(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    by_tmdb = film(1, imdb_id="tmdb-949", tmdb_id=949)
    by_imdb = film(1, imdb_id="tt0113277", tmdb_id=949, rating=8.3)
    catalog.add(by_tmdb, poster(1), "test")
    catalog.add(by_imdb, poster(1), "test")
    catalog.add(by_tmdb, poster(2), "test")
    assert catalog.movies() == 1
    cards = catalog.by_imdb("tt0113277")
    assert [card.rating for card in cards] == [6.5, 6.5]
    assert len(cards) == 2


def test_two_imdb_ids_are_two_films_whatever_tmdb_says(
    catalog: Catalog, film: Film, poster: Bytes
) -> None:
    for number in (1, 2):
        catalog.add(film(number, tmdb_id=949), poster(number), "test")
    assert catalog.movies() == 2


def test_an_id_for_a_title_never_replaces_one(catalog: Catalog, film: Film) -> None:
    catalog.add(film(1, title="Heat"), None, "test")
    catalog.add(film(1, title="tt0000001"), None, "test")
    assert catalog.known_films().of("tt0000001", None) is not None
    assert catalog.add(film(1, title="Heat"), None, "test").change == "unchanged"


def test_unknown_genres_erase_none(catalog: Catalog, film: Film, poster: Bytes) -> None:
    catalog.add(film(1), poster(1), "test")
    catalog.add(film(1, genres=()), None, "test")
    assert catalog.by_imdb("tt0000001")[0].genres == ("Crime", "Drama")


def test_a_photograph_is_imported_and_a_torn_one_named(
    catalog: Catalog, lay_files: Lay, paint: Callable[..., Image.Image]
) -> None:
    buffer = BytesIO()
    pillow_heif.from_pillow(paint(1, (300, 450))).save(buffer, quality=90)
    heic = buffer.getvalue()
    root = lay_files({"Heat (1995).HEIC": heic, "Torn (1996).heic": heic[: len(heic) // 2]})
    report = import_films(catalog, source_at(root))
    assert [card.title for card in catalog.all_cards()] == ["Heat"]
    assert report.skipped[0].startswith("Torn (1996).heic: ")


KILLED = """
import os, random, signal, sys
from catalog.catalog import Catalog
from catalog.database import connect
from catalog.importer import Importer
from catalog.sources.detection import source_at
from catalog.sources.importing import import_films
from sqlalchemy import event
import catalog.importer
url, posters, root, kills = sys.argv[1:]
catalog.importer.BATCH_ITEMS = 4
rng = random.Random(7)
for kill in range(int(kills)):
    left = rng.randrange(1, 150)
    if os.fork() == 0:
        def count(*args, **options):
            global left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        fsync, replace = os.fsync, os.replace
        os.fsync = lambda file: (count(), fsync(file), count())
        engine = connect(url)
        for name in ("before_cursor_execute", "after_cursor_execute", "commit", "begin"):
            event.listen(engine, name, count)
        import_films(Catalog(engine, __import__("pathlib").Path(posters)), source_at(
            __import__("pathlib").Path(root)), workers=2)
        os._exit(0)
    _, status = os.wait()
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


@pytest.mark.slow
def test_fifty_kills_lose_and_double_no_film(
    catalog: Catalog, engine: Engine, tmp_path: Path, lay_files: Lay, poster: Bytes
) -> None:
    """Each at a random one of the moments that matter: around every statement, commit and sync."""
    root = lay_files({f"Film {n} (19{n}).jpg": poster(n, "JPEG") for n in range(10, 60)})
    place = (str(engine.url), str(tmp_path / "posters"), str(root), "50")
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KILLED, *place],
        capture_output=True,
        text=True,
        check=True,
    )
    ended = [int(line) for line in run.stdout.split()]
    assert len(ended) == 50
    assert ended.count(-signal.SIGKILL) >= 10, "later ones find little left to do"
    import_films(catalog, source_at(root))
    cards = catalog.all_cards()
    assert sorted(card.title for card in cards) == [f"Film {n}" for n in range(10, 60)]
    assert len({card.content_hash for card in cards}) == catalog.movies() == 50
    flaws = catalog.flaws()
    assert (flaws.lost, flaws.clashes) == ([], [])


def test_two_spellings_of_a_name_are_one_film_and_importing_again_changes_nothing(
    catalog: Catalog, lay_files: Lay, poster: Bytes
) -> None:
    names = ("Heat (1995).jpg", "heat.1995.1080p.jpg", "other/HEAT (1995).jpg")
    root = lay_files({name: poster(n, "JPEG") for n, name in enumerate(names, 1)})
    first, again = (import_films(catalog, source_at(root)) for _ in range(2))
    assert (first.added, first.updated, again.updated, again.unchanged) == (1, 2, 0, 3)
    assert catalog.all_cards()[0].title == "Heat"
