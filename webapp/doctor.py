"""A look at an instance's health: what is there, and which command mends what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution

from sqlalchemy.exc import SQLAlchemyError

from webapp import database
from webapp.building import NO_POSTERS
from webapp.duplicates import grouped
from webapp.instance import Instance

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
)
"""The installed packages that the pages and the demo's posters letter with."""
OF_THE_INDEX = ("coverage", "duplicates")
"""Checks that need the index: where it is ill, that is said once."""
NAMED = 3
"""Missing files named before the rest are only counted."""


class AilmentError(Exception):
    """One thing that is wrong, and how to mend it."""


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, whether it is well, and what was found."""

    name: str
    well: bool
    detail: str


def examine(instance: Instance) -> Iterator[Finding]:
    """Every check in turn; a check that fails does not stop the next."""
    checks: dict[str, Callable[[Instance], str]] = {
        "database": _database,
        "posters": _posters,
        "model": _model,
        "index": _index,
        "coverage": _coverage,
        "duplicates": _duplicates,
        "fonts": _fonts,
    }
    ill: set[str] = set()
    for name, check in checks.items():
        if name in OF_THE_INDEX and "index" in ill:
            continue
        try:
            yield Finding(name, True, check(instance))
        except (AilmentError, ValueError, OSError, SQLAlchemyError) as error:
            ill.add(name)
            yield Finding(name, False, str(error))


def _database(instance: Instance) -> str:
    revision = database.revision(instance.engine)
    if revision != database.HEAD:
        raise AilmentError(f"at version {revision}, not {database.HEAD}; run `onesheet serve` once")
    with instance.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            verdict = connection.exec_driver_sql("PRAGMA quick_check").scalar()
            if verdict != "ok":
                raise AilmentError(f"damaged ({verdict}); restore a copy of it")
    counts = instance.catalog.counts()
    return f"version {revision}, {counts.movies} movies, {counts.posters} posters"


def _posters(instance: Instance) -> str:
    cards = instance.catalog.all_cards()
    missing = [card.imdb_id for card in cards if not instance.catalog.has_file(card.content_hash)]
    if missing:
        named = ", ".join(missing[:NAMED]) + (" ..." if len(missing) > NAMED else "")
        raise AilmentError(
            f"{len(missing)} poster files are missing or cut short ({named}); import them again"
        )
    return f"all {len(cards)} files are there"


def _model(instance: Instance) -> str:
    embedder = instance.embedder()
    which = "trained here" if instance.trained else "packaged"
    return f"{which}, {embedder.dimensions} dimensions, {embedder.fingerprint[:12]}"


def _index(instance: Instance) -> str:
    if not instance.catalog.movies():
        raise AilmentError(NO_POSTERS)
    index = instance.index()
    manifest, since = index.manifest, f", {index.changed_share:.1%} changed since"
    return (
        f"{len(index)} posters, {manifest.d} dimensions, checksums right, "
        f"{manifest.fingerprint[:12]}{since if index.changed_share else ''}"
    )


def _coverage(instance: Instance) -> str:
    indexed = set(instance.index().poster_ids.tolist())
    held = {card.poster_id for card in instance.catalog.all_cards()}
    if held != indexed:
        raise AilmentError(
            f"{len(held - indexed)} posters are not in the index and {len(indexed - held)} of the "
            "index are gone; run `onesheet index`"
        )
    return "the index holds exactly the catalogue's posters"


def _duplicates(instance: Instance) -> str:
    """Not wrong, since films may share a poster; but worth a look."""
    pairs = instance.index().duplicates
    if pairs is None:
        return "not looked for; `onesheet index` does"
    groups = grouped(pairs.tolist())
    cards = instance.catalog.cards([number for group in groups for number in group])
    told = [
        " = ".join(f"{cards[n].title} ({cards[n].imdb_id})" for n in group if n in cards)
        for group in groups
    ]
    return f"{len(groups)} pictures on several posters{': ' if told else ''}{'; '.join(told)}"


def _fonts(instance: Instance) -> str:
    missing = []
    for name in FONTS:
        try:
            distribution(name)
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        raise AilmentError(f"run `pip install {' '.join(missing)}`")
    return f"{len(FONTS)} packages"
