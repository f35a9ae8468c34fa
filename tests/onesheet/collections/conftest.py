from collections.abc import Callable
from pathlib import Path

import pytest

from onesheet.collections.contact_sheet import SheetPoster
from tests.conftest import drawn_bytes


@pytest.fixture
def hung(tmp_path: Path) -> Callable[..., SheetPoster]:
    """A poster of 200 x 300 for a contact sheet."""

    def hung(
        number: int, title: str = "", note: str = "", *, searched: bool = False
    ) -> SheetPoster:
        path = tmp_path / f"{number}.webp"
        path.write_bytes(drawn_bytes(number))
        return SheetPoster(path, title or f"Film No. {number}", "1958 · rated 8.3", note, searched)

    return hung
