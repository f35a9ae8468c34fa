"""The network for sources of films, which an operator names: tables' addresses, and services."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from onesheet.fetching.errors import FetchError, OtherAnswerError, StatusError, UnfetchedSiteError
from onesheet.fetching.fetcher import Fetcher, Limits
from onesheet.fetching.film_services import Outside

T = TypeVar("T")

SERVICE_LIMITS = Limits(seconds=30.0, at_once=16)
ATTEMPTS = 6
SERVER_ATTEMPTS = 3
"""A server of one's own is there, or was mistyped."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds; the wait doubles with every attempt, and is drawn between half of it and all."""
_REFUSED = frozenset({401, 403})


class PictureWeb:
    """Pictures alone, by the guarded client and as the settings permit."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def image(self, url: str) -> bytes:
        """The bytes of a picture. Raises FetchError."""
        return self._outside.picture(url)

    def json(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """Nothing: a table names no services. Raises FetchError."""
        raise FetchError("%(site)s is no picture.", site=url)


class ServiceWeb:
    """A service and its pictures, by the guarded client, patiently: what fails in passing (429,
    5xx, no connection, slowness) is tried again after a while, or when the service says.

    `key` names the setting that a refused key stands in; `headers` go with every question.
    """

    def __init__(
        self,
        key: str,
        fetcher: Fetcher | None = None,
        sleep: Callable[[float], None] = time.sleep,
        seed: int | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        attempts: int = ATTEMPTS,
    ) -> None:
        self._headers, self._attempts = dict(headers or {}), attempts
        self._key, self._fetcher, self._sleep = key, fetcher or Fetcher(SERVICE_LIMITS), sleep
        self._rng = random.Random(seed)

    def image(self, url: str) -> bytes:
        """The bytes of a picture. Raises FetchError, as `json` does."""
        return self._asking(lambda: self._fetcher.image(url, self._headers))

    def json(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """What the service answers. Raises FetchError, which names the setting where the key is
        refused."""
        return self._asking(lambda: self._fetcher.json(url, {**self._headers, **(headers or {})}))

    def _asking(self, fetch: Callable[[], T]) -> T:
        try:
            return self._patiently(fetch)
        except StatusError as error:
            if error.status in _REFUSED:
                raise FetchError(
                    "The service refuses the key; check %(key)s.", key=self._key
                ) from error
            raise

    def _patiently(self, fetch: Callable[[], T]) -> T:
        wait = FIRST_WAIT
        for attempt in range(1, self._attempts + 1):
            try:
                return fetch()
            except FetchError as error:
                if attempt == self._attempts or not error.in_passing:
                    raise
                said = error.retry_after if isinstance(error, StatusError) else None
            self._sleep(min(LONGEST_WAIT, said or wait * self._rng.uniform(0.5, 1.0)))
            wait = min(LONGEST_WAIT, wait * 2)
        raise AssertionError("the last attempt returns or raises")


class ServerWeb(ServiceWeb):
    """A server of the operator's own, at an address that may be private: where something else
    answers, the address is mistyped, rather."""

    def __init__(
        self,
        key: str,
        address: str,
        headers: Mapping[str, str],
        fetcher: Fetcher | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises FetchError where `address` is no plain web address."""
        fetcher = fetcher or Fetcher(SERVICE_LIMITS, trusted=address)
        super().__init__(key, fetcher, sleep, headers=headers, attempts=SERVER_ATTEMPTS)
        self._address = address

    def json(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """What the server answers. Raises FetchError, which names the address where that is
        something else."""
        try:
            return super().json(url, headers)
        except UnfetchedSiteError as error:
            raise FetchError(
                "The server at %(address)s leads to %(site)s; give that address, if it is yours.",
                address=self._address,
                site=error.values["site"],
            ) from error
        except (OtherAnswerError, StatusError) as error:
            if error.in_passing:
                raise
            raise FetchError(
                "The server at %(address)s does not answer as it should; is it the right address?",
                address=self._address,
            ) from error
