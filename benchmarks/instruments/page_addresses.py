"""Where pages stand, and those at which `page_equality` compares two versions."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
from PIL import Image

from catalog.images import decode, to_webp

PAGES = {
    "map": "/map",
    "genres": "/genres",
    "genre": "/genres/horror",
    "films": "/films?q=the",
    "colours": "/colours?q=red+and+black",
    "trends": "/trends",
    "learning": "/learning",
    "simulator": "/learning/simulator",
    "drafts": "/compare",
    "batch": "/batch",
    "about": "/about",
    "error": "/nowhere",
    "collections": "/collections",
}
"""Those that stand at the same address in every instance; collections last, as they fill there."""
_SAMPLES = (7, 21)
_TURNS = (0, 90)
"""How far the hues of each draft are turned."""

Addresses = dict[str, str]
"""By the names of what stands there."""


def prepared_instance(client: httpx.Client, home: Path) -> tuple[Addresses, Addresses]:
    """Ask, rate, upload and compare; returns the addresses of the pages and of all else."""
    plain, rated = (_ask(client, sample=str(number)) for number in _SAMPLES)
    for number in range(30, 40):
        each = _ask(client, sample=str(number))
        client.post(f"/r/{each}/rating", data={"rating": ("good", "okay", "bad")[number % 3]})
    client.post(f"/r/{rated}/rating", data={"rating": "good"})
    poster = some_poster(home)
    drafts = [("poster", (f"{turn}.webp", draft(poster, turn), "image/webp")) for turn in _TURNS]
    compared = client.post("/compare", files=drafts).headers["location"]
    uploaded = re.findall(r"draft=([\w-]+)", compared)[0]
    results = client.get(f"/r/{plain}.json").json()["results"]
    genre = next(iter(client.get(f"/r/{plain}.json").json()["genres"]))
    pages = {
        "front": "/?wall=7",
        "result": f"/r/{plain}",
        "rated": f"/r/{rated}",
        "uploaded": f"/r/{uploaded}?intended=Crime",
        "view": f"/r/{plain}?metric=manhattan&colour=0.6&balance=0.3&restrict=false",
        "report": f"/r/{rated}/report?intended=Crime",
        "compare": compared,
        "unknown": "/r/unknown",
        **PAGES,
    }
    api, why = "/api/v1/recommendations", f"why/{results[0]['poster_id']}"
    programs = [
        *(f"/r/{each}.json" for each in (plain, rated, uploaded, "unknown")),
        *(f"{api}/{each}" for each in (plain, rated, uploaded, "unknown", "u" * 70)),
        *(f"{api}/{plain}?{view}" for view in ("colour=0.5&k=9", "metric=cosine", "metric=no")),
        *(f"/r/{each}/{why}.json" for each in (plain, rated, uploaded)),
        *(f"/r/{plain}/genre/{genre}.json", f"{api}/{rated}/{why}", f"{api}/{rated}/genre/{genre}"),
        *(compared.replace("/compare", "/compare.json"), "/compare.json"),
        *("/learning.json", "/learning/ratings.json", "/learning/ratings.csv", "/api/v1/bandit"),
        *("/api/v1/bandit/simulation", "/about.json", "/map.json", "/genres.json"),
        *("/genres/horror.json", "/genres/nothing.json", "/healthz", "/api/v1/nowhere"),
        *("/api/v1/posters?id=3&id=1&id=99999", "/api/v1/posters", f"/r/{uploaded}/card.jpg"),
        *(f"/api/v1/suggestions?q={text}" for text in ("the", "tt0111161", "", "http://a.b/c.jpg")),
        *(f"/uploads/{uploaded}.jpg", results[0]["poster_url"], results[0]["thumbnail_url"]),
        *("/favicon.ico", client.get("/map.json").json()["points_url"]),
    ]
    return pages, {address: address for address in programs}


def _ask(client: httpx.Client, **form: str) -> str:
    """The id of a new recommendation."""
    return client.post("/recommendations", data=form).headers["location"].rpartition("/")[2]


def draft(poster: Image.Image, turn: int) -> bytes:
    """The poster in other colours, their hues turned by so many of 256 steps, as WebP."""
    hue, saturation, value = poster.convert("HSV").split()
    turned = hue.point([(each + turn) % 256 for each in range(256)])
    return to_webp(Image.merge("HSV", (turned, saturation, value)).convert("RGB"))


def some_poster(home: Path) -> Image.Image:
    return decode(sorted((home / "posters").rglob("*.webp"))[5].read_bytes())
