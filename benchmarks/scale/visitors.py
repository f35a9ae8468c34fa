"""Visitors who upload, rate and look at what they got, and remember what was acknowledged."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

import httpx

from benchmarks.scale.web_machines import Balancer, WebMachine

VISITORS = 4
RATED_IN_TURN = ("good", "okay", "bad")


@dataclass(frozen=True)
class Recommended:
    """What an upload was answered with: the key with which its owner rates, and the film that has
    this very poster."""

    id: str
    key: str
    same_as: str | None

    def rate(self, client: httpx.Client, rating: str) -> None:
        """Raises httpx.HTTPError."""
        client.put(
            f"/api/v1/recommendations/{self.id}/rating",
            json={"rating": rating},
            headers={"Authorization": f"Bearer {self.key}"},
        ).raise_for_status()


def recommended(client: httpx.Client, poster: bytes) -> Recommended:
    """Raises httpx.HTTPError."""
    answer = client.post("/api/v1/recommendations", files={"poster": poster})
    said = answer.raise_for_status().json()
    film = said["same_as"]
    return Recommended(said["id"], said["rating_key"], film and film["imdb_id"])


class Visitors:
    """VISITORS at once until the block ends, each with its next request once the last is answered,
    each request to the machine whose turn it is.

    `acknowledged` is the rating, or None, of each upload by its id; of `requests` some `failed`.
    """

    def __init__(self, balancer: Balancer, posters: Sequence[bytes]) -> None:
        self.acknowledged: dict[str, str | None] = {}
        self.requests = self.failed = 0
        self._balancer, self._posters = balancer, posters
        self._stop, self._changed = threading.Event(), threading.Condition()
        self._threads = [
            threading.Thread(target=self._visit, args=(number,)) for number in range(VISITORS)
        ]

    def __enter__(self) -> Visitors:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, uploads: int) -> None:
        """Until so many more uploads were acknowledged. Raises RuntimeError after two minutes."""
        with self._changed:
            enough = len(self.acknowledged) + uploads
            if not self._changed.wait_for(lambda: len(self.acknowledged) >= enough, 120):
                raise RuntimeError("no machine answers")

    def _visit(self, number: int) -> None:
        clients: dict[str, httpx.Client] = {}
        for turn in itertools.count(number):
            if self._stop.is_set():
                break
            self._upload_and_rate(clients, turn)
        for client in clients.values():
            client.close()

    def _upload_and_rate(self, clients: dict[str, httpx.Client], turn: int) -> None:
        """An upload, its rating, its page and its picture, each from the machine in turn; the
        first that fails ends it."""
        said: Recommended | None = None
        rating = RATED_IN_TURN[turn % len(RATED_IN_TURN)]
        for step in ("upload", "rating", "page", "picture"):
            with self._balancer.turn() as machine:
                client = clients.setdefault(
                    machine.url, httpx.Client(base_url=machine.url, timeout=60, trust_env=False)
                )
                try:
                    if step == "upload":
                        said = recommended(client, self._posters[turn % len(self._posters)])
                    elif said is not None and step == "rating":
                        said.rate(client, rating)
                    elif said is not None:
                        place = f"/r/{said.id}" if step == "page" else f"/uploads/{said.id}.jpg"
                        client.get(place).raise_for_status()
                    well = True
                except httpx.HTTPError:
                    well = False
            with self._changed:
                self.requests += 1
                self.failed += not well
                if well and said is not None and step in ("upload", "rating"):
                    self.acknowledged[said.id] = rating if step == "rating" else None
                    self._changed.notify_all()
            if not well:
                return


def read_back(machines: Sequence[WebMachine], acknowledged: dict[str, str | None]) -> list[str]:
    """The uploads of which a machine lacks the answer, the picture or the rating. One whose rating
    was not acknowledged may have it all the same."""
    lost = []
    for machine in machines:
        with httpx.Client(base_url=machine.url, timeout=60, trust_env=False) as client:
            for number, rating in acknowledged.items():
                answer = client.get(f"/api/v1/recommendations/{number}")
                picture = client.get(f"/uploads/{number}.jpg")
                kept = answer.is_success and picture.is_success
                if not kept or (rating is not None and answer.json()["rating"] != rating):
                    lost.append(number)
    return sorted(set(lost))
