"""What two posters have in common, as one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from onesheet.base.texts import marked
from onesheet.explaining.shared_traits import SharedTraits
from onesheet.explaining.traits import Trait
from webapp.text.translation import gettext as _
from webapp.text.wording import listed

ARE: Final = {
    Trait.LIGHT_ON_DARK: marked("light on dark"),
    Trait.DARK_ON_LIGHT: marked("dark on light"),
    Trait.DARK: marked("dark"),
    Trait.COLOURLESS: marked("almost without colour"),
    Trait.PAINTED: marked("painted or drawn"),
    Trait.PHOTOGRAPHED: marked("photographed"),
    Trait.WARM: marked("warm in colour"),
    Trait.COLD: marked("cold in colour"),
}
DO: Final = {
    Trait.PLAIN: marked("leave much of the sheet plain"),
    Trait.LARGE_FACE: marked("show a large face"),
    Trait.TITLE_ABOVE: marked("carry the title above"),
    Trait.TITLE_BELOW: marked("carry the title below"),
}
BRINGS: Final = {
    "composition": marked("Composition brings them together more than it does most."),
    "promise": marked("The kind of film they promise brings them together more than it does most."),
}
"""By the parts of an embedding. Of the look nothing is said: it does not go with the palettes, and
what else it goes by is not known."""
TONES: Final = (Trait.WARM, Trait.COLD)
"""What colours that are named say better."""
GENRES: Final = 3
"""Genres named at most."""


def in_common(shared: SharedTraits) -> str:
    """The sentence; empty where nothing that can be said is true of both. Where nothing seen is, a
    second one says which part of the embedding brings them together, if one stands out.

    >>> in_common(SharedTraits((Trait.LIGHT_ON_DARK, Trait.TITLE_BELOW), ("teal", "orange")))
    'Both are light on dark, share teal and orange, and carry the title below.'
    >>> in_common(SharedTraits(genres=("Horror",), decade=1980))
    'Both promise Horror and are from the 1980s.'
    >>> in_common(SharedTraits(genres=("Horror",), part="composition"))
    'Both promise Horror. Composition brings them together more than it does most.'
    """
    better: set[Trait] = set(TONES) if shared.colours else set()
    if Trait.LIGHT_ON_DARK in shared.traits:
        better.add(Trait.DARK)
    traits = [each for each in shared.traits if each not in better]
    are = [_(ARE[each]) for each in traits if each in ARE]
    done = [_("are %(adjectives)s", adjectives=listed(are))] if are else []
    if shared.colours:
        done.append(_("share %(colours)s", colours=listed([_(each) for each in shared.colours])))
    done += [_(DO[each]) for each in traits if each in DO]
    if shared.genres:
        done.append(_("promise %(genres)s", genres=listed(shared.genres[:GENRES])))
    if shared.decade is not None:
        done.append(_("are from the %(decade)ss", decade=shared.decade))
    said: str = _("Both %(what)s.", what=_clauses(done)) if done else ""
    seen = shared.traits or shared.colours
    brings = "" if seen or shared.part not in BRINGS else _(BRINGS[shared.part])
    return f"{said} {brings}".strip()


def _clauses(done: Sequence[str]) -> str:
    """Clauses that may hold lists of their own: a comma before the last, too."""
    if len(done) < 3:
        return listed(done)
    joined: str = _("%(some)s, and %(last)s", some=", ".join(done[:-1]), last=done[-1])
    return joined
