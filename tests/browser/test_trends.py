"""The page of years: its plots, and the slider that turns the year without leaving the page."""

from typing import TYPE_CHECKING, Any

import pytest

from onesheet.instance import Instance

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def test_the_slider_turns_the_year_and_the_plots_are_drawn(visit: Any, instance: Instance) -> None:
    page: Page = visit("/trends")
    last, before = [each.first for each in reversed(instance.trends.book().years())][:2]
    slider = page.get_by_label("Year", exact=True)
    slider.focus()
    for year in range(last - 1, before - 1, -1):
        page.keyboard.press("ArrowLeft")
        page.locator("#year-title", has_text=str(year)).wait_for()
    page.wait_for_url(f"**/trends?year={before}")
    assert slider.evaluate("element => element === document.activeElement")
    shown = page.locator("#year-part .hung button[name=sample]")
    examples = instance.trends.book().period(before, before).examples
    assert [int(n) for n in shown.evaluate_all("all => all.map(e => e.value)")] == list(examples)
    plots = page.locator("[data-plot]")
    assert plots.count() == 4
    for plot in plots.all():
        plot.scroll_into_view_if_needed()
    page.locator("[data-plot][data-drawn]").nth(3).wait_for()
