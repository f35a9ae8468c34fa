"""The wall of samples: other posters on demand, with scripts and without."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def hanging(page: "Page") -> list[str]:
    ids: list[str] = page.locator(".wall button").evaluate_all("all => all.map(each => each.value)")
    return ids


def test_others_hang_on_the_wall_without_a_reload(page: "Page") -> None:
    page.evaluate("window.same = true")
    before = hanging(page)
    page.get_by_role("link", name="Show others").click()
    page.get_by_text("80 other posters hang here now.").wait_for()
    others = hanging(page)
    assert others != before
    assert sorted(others) == sorted(before)  # the small catalogue hangs whole, in another order
    assert page.evaluate("window.same")
    page.reload()
    assert hanging(page) == others
    page.locator(".wall button").first.click()
    page.wait_for_url("**/r/*")
    page.go_back()
    page.locator(".wall").wait_for()
    assert hanging(page) == others


def test_the_distance_chosen_holds_for_a_poster_of_the_wall(page: "Page") -> None:
    page.get_by_text("Advanced").click()
    page.get_by_label("Distance").select_option("manhattan")
    page.locator(".wall button").first.click()
    page.wait_for_url("**/r/*")
    assert "By Manhattan distance, as you asked" in page.inner_text("main")
    page.goto("/")
    page.locator(".wall button").first.click()
    page.wait_for_url("**/r/*")
    assert "as you asked" not in page.inner_text("main")


def test_without_a_connection_the_wall_stays_and_says_so(page: "Page") -> None:
    before = hanging(page)
    page.route("**/?wall=*", lambda route: route.fulfill(status=404, body=""))
    page.get_by_role("link", name="Show others").click()
    page.get_by_text("Those posters did not arrive").wait_for()
    assert hanging(page) == before


def test_without_scripts_the_link_leads_to_another_wall(visit: Any) -> None:
    page = visit("/", java_script_enabled=False)
    before = [each.get_attribute("value") for each in page.locator(".wall button").all()[:9]]
    page.get_by_role("link", name="Show others").click()
    page.wait_for_url("**/?wall=*")
    others = page.locator(".wall button").all()
    assert len(others) == 80
    assert [each.get_attribute("value") for each in others[:9]] != before
