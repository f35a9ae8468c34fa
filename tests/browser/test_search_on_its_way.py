"""A search on its way is sent once, and nothing covers it."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

# The development server leaves a file to the garbage collector when a browser hangs up on it.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::ResourceWarning")]

# Of each time that it is submitted, whether that was prevented; it is never sent.
SUBMITTED_AGAIN = """() => {
  const prevented = [];
  addEventListener("submit", (event) => {
    prevented.push(event.defaultPrevented);
    event.preventDefault();
  });
  const form = document.querySelector("[data-search]");
  form.elements.namedItem("q").value = "tt0000002";
  form.requestSubmit();
  form.requestSubmit();
  document.querySelector("[data-cancel]").click();
  form.requestSubmit();
  dispatchEvent(new PageTransitionEvent("pageshow"));
  form.requestSubmit();
  dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  form.elements.namedItem("q").value = "tt0000002";
  form.requestSubmit();
  return prevented;
}"""


def test_a_search_that_is_pressed_twice_is_sent_once(page: "Page") -> None:
    """Also where the page's last picture comes between; coming back to it, it is sent anew."""
    assert page.evaluate(SUBMITTED_AGAIN) == [False, True, False, True, False]


@pytest.mark.parametrize(
    ("path", "button"),
    [
        ("/", ".wall button"),
        ("/genres", "[name=sample]"),
        ("/compare", "[name=example]"),
    ],
)
def test_what_is_clicked_twice_is_asked_about_once(visit: Any, path: str, button: str) -> None:
    page: Page = visit(path)
    page.evaluate(
        """() => {
          window.times = 0;
          addEventListener("submit", (event) => {
            event.preventDefault();
            times += 1;
          });
        }"""
    )
    page.locator(button).first.dblclick()
    assert page.evaluate("times") == 1


def test_a_poster_that_was_pressed_stays_marked_as_the_last_picture_comes(page: "Page") -> None:
    page.evaluate("() => addEventListener('submit', (event) => event.preventDefault())")
    page.locator(".wall button").first.click()
    for persisted, marked in ((False, 1), (True, 0)):
        page.evaluate(
            "persisted => { dispatchEvent(new PageTransitionEvent('pageshow', { persisted })); }",
            persisted,
        )
        assert page.locator(".wall.leaving [aria-busy]").count() == marked


def test_suggestions_that_come_late_do_not_cover_a_search(page: "Page") -> None:
    held: list[Route] = []
    page.route("**/suggestions?*", lambda route: held.append(route))
    page.evaluate("() => addEventListener('submit', (event) => event.preventDefault())")
    page.get_by_role("combobox").fill("FILM no")
    while not held:
        page.wait_for_timeout(20)
    page.keyboard.press("Enter")
    assert page.locator("[data-what]").inner_text() == ""  # the hint was about no text
    held[0].continue_()
    page.locator(".understood", has_text="Several films may be meant").wait_for()
    assert page.locator("#matches").is_hidden()
