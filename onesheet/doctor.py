"""What is wrong with an instance, and which command mends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import distributions

from catalog.files import PosterFiles, is_whole_webp
from catalog.verification import verified_posters
from index import Metric, copies_of
from onesheet.base.settings import PGVECTOR
from onesheet.indexing.same_pictures import MOST_COMPARED, grouped
from onesheet.indexing.stores import index_store
from onesheet.instance import Instance
from onesheet.portraits.gallery import load
from onesheet.readiness import (
    AilmentError,
    Checks,
    Finding,
    findings,
    opened_index,
    opened_model,
    whole_database,
)
from onesheet.storage import schema as database
from onesheet.storage.file_places import file_store, tried

FONTS = (
    "font-amatic-sc",
    "font-caladea",
    "font-fredoka-one",
    "font-hanken-grotesk",
    "font-intuitive",
    "font-manrope",
    "font-source-sans-pro",
    "font-source-serif-pro",
    "fontpkg-bebas-neue",
    "fontpkg-heebo",
    "fontpkg-noto-sans",
    "fontpkg-noto-sans-arabic",
    "fontpkg-noto-sans-thai",
    "noto-cjk-sans-jp-regular",
)
"""The installed packages that pages, contact sheets and the demo's posters letter with."""
NEED_THE_INDEX = ("vectors", "coverage", "portraits", "duplicates")
"""Checks that are left out where the index is ill, which is said once."""
ZEROS = bytes(512)
"""A sector that a disk has lost; no compressed picture holds as many zeros."""
FILES_NAMED = 3
"""Missing files that are named; the others are only counted."""


def examine(instance: Instance) -> Iterator[Finding]:
    """Every check in turn; a check that fails does not stop the next."""
    checks: Checks = {
        "database": _database,
        "files": lambda instance: tried(instance.home),
        "posters": _posters,
        "uploads": _uploads,
        "thumbnails": _thumbnails,
        "model": opened_model,
        "index": opened_index,
        **({"vectors": _vectors} if instance.home.settings.vectors == PGVECTOR else {}),
        "coverage": _coverage,
        "portraits": _portraits,
        "duplicates": _duplicates,
        "votes": _votes,
        "fonts": _fonts,
    }
    yield from findings(instance, checks, NEED_THE_INDEX)


def _database(instance: Instance) -> str:
    revision = database.revision(instance.engine)
    if revision != database.HEAD:
        raise AilmentError(f"at version {revision}, not {database.HEAD}; run `onesheet serve` once")
    whole_database(instance)
    counts = instance.catalog.counts()
    return f"version {revision}, {counts.movies} movies, {counts.posters} posters"


def _uploads(instance: Instance) -> str:
    """Records that say their upload is kept, against the files."""
    store, later = instance.upload_store, datetime.max.replace(tzinfo=UTC)
    place = instance.home.settings.files or instance.home.uploads
    kept = lost = 0
    for each in instance.feedback.expiring(later):
        kept += 1
        lost += not store.is_whole(each)
    if lost:
        raise AilmentError(
            f"{lost} of {kept} uploads are gone from {place}, or "
            "damaged; restore them from a copy, or let their records expire"
        )
    return f"all {kept} files are there and whole"


def _thumbnails(instance: Instance) -> str:
    """Made anew when they are next shown, so what is cut short or zeroed is removed."""
    files = list(instance.home.thumbnails.glob("*/*.webp"))
    torn = [path for path in files if not is_whole_webp(path) or ZEROS in path.read_bytes()]
    for path in torn:
        path.unlink(missing_ok=True)
    return f"{len(torn)} of {len(files)} were damaged and are made anew" if torn else "all whole"


def _posters(instance: Instance) -> str:
    found = verified_posters(instance.engine, PosterFiles(instance.poster_files))
    bad = found.missing + found.damaged
    if bad:
        named = ", ".join(bad[:FILES_NAMED]) + (" ..." if len(bad) > FILES_NAMED else "")
        raise AilmentError(
            f"{len(found.missing)} poster files are missing or cut short, {len(found.damaged)} are "
            f"damaged and were put aside ({named}); import them again"
        )
    noted = f"; the digests of {found.noted} were taken now" if found.noted else ""
    return f"all {found.files} files are there and whole{noted}"


def _vectors(instance: Instance) -> str:
    """Asks PostgreSQL itself, also where this machine searches a copy."""
    home, settings = instance.home, replace(instance.home.settings, vectors_copy=False)
    there = index_store(replace(home, settings=settings), instance.engine).load()
    there.search(there.embeddings(there.poster_ids[:1])[0], Metric.COSINE, 1)
    servers = len(settings.vectors_servers)
    place = f"on {servers} servers" if servers else "in PostgreSQL"
    copies = copies_of(instance.live().store)
    if copies is None:
        return f"{len(there)} {place}"
    if copies.wanted() is not None:
        return f"{len(there)} {place}; no copy on this machine, a server that runs here makes one"
    return f"{len(there)} {place}; this machine searches its copy of them"


def _portraits(instance: Instance) -> str:
    fingerprint = instance.index().manifest.fingerprint
    files = file_store(instance.home, "genres")
    if files.entry(f"{fingerprint}.json") and load(files, fingerprint) is None:
        raise AilmentError("what genres look like cannot be read; run `onesheet index`")
    return "readable" if load(files, fingerprint) else "none; `onesheet index` makes them"


def _coverage(instance: Instance) -> str:
    indexed = set(instance.index().poster_ids.tolist())
    posters = instance.catalog.poster_ids()
    if posters != indexed:
        lacking, gone = len(posters - indexed), len(indexed - posters)
        raise AilmentError(
            f"{lacking} posters are not in the index and {gone} of the "
            "index are gone; run `onesheet index`"
        )
    return "the index holds exactly the catalogue's posters"


def _duplicates(instance: Instance) -> str:
    """Not wrong, since films may share a poster; but worth a look."""
    index = instance.index()
    pairs = index.duplicates
    if pairs is None and index.manifest.n > MOST_COMPARED:
        return f"not looked for among more than {MOST_COMPARED} posters"
    if pairs is None:
        return "not looked for; `onesheet index` does"
    groups = grouped(pairs.tolist())
    cards = instance.catalog.cards([number for group in groups for number in group])
    names = [
        " = ".join(f"{cards[n].title} ({cards[n].imdb_id})" for n in group if n in cards)
        for group in groups
    ]
    return f"{len(groups)} pictures on several posters{': ' if names else ''}{'; '.join(names)}"


def _votes(instance: Instance) -> str:
    """Not wrong either: what came too fast counts for no distance."""
    aside = instance.bursts.count()
    return f"{aside} ratings came in bursts and count for no distance" if aside else "no bursts"


def _fonts(instance: Instance) -> str:
    missing = [name for name in FONTS if not any(distributions(name=name))]
    if missing:
        raise AilmentError(f"run `pip install {' '.join(missing)}`")
    return f"{len(FONTS)} packages"
