"""A poster dropped on an answer is asked about next."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from onesheet.base.settings import Settings
from onesheet.instance import Instance
from tests.browser.conftest import RESULT, answered
from tests.browser.test_search_by_file import carried, carried_often

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def test_a_poster_dropped_on_an_answer_is_asked_about_next(page: "Page", new_poster: bytes) -> None:
    page.locator(".wall button").first.click()
    page.wait_for_url(RESULT)
    first = page.url
    files = carried(page, new_poster)
    page.dispatch_event(".five", "dragenter", {"dataTransfer": files})
    page.get_by_text("Drop the poster here").wait_for(state="visible")
    page.dispatch_event(".five", "drop", {"dataTransfer": files})
    page.wait_for_url(lambda address: address != first)
    assert answered(page) == "Posters most like yours"
    page.go_back()
    assert page.url == first
    assert page.locator(".dropping").is_hidden()
    assert page.get_by_role("dialog").count() == 0


@pytest.fixture
def answer(page: "Page") -> "Page":
    """The page of an answer on which nothing dropped is read before the test lets it be; the names
    of what would be sent are kept instead, and how often the page was stopped is counted."""
    page.locator(".wall button").first.click()
    page.wait_for_url(RESULT)
    page.evaluate(
        """async () => {
          const picture = await createImageBitmap(document.createElement("canvas"));
          [window.reading, window.sent, window.stops] = [[], [], 0];
          window.createImageBitmap = () => new Promise((done) => reading.push(() => done(picture)));
          window.stop = () => { stops += 1; };
          HTMLFormElement.prototype.submit = function () {
            sent.push(this.elements.namedItem("poster").files[0].name);
          };
        }"""
    )
    return page


READ = "(place) => { reading[place](); return new Promise((done) => setTimeout(done)); }"
"""The browser is done with what was dropped first, or second."""


@pytest.mark.parametrize("key", ["Enter", "Escape"])
def test_a_poster_dropped_on_an_answer_is_called_back(
    answer: "Page", new_poster: bytes, key: str
) -> None:
    answer.dispatch_event(".five", "drop", {"dataTransfer": carried(answer, new_poster)})
    sending = answer.get_by_role("dialog", name="Looking for posters like it")
    sending.wait_for()
    answer.keyboard.press(key)  # the focus is on its button
    sending.wait_for(state="hidden")
    answer.evaluate(READ, 0)
    assert answer.evaluate("[sent, stops]") == [[], 0]


def test_of_posters_dropped_on_an_answer_the_latest_is_sent(
    answer: "Page", new_poster: bytes
) -> None:
    for name in ("large.png", "small.png"):
        files = carried(answer, new_poster, name)
        answer.dispatch_event(".five", "drop", {"dataTransfer": files})
    for place in (1, 0):
        answer.evaluate(READ, place)
    assert answer.evaluate("sent") == ["small.png"]


@pytest.fixture
def keeps_nothing(instance: Instance) -> None:
    instance.home = replace(instance.home, settings=Settings(keep_days=0))


@pytest.mark.usefixtures("keeps_nothing")
def test_drafts_dropped_on_an_answer_are_refused_where_nothing_is_kept(
    answer: "Page", new_poster: bytes
) -> None:
    answer.dispatch_event(".five", "drop", {"dataTransfer": carried_often(answer, new_poster, 2)})
    told = "Posters are not kept here, so drafts cannot be compared."
    answer.get_by_role("dialog", name=told).get_by_role("button", name="Close").click()
    assert answer.evaluate("reading.length") == 0
    answer.dispatch_event(".five", "drop", {"dataTransfer": carried(answer, new_poster)})
    sending = answer.get_by_role("dialog", name="Looking for posters like it")
    sending.get_by_role("button", name="Cancel").wait_for()
    answer.evaluate(READ, 0)
    assert answer.evaluate("sent") == ["mine.png"]


def test_what_is_on_its_way_from_an_answer_stops_when_it_is_called_back(
    answer: "Page", new_poster: bytes
) -> None:
    answer.dispatch_event(".five", "drop", {"dataTransfer": carried(answer, new_poster)})
    answer.evaluate(READ, 0)
    answer.get_by_role("button", name="Cancel").click()
    assert answer.evaluate("[sent, stops]") == [["mine.png"], 1]


def test_more_posters_than_are_compared_are_refused_before_they_are_sent_and_stop_nothing(
    answer: "Page", new_poster: bytes
) -> None:
    answer.dispatch_event(".five", "drop", {"dataTransfer": carried_often(answer, new_poster, 7)})
    told = re.compile("^More than 6 posters at once are no drafts of one")
    answer.get_by_role("dialog", name=told).get_by_role("button", name="Close").click()
    assert answer.evaluate("[reading.length, stops]") == [0, 0]


def test_a_poster_too_large_is_refused_by_its_name_before_it_is_sent(answer: "Page") -> None:
    answer.evaluate("document.querySelector('[data-sending]').dataset.largest = 2 ** 20")
    files = carried(answer, bytes(2**20 + 1))
    answer.dispatch_event(".five", "drop", {"dataTransfer": files})
    answer.evaluate(READ, 0)
    told = "mine.png is larger than 1 MB; choose a smaller copy."
    answer.get_by_role("dialog", name=told).get_by_role("button", name="Close").click()
    assert answer.evaluate("[sent, stops]") == [[], 0]
