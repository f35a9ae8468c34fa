"""A model's card in words: how it was made, and how good it was found to be."""

from __future__ import annotations

import math
from collections.abc import Mapping

from embedder import ModelCard
from webapp.text.translation import gettext as _
from webapp.text.translation import number, percentage


def plain_facts(card: ModelCard) -> list[tuple[str, str]]:
    """The facts of its training that mean something to visitors, each with its name."""
    names = {
        "epochs": _("Rounds of training"),
        "near_duplicates_dropped": _("Near duplicates left out"),
    }
    facts = {name: card.training.get(key) for key, name in names.items()}
    return [(name, number(value)) for name, value in facts.items() if type(value) is int]


def measured(card: ModelCard) -> list[tuple[str, str]]:
    """Its figures on posters it did not learn from, those that the card has, each with its name.

    Of `training["val"]`: val_p5 is the share of the five nearest that have a genre in common,
    val_map the mean average precision of the genres, val_rmse the error of the expected rating.
    Of `training["posters"]` how many posters it learned from, and was measured on. Of its likeness
    ece_shown, the expected calibration error over graded pairs that a search shows.
    """
    val, posters = (_section(card, name) for name in ("val", "posters"))
    found = []
    if "train" in posters:
        found.append((_("Learned from"), _("%(count)s posters", count=number(posters["train"]))))
    if "val" in posters and val:
        found.append((_("Measured on"), _("%(count)s others", count=number(posters["val"]))))
    if "val_p5" in val:
        share = number(val["val_p5"], "0%")
        found.append((_("Five nearest"), _("%(share)s share a genre with the query", share=share)))
    if "val_map" in val:
        precision = number(val["val_map"], "0.00")
        found.append((_("Genres"), _("mean average precision %(value)s", value=precision)))
    if "val_rmse" in val:
        error = number(val["val_rmse"], "0.00")
        found.append((_("Rating"), _("off by %(value)s points (RMSE)", value=error)))
    off = card.likeness and card.likeness.facts.get("ece_shown")
    if isinstance(off, float):
        said = _("off by %(share)s on average, of pairs a search shows", share=percentage(off))
        found.append((_("Likeness"), said))
    return found


def _section(card: ModelCard, name: str) -> Mapping[str, float]:
    """The section's figures; what was measured on no poster is not a number, and left out."""
    section = card.training.get(name)
    if not isinstance(section, Mapping):
        return {}
    return {
        key: value
        for key, value in section.items()
        if isinstance(value, int | float) and math.isfinite(value)
    }
