"""What the map's canvas shows."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def picture(page: "Page") -> str:
    """What the canvas shows."""
    return str(page.locator(".map canvas").evaluate("canvas => canvas.toDataURL()"))


def shows(page: "Page", wanted: Callable[[str], bool]) -> bool:
    """Whether the canvas comes to show what is wanted."""
    for _ in range(100):
        if wanted(picture(page)):
            return True
        page.wait_for_timeout(100)
    return False
