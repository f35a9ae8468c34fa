"""What the sub-styles of a genre are called."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from onesheet.portraits.colour_census import Tint
from onesheet.portraits.gallery import Style
from webapp.text.translation import gettext as _
from webapp.text.wording import capital, colour_names, listed


def style_titles(styles: Sequence[Style]) -> list[str]:
    """The two colours that tell each sub-style from its genre, in words; more of them where two
    styles would be called the same."""
    found = [_style_title(style, 2) for style in styles]
    for colours in (3, 4):  # as far as they differ
        often = Counter(found)
        found = [
            _style_title(style, colours) if often[title] > 1 else title
            for style, title in zip(styles, found, strict=True)
        ]
    return found


def _style_title(style: Style, colours: int) -> str:
    telling = sorted(style.tints, key=lambda tint: -_telling(tint))
    names = colour_names(telling)[:colours]
    return capital(listed(names)) if names else _("Of many colours")


def _telling(tint: Tint) -> float:
    return tint.share * math.log(max(tint.times, 1e-9))
