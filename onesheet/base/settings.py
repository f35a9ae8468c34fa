"""What an operator may set, from the environment; each default is stated here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

FETCH = "ONESHEET_FETCH_URLS"
LEARN = "ONESHEET_LEARN_FILMS"
KEEP = "ONESHEET_KEEP_DAYS"
TMDB = "ONESHEET_TMDB_KEY"
OMDB = "ONESHEET_OMDB_KEY"
JELLYFIN = "ONESHEET_JELLYFIN_KEY"
PLEX = "ONESHEET_PLEX_TOKEN"
HOSTS = "ONESHEET_TRUSTED_HOSTS"
PACE = "ONESHEET_RATINGS_A_MINUTE"
PROXIES = "ONESHEET_PROXIES"
UPLOADS_PACE = "ONESHEET_UPLOADS_A_MINUTE"
FETCHES_PACE = "ONESHEET_FETCHES_A_MINUTE"
CHANGES_PACE = "ONESHEET_CHANGES_A_MINUTE"
SUGGESTIONS_PACE = "ONESHEET_SUGGESTIONS_A_MINUTE"
ROOM = "ONESHEET_UPLOADS_MB"
AUDIT = "ONESHEET_AUDIT_LOG"
PASSWORD = "ONESHEET_PASSWORD"  # noqa: S105 - a setting's name
READ_ONLY = "ONESHEET_READ_ONLY"
METRICS = "ONESHEET_METRICS"
PUBLIC = "public"
LOG_FORMAT = "ONESHEET_LOG_FORMAT"
LOG_FORMATS = ("text", "json")
FOR_ADULTS = "ONESHEET_ADULT"
BLURRED, SHOWN_ALIKE, LEFT_OUT = "blurred", "shown", "left-out"
ADULT_WAYS = (BLURRED, SHOWN_ALIKE, LEFT_OUT)
VECTORS_IN = "ONESHEET_VECTORS"
FAISS, PGVECTOR = "faiss", "pgvector"
VECTOR_PLACES = (FAISS, PGVECTOR)
VECTORS_COPY = "ONESHEET_VECTORS_COPY"
VECTORS_SERVERS = "ONESHEET_VECTORS_SERVERS"
POSTGRES = "postgres"
"""How the address of a PostgreSQL begins, be it `postgresql://` or `postgres://`."""
FILES = "ONESHEET_FILES"
FILES_CACHE = "ONESHEET_FILES_CACHE_MB"
OBJECT_STORE = re.compile(r"(s3|gs|az)://[^/\s]+(/[^\s]*)?", re.ASCII)
ANY_HOST = "*"
MOST_DAYS = 36_500
SWITCH = {"on": True, "1": True, "true": True, "off": False, "0": False, "false": False}
"""What a setting or a field may say for on and off."""


class SettingsError(ValueError):
    """A setting that means nothing; the message names it and says what it may be."""


@dataclass(frozen=True)
class Settings:
    """How one instance treats what people bring.

    `fetch_urls`: whether image addresses are fetched. `keep_days`: how long uploads are shown
    behind their permalinks; 0 keeps none. `tmdb_key`, `omdb_key`: where films that the catalogue
    lacks are looked up; `jellyfin_key`, `plex_token`: of the servers whose films are imported.
    `learn_films`: whether a film that was looked up stays in the catalogue. `trusted_hosts`: the
    names this server answers to, as Flask's TRUSTED_HOSTS has them; None answers to any, but a
    server that only its own machine reaches to local names; an empty one to any in any case.
    `ratings_a_minute`: more from one address are a burst that counts for nothing; 0: none is.
    `proxies`: how many in front tell the visitor's address and scheme. `uploads_a_minute`,
    `fetches_a_minute`, `changes_a_minute` (ratings, thumbs and deletions) and
    `suggestions_a_minute` (explanations, views, simulations and comparisons too): more from one
    address, or by one key, is refused; 0: none is. `password`: what everybody is asked for, or
    werkzeug's hash of it. `read_only`: nothing can be asked or rated. `uploads_mb`: of kept
    uploads, beyond which the first to expire go; 0: however many. `audit_log`: the file in which
    each change is a line. `metrics`: whether `/metrics` has figures for Prometheus, and
    `public_metrics`: for anybody who asks, not only for this machine and for who has a password or
    a key. `log_format`: one of LOG_FORMATS.
    `vectors`: where embeddings are kept and searched, one of VECTOR_PLACES; `vectors_copy`: whether
    a server searches a copy of PostgreSQL's on its own disk; `vectors_servers`: the addresses of
    the databases that share them, in their order; without any the one with the rows has them.
    `files`: the address of an object store that has posters, uploads, indexes and models; None: the
    instance's folder has them. `files_cache_mb`: of copies that a machine keeps of its posters.
    `adult`: how a server shows the posters of films for adults, one of ADULT_WAYS.
    """

    fetch_urls: bool = True
    keep_days: float = 30
    tmdb_key: str | None = None
    omdb_key: str | None = None
    jellyfin_key: str | None = None
    plex_token: str | None = None
    learn_films: bool = False
    trusted_hosts: tuple[str, ...] | None = None
    ratings_a_minute: int = 20
    proxies: int = 0
    uploads_a_minute: int = 30
    fetches_a_minute: int = 10
    changes_a_minute: int = 120
    suggestions_a_minute: int = 300
    uploads_mb: int = 2000
    password: str | None = field(default=None, repr=False)
    read_only: bool = False
    audit_log: str | None = None
    metrics: bool = False
    public_metrics: bool = False
    log_format: str = LOG_FORMATS[0]
    adult: str = BLURRED
    vectors: str = FAISS
    vectors_copy: bool = False
    vectors_servers: tuple[str, ...] = field(default=(), repr=False)
    files: str | None = None
    files_cache_mb: int = 2000

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Raises SettingsError. What is unset or empty stays as it is by default."""
        said = {name: text.strip() for name, text in environment.items() if text.strip()}
        hosts = tuple(filter(None, (host.strip() for host in said.get(HOSTS, "").split(","))))
        return cls(
            fetch_urls=switch(FETCH, said.get(FETCH), cls.fetch_urls),
            keep_days=_days(said[KEEP]) if KEEP in said else cls.keep_days,
            tmdb_key=said.get(TMDB, cls.tmdb_key),
            omdb_key=said.get(OMDB, cls.omdb_key),
            jellyfin_key=said.get(JELLYFIN, cls.jellyfin_key),
            plex_token=said.get(PLEX, cls.plex_token),
            learn_films=switch(LEARN, said.get(LEARN), cls.learn_films),
            trusted_hosts=() if ANY_HOST in hosts else hosts or cls.trusted_hosts,
            ratings_a_minute=_whole(PACE, said.get(PACE), cls.ratings_a_minute),
            proxies=_whole(PROXIES, said.get(PROXIES), cls.proxies),
            uploads_a_minute=_whole(UPLOADS_PACE, said.get(UPLOADS_PACE), cls.uploads_a_minute),
            fetches_a_minute=_whole(FETCHES_PACE, said.get(FETCHES_PACE), cls.fetches_a_minute),
            changes_a_minute=_whole(CHANGES_PACE, said.get(CHANGES_PACE), cls.changes_a_minute),
            suggestions_a_minute=_whole(
                SUGGESTIONS_PACE, said.get(SUGGESTIONS_PACE), cls.suggestions_a_minute
            ),
            uploads_mb=_whole(ROOM, said.get(ROOM), cls.uploads_mb),
            password=said.get(PASSWORD),
            audit_log=said.get(AUDIT),
            read_only=switch(READ_ONLY, said.get(READ_ONLY), cls.read_only),
            metrics=_metrics(said[METRICS]) if METRICS in said else cls.metrics,
            public_metrics=said.get(METRICS) == PUBLIC,
            log_format=_one_of(LOG_FORMAT, said.get(LOG_FORMAT, cls.log_format), LOG_FORMATS),
            adult=_one_of(FOR_ADULTS, said.get(FOR_ADULTS, cls.adult), ADULT_WAYS),
            vectors=_one_of(VECTORS_IN, said.get(VECTORS_IN, cls.vectors), VECTOR_PLACES),
            vectors_copy=switch(VECTORS_COPY, said.get(VECTORS_COPY), cls.vectors_copy),
            vectors_servers=tuple(said.get(VECTORS_SERVERS, "").split()),
            files=_object_store(said[FILES]) if FILES in said else cls.files,
            files_cache_mb=_whole(FILES_CACHE, said.get(FILES_CACHE), cls.files_cache_mb),
        )

    def check_database(self, url: str | None) -> None:
        """Raises SettingsError where vectors are to be in a PostgreSQL, and `url` names none, and
        where they are to be copied from there and are not there."""
        if self.vectors == PGVECTOR and not (url or "").startswith(POSTGRES):
            raise SettingsError(
                f"{VECTORS_IN} must be {FAISS} where ONESHEET_DATABASE_URL names no PostgreSQL, "
                f"not {PGVECTOR!r}."
            )
        if self.vectors_copy and self.vectors != PGVECTOR:
            raise SettingsError(f"{VECTORS_COPY} must be off where {VECTORS_IN} is not {PGVECTOR}.")
        if self.vectors_servers and self.vectors != PGVECTOR:
            raise SettingsError(f"{VECTORS_SERVERS} needs {VECTORS_IN} to be {PGVECTOR}.")
        if not all(each.startswith(POSTGRES) for each in self.vectors_servers):
            raise SettingsError(
                f"{VECTORS_SERVERS} must be addresses of databases, each postgresql://host/name."
            )


