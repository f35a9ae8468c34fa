"""TMDB as it is asked: developer.themoviedb.org/reference."""

import json
import os
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from catalog.records import CatalogError
from catalog.sources.genre_vocabulary import genres_of
from catalog.sources.web import Web

TMDB_API: Final = "https://api.themoviedb.org/3"
OTHER_THAN_TMDB: Final = "TMDB did not answer as it should"
_WIDTHS: Final = ("w780", "w500", "original")
CONFIGURATION_KEPT: Final = 3 * 86_400.0
"""Seconds; TMDB asks to look for changes every few days only."""


class Tmdb:
    """TMDB's answers, by a key of either kind."""

    def __init__(
        self, web: Web, key: str, api: str = TMDB_API, *, configuration: Path | None = None
    ) -> None:
        """`configuration` is the file that keeps TMDB's configuration for `CONFIGURATION_KEPT`;
        None: it is asked for each time."""
        self._web, self._key, self._api = web, key.strip(), api
        self._configuration = configuration

    def ask(self, path: str, **fields: str) -> dict[str, Any]:
        """Return what TMDB answers. Raises ValueError where it answers something else."""
        token = self._key.startswith("eyJ")  # the newer, longer kind goes into a header
        query = urlencode(fields if token else {**fields, "api_key": self._key})
        headers = {"Authorization": f"Bearer {self._key}"} if token else {}
        said = self._web.json(f"{self._api}/{path}?{query}", headers)
        if not isinstance(said, dict):
            raise CatalogError(OTHER_THAN_TMDB)
        return said

    @cached_property
    def genres(self) -> dict[int, str]:
        """TMDB's genres by its numbers."""
        listed = listed_objects(self.ask("genre/movie/list"), "genres")
        return {each["id"]: each["name"] for each in listed if _is_named(each)}

    def genre_numbers(self, said: str) -> str:
        """Return genres as `discover` takes them, by TMDB's numbers: `27,Sci-Fi` for all of them,
        `27|Sci-Fi` for any. Raises `CatalogError` for one that TMDB has not."""
        known = {genres_of([name])[0]: number for number, name in self.genres.items()}

        def number(name: str) -> str:
            found = name if name.isdecimal() else known.get(genres_of([name])[0])
            if found is None:
                listed = ", ".join(self.genres.values())
                raise CatalogError(f"TMDB has no genre {name}, but {listed}.")
            return str(found)

        return "".join(
            part if part in ",|" else number(part.strip()) for part in re.split("([,|])", said)
        )

    @cached_property
    def pictures(self) -> str:
        """Where posters are, in a size that TMDB says it has."""
        kept = self._kept_images()
        images: Any = kept if _poster_base(kept) else self.ask("configuration").get("images")
        base = _poster_base(images)
        if base is None:
            raise CatalogError(OTHER_THAN_TMDB)
        if images is not kept:
            self._keep_images(images)
        sizes = images.get("poster_sizes")
        there = sizes if isinstance(sizes, list) else ()
        return base + next((width for width in _WIDTHS if width in there), "original")

    def _kept_images(self) -> Any:
        """What TMDB said of images some days ago at most; None where that is not known."""
        with suppress(OSError, ValueError, TypeError):
            if self._configuration is not None:
                age = time.time() - self._configuration.stat().st_mtime
                if 0 <= age <= CONFIGURATION_KEPT:
                    return json.loads(self._configuration.read_bytes())
        return None

    def _keep_images(self, images: Any) -> None:
        """Keep it where that is possible: an import needs no such file."""
        if self._configuration is not None:
            partial = self._configuration.with_suffix(f".{os.getpid()}")
            with suppress(OSError):
                partial.write_text(json.dumps(images), encoding="utf-8")
                partial.replace(self._configuration)

    def poster(self, path: str) -> Callable[[], bytes]:
        """Return a function that fetches a poster by TMDB's path of it."""
        address = self.pictures + path
        return lambda: self._web.image(address)


def _poster_base(images: Any) -> str | None:
    """Where pictures are, as TMDB's configuration says it; None where it does not."""
    base = images.get("secure_base_url") if isinstance(images, dict) else None
    return base if isinstance(base, str) and base.startswith("https://") else None


def listed_objects(said: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the objects of a list in an answer; [] where there is none."""
    found = said.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _is_named(said: dict[str, Any]) -> bool:
    return isinstance(said.get("id"), int) and isinstance(said.get("name"), str)
