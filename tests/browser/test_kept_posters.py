"""Films kept in a browser, where the catalogue was built anew meanwhile."""

from typing import TYPE_CHECKING, Any

import pytest

from catalog.catalog import PosterCard
from onesheet.instance import Instance

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

KEEP = """films => localStorage.setItem("onesheet-collections", JSON.stringify({
  open: "1", all: [{ id: "1", name: "", note: "", searches: false, films }],
}))"""


def kept(card: PosterCard, **now: Any) -> dict[str, Any]:
    """The film as a browser keeps it, but for what is otherwise `now`."""
    film: dict[str, Any] = {"id": card.poster_id, "poster": card.content_hash, "genres": []}
    film |= {"title": card.title, "imdb_id": card.imdb_id, "imdb_url": None}
    film |= {"width": card.width, "height": card.height, "year": card.year, "rating": card.rating}
    return film | now


def test_more_like_a_kept_film_is_never_more_like_another(page: "Page", instance: Instance) -> None:
    same, moved, gone, other = instance.catalog.all_cards()[:4]
    films = [kept(same), kept(moved, id=other.poster_id), kept(gone, poster="ab" * 32)]
    page.evaluate(KEEP, films)

    def more(card: PosterCard) -> Any:
        return page.get_by_role("button", name=f"More like this: {card.title}", exact=True)

    page.goto("/collections")
    page.get_by_text("No longer in this catalogue").wait_for()
    assert more(gone).count() == 0
    more(moved).click()
    page.get_by_text("no longer in the catalogue").wait_for()
    page.goto("/collections")
    more(same).click()
    page.get_by_role("heading", name=f"Posters most like {same.title}", exact=True).wait_for()
