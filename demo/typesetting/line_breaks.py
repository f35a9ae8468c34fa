"""Where a title is broken into lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, pairwise

_NUMERAL = re.compile(r"[2-9]|I{2,3}")
_LITTLE = {
    "a",
    "an",
    "and",
    "at",
    "but",
    "by",
    "for",
    "from",
    "in",
    "me",
    "of",
    "on",
    "the",
    "to",
    "with",
}


def phrases(text: str, most: int) -> list[str]:
    """`text` in at most `most` lines that never leave an article or a preposition alone."""
    runs: list[str] = []
    for word in text.split():
        if runs and runs[-1].split()[-1].casefold() in _LITTLE:
            runs[-1] += f" {word}"
        else:
            runs.append(word)
    while len(runs) > most:
        pairs = [len(a) + len(b) for a, b in pairwise(runs)]
        k = pairs.index(min(pairs))
        runs[k : k + 2] = [f"{runs[k]} {runs[k + 1]}"]
    return runs


def broken(text: str, lines: int) -> list[str]:
    """`text` in at most `lines` lines, the longest as short as can be; a sequel's number stays
    with the word before it."""
    words = text.split()
    if len(words) > 1 and _NUMERAL.fullmatch(words[-1]):
        words[-2:] = [" ".join(words[-2:])]
    lines = min(lines, len(words))
    choices = []
    for cuts in combinations(range(1, len(words)), lines - 1):
        edges = (0, *cuts, len(words))
        choices.append([" ".join(words[a:b]) for a, b in pairwise(edges)])
    return min(choices, key=_raggedness)


def _raggedness(parts: Sequence[str]) -> float:
    """How long the longest line is, in letters; a line that breaks off at an article counts two
    more, and of equals the more even wins."""
    sizes = [len(part) for part in parts]
    dangling = sum(part.split()[-1].casefold() in _LITTLE for part in parts)
    return max(sizes) + 2 * dangling - min(sizes) / 100
