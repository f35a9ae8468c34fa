"""Where the words go: every layout by name.

A layout gets a sheet with the graded picture on it and sets the title, the names and the credits.
"""

from __future__ import annotations

from collections.abc import Callable

from demo.typesetting import bleed, framed
from demo.typesetting.sheet import Sheet

LAYOUTS: dict[str, Callable[[Sheet], None]] = {
    layout.__name__: layout
    for layout in (
        *(bleed.foot, bleed.crown, bleed.stack, bleed.tilt, bleed.side, bleed.corner),
        *(framed.band, framed.matte, framed.border, framed.stripes, framed.cut, framed.window),
    )
}
