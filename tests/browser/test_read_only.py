"""A server that only shows, in a real browser."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from onesheet.base.settings import Settings
from onesheet.instance import Instance

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def test_a_film_is_pinned_on_the_map_and_kept_without_a_search_for_more_like_it(
    visit: Any, instance: Instance
) -> None:
    instance.home = replace(instance.home, settings=Settings(read_only=True))
    page: Page = visit("/map")
    page.locator("[data-map][data-drawn]").wait_for()
    page.locator(".map canvas").press("ArrowRight")
    pinned = page.locator("[data-film]")
    title = pinned.locator("[data-title]").inner_text()
    pinned.get_by_role("button", name="Keep").click()
    assert pinned.get_by_role("button", name="More like this").count() == 0
    page.get_by_role("link", name="Collections").click()
    page.locator(".kept li").get_by_text(title, exact=True).wait_for()
    assert page.locator(".kept").get_by_role("button", name="More like this").count() == 0