def switch(name: str, text: str | None, default: bool) -> bool:
    """Whether a setting is on. Raises SettingsError for a text that says neither on nor off."""
    if text is None:
        return default
    if text.casefold() not in SWITCH:
        raise SettingsError(f"{name} must be on or off, not {text!r}.")
    return SWITCH[text.casefold()]


def _metrics(text: str) -> bool:
    if text != PUBLIC and text.casefold() not in SWITCH:
        raise SettingsError(f"{METRICS} must be on, off or {PUBLIC}, not {text!r}.")
    return SWITCH.get(text.casefold(), True)


def _one_of(name: str, text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        raise SettingsError(f"{name} must be one of {', '.join(known)}, not {text!r}.")
    return text


def _object_store(text: str) -> str:
    if not OBJECT_STORE.fullmatch(text):
        raise SettingsError(
            f"{FILES} must be the address of an object store, s3://bucket/prefix or likewise "
            f"with gs:// or az://, not {text!r}."
        )
    return text.rstrip("/")


def _whole(name: str, text: str | None, default: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise SettingsError(f"{name} must be a whole number from 0 to 99999, not {text!r}.")
    return int(text)


def _days(text: str) -> float:
    try:
        days = float(text)
    except ValueError:
        days = -1
    if not 0 <= days <= MOST_DAYS:
        raise SettingsError(f"{KEEP} must be a number of days from 0 to {MOST_DAYS}, not {text!r}.")
    return days
