"""What an operator may set, from the environment; each default is stated here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FETCH = "ONESHEET_FETCH_URLS"
KEEP = "ONESHEET_KEEP_DAYS"
TMDB = "ONESHEET_TMDB_KEY"
OMDB = "ONESHEET_OMDB_KEY"
HOSTS = "ONESHEET_TRUSTED_HOSTS"
MOST_DAYS = 36_500
SWITCH = {"on": True, "1": True, "true": True, "off": False, "0": False, "false": False}


class SettingsError(ValueError):
    """A setting that means nothing; the message names it and says what it may be."""


@dataclass(frozen=True)
class Settings:
    """How one instance treats what people bring.

    `fetch_urls`: whether image addresses are fetched. `keep_days`: how long uploads stay behind
    their permalinks; 0 keeps none. `tmdb_key`, `omdb_key`: where films that the catalogue lacks
    are looked up. `trusted_hosts`: the names this server answers to, as Flask's TRUSTED_HOSTS has
    them; None answers to any.
    """

    fetch_urls: bool = True
    keep_days: float = 30
    tmdb_key: str | None = None
    omdb_key: str | None = None
    trusted_hosts: tuple[str, ...] | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Raises SettingsError. What is unset or empty stays as it is by default."""
        said = {name: text.strip() for name, text in environment.items() if text.strip()}
        hosts = tuple(filter(None, (host.strip() for host in said.get(HOSTS, "").split(","))))
        return cls(
            fetch_urls=_switch(FETCH, said[FETCH]) if FETCH in said else cls.fetch_urls,
            keep_days=_days(said[KEEP]) if KEEP in said else cls.keep_days,
            tmdb_key=said.get(TMDB, cls.tmdb_key),
            omdb_key=said.get(OMDB, cls.omdb_key),
            trusted_hosts=hosts or cls.trusted_hosts,
        )


def _switch(name: str, text: str) -> bool:
    if text.casefold() not in SWITCH:
        raise SettingsError(f"{name} must be on or off, not {text!r}.")
    return SWITCH[text.casefold()]


def _days(text: str) -> float:
    try:
        days = float(text)
    except ValueError:
        days = -1
    if not 0 <= days <= MOST_DAYS:
        raise SettingsError(f"{KEEP} must be a number of days from 0 to {MOST_DAYS}, not {text!r}.")
    return days
