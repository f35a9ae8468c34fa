"""What a page may cost: the first one's bytes, when Plotly comes, and what stays in the cache."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from onesheet.instance import Instance

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

BUDGET = 150 * 1024
"""Compressed bytes of the front page before any poster."""
PLOTLY = "plotly"


@pytest.fixture
def home(full_home: Path, tmp_path: Path) -> Path:
    """With as many posters on the wall as ever hang there."""
    return Path(shutil.copytree(full_home, tmp_path / "instance"))


@pytest.fixture
def fetched(visit: Any) -> Any:
    """Opens a page in an empty browser and gives it with all it asked for, in that order."""

    def fetched(path: str) -> "tuple[Page, list[Request]]":
        page: Page = visit("about:blank")
        requests: list[Request] = []
        page.on("request", lambda request: requests.append(request))
        page.goto(path)
        page.wait_for_load_state("networkidle")
        return page, requests

    return fetched


@pytest.fixture
def result(instance: Instance) -> str:
    from onesheet.queries.query import from_sample

    return f"/r/{instance.recommender.recommend(from_sample('3', instance.catalog)).id}"


def is_poster(request: "Request") -> bool:
    return "/posters/" in request.url or "/uploads/" in request.url


def sent(request: "Request") -> int:
    """The bytes of the answer's body as they left the server."""
    answer = request.response()
    assert answer
    return int(answer.headers["content-length"])


def test_the_first_page_is_light_before_its_posters(fetched: Any) -> None:
    page, requests = fetched("/")
    assert page.locator(".wall .blurred").count() == 100
    sizes = {
        each.url: sent(each)
        for each in requests
        if not is_poster(each) and not each.url.startswith(("data:", "about:"))
    }
    assert len(sizes) > 5
    assert sum(sizes.values()) < BUDGET, sizes


def test_plotly_is_fetched_only_where_a_plot_is(fetched: Any, result: str) -> None:
    for path in ("/", "/about", "/compare", "/collections", f"{result}/report"):
        _, requests = fetched(path)
        assert not [each.url for each in requests if PLOTLY in each.url], path


def test_plotly_comes_after_the_posters(fetched: Any, result: str) -> None:
    page, requests = fetched(result)
    page.locator("[data-plot=scatter]").scroll_into_view_if_needed()
    page.locator("[data-plot=scatter][data-drawn]").wait_for()
    names = [each.url for each in requests]
    plotly = next(place for place, url in enumerate(names) if PLOTLY in url)
    shown = page.evaluate(
        "[...document.querySelectorAll('.query img, .five img')].map(image => image.currentSrc)"
    )
    for poster in shown:
        if not poster.startswith("data:"):
            assert names.index(poster) < plotly


def test_what_never_changes_is_kept_for_good(fetched: Any, result: str) -> None:
    _, requests = fetched(result)
    kept = [each for each in requests if "/assets/" in each.url or "/posters/" in each.url]
    assert len(kept) > 10
    for each in kept:
        answer = each.response()
        assert answer
        assert "immutable" in answer.headers["cache-control"], each.url
        assert "max-age=31536000" in answer.headers["cache-control"], each.url
