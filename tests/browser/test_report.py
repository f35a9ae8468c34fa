"""The report on paper: one page, of either size, whatever it has to say."""

import re
from typing import TYPE_CHECKING, Any

import pytest

from onesheet.instance import Instance
from onesheet.queries.likes import MOST_LIKED, from_likes
from tests.browser import axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

PAGE = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture
def report(instance: Instance) -> str:
    from onesheet.queries.query import from_sample

    answer = instance.recommender.recommend(from_sample("4", instance.catalog))
    return f"/r/{answer.id}/report?intended=Horror&intended=Western&intended=Comedy"


@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_the_report_fits_on_one_page_even_with_long_titles(
    visit: Any, report: str, size: str
) -> None:
    page: Page = visit(report)
    page.evaluate(
        "document.querySelectorAll('.hanging b').forEach(each =>"
        " each.append(' or: How Somebody Learned to Stop Worrying and Love the Poster'))"
    )
    page.wait_for_load_state("networkidle")
    assert len(PAGE.findall(page.pdf(format=size, print_background=True))) == 1


def test_the_report_on_as_many_posters_as_may_be_fits_on_one_page(
    visit: Any, instance: Instance
) -> None:
    query = from_likes(range(1, 1 + MOST_LIKED), range(20, 20 + MOST_LIKED), instance.catalog)
    page: Page = visit(f"/r/{instance.recommender.recommend(query).id}/report")
    assert page.locator(".asked .frame").count() == MOST_LIKED
    page.wait_for_load_state("networkidle")
    for size in ("A4", "Letter"):
        sheet = page.pdf(format=size, print_background=True)
        assert len(PAGE.findall(sheet)) == 1, size


def test_on_paper_there_is_only_the_sheet_and_it_is_white_in_the_dark_scheme(
    visit: Any, report: str
) -> None:
    page: Page = visit(report, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    for gone in (".top", ".foot", ".tools"):
        assert not page.locator(gone).is_visible()
    ground = "getComputedStyle(document.querySelector('.paper')).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_the_report_reads_on_a_phone(visit: Any, report: str) -> None:
    page: Page = visit(report, viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_button_prints(visit: Any, report: str) -> None:
    page: Page = visit(report)
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")


def test_six_drafts_fit_on_one_sheet_of_either_size(visit: Any, instance: Instance) -> None:
    from onesheet.queries.query import from_sample

    drafts = [from_sample(str(number), instance.catalog) for number in range(3, 9)]
    named = "&".join(f"draft={instance.recommender.recommend(each).id}" for each in drafts)
    path = f"/compare/report?{named}&intended=Horror&intended=Western&intended=Comedy"
    page: Page = visit(path, viewport={"width": 360, "height": 780}, color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe.violations(page, axe.source()) == []
    page.evaluate(
        "document.querySelectorAll('.film').forEach(each =>"
        " each.append(' or: How Somebody Learned to Stop Worrying and Love the Poster'))"
    )
    page.wait_for_load_state("networkidle")
    for size in ("A4", "Letter"):
        sheet = page.pdf(format=size, landscape=True, print_background=True)
        assert len(PAGE.findall(sheet)) == 1, size
