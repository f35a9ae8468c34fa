"""Invented titles and taglines from a small grammar."""

from __future__ import annotations

import re

import numpy as np

from demo.words.vocabulary import SHARED_WORDS, TAGLINES, TITLE_WORDS

_SLOT = re.compile(r"\{(\w+)\}")
_ODD_ORDINALS = {"Threeth": "Third", "Fiveth": "Fifth", "Nineth": "Ninth"}


def title(genre: str, rng: np.random.Generator) -> str:
    """One invented title in the manner of a genre.

    In a pattern `{noun}` and the like are drawn from the genre's own words, else the shared ones.
    """
    patterns, nouns, adjectives = TITLE_WORDS[genre]
    words = SHARED_WORDS | {"noun": nouns, "adj": adjectives}
    made = _SLOT.sub(lambda slot: _pick(rng, words[slot[1]]), _pick(rng, patterns))
    for wrong, right in _ODD_ORDINALS.items():
        made = made.replace(wrong, right)
    return re.sub(r"\bA (?=[AEIOU])", "An ", made)


def tagline(genre: str, rng: np.random.Generator) -> str:
    """One line of promise."""
    return _pick(rng, TAGLINES[genre])


def _pick(rng: np.random.Generator, alternatives: str) -> str:
    options = alternatives.split(";")
    return options[int(rng.integers(0, len(options)))]
