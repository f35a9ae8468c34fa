"""An answer as an address asks to see it: filtered, re-ranked, or as it was recorded."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from embedder import ModelCard, ModelError
from index import IndexFolderError, Metric
from onesheet.base.payload import View
from onesheet.recommending.answers import NEIGHBOURHOOD, Answer
from onesheet.recommending.recommender import SHOWN
from webapp.current import current
from webapp.http.parameters import (
    ADJUSTED_BY,
    VIEWED_BY,
    metric_named,
    restriction,
    view_asked,
    view_fields,
)
from webapp.presenting.subject import Subject


@dataclass(frozen=True)
class ViewRequest:
    """What the fields of an address ask for."""

    view: View
    metric: Metric
    restrict: bool
    recorded: bool
    """Whether the recommendation itself stays within the predicted genres."""
    own: bool
    """Whether all that is what was recorded."""
    metric_named: bool
    """Whether the metric was asked for by name, not taken from the recommendation."""
    filtered: bool
    """Whether more than the metric is other than what was recorded."""

    @classmethod
    def of(cls, args: MultiDict[str, str], answer: Answer, card: ModelCard) -> ViewRequest:
        """Fields left out are those of the recommendation; filters and weights are one field, so
        that one of them replaces all. Raises QueryError for what makes no sense."""
        asked = any(name in args for name in ADJUSTED_BY)  # an empty one takes a filter off
        view = view_asked(view_fields(args), card) if asked else answer.view
        named = metric_named(args.get("metric"))
        metric = named or Metric(answer.arm)
        recorded = answer.within_genres
        asked_for = restriction(args.get("restrict"))
        restrict = recorded if asked_for is None else asked_for
        filtered = view != answer.view or restrict != recorded
        own = metric == answer.arm and not filtered
        return cls(view, metric, restrict, recorded, own, named is not None, filtered)


@dataclass(frozen=True)
class Choices:
    """What the form of filters and sliders offers, and where its sliders rest."""

    genres: list[str]
    decades: list[int]
    balance: float


@dataclass(frozen=True)
class ShownAnswer:
    """An answer with the films that its address asks to see."""

    answer: Answer
    asked: ViewRequest | None
    """None where no model can be opened: the record is shown without it."""
    choices: Choices | None
    """None where nothing can be ranked anew: no model, no index, or the poster is gone."""
    fields: tuple[tuple[str, str], ...] = ()
    """The view as the address has it, names and values; none for the record."""

    @property
    def address(self) -> str:
        """The same from its question mark; empty for the record."""
        return f"?{urlencode(self.fields)}" if self.fields else ""

    @property
    def named(self) -> dict[str, Any]:
        """The same for url_for."""
        return MultiDict(self.fields).to_dict(flat=False)

    @property
    def view(self) -> View:
        """The filters and weights by which the films were found."""
        return self.asked.view if self.asked else self.answer.view

    @property
    def own(self) -> bool:
        return self.asked is None or self.asked.own

    @property
    def none_pass(self) -> bool:
        """Whether there is no film since none passes the filters."""
        filters = bool(self.view.genres or self.view.decades)
        return filters and not self.answer.results and not (self.own and self.answer.lost)

    @property
    def restriction_dropped(self) -> bool:
        """Whether only films of the predicted genres were asked for, and too few have one."""
        answer = self.answer
        held = answer.restricted_to or self.view.genres
        return bool(answer.restrict and answer.reading.predicted and not held)

    @property
    def ratable(self) -> bool:
        """Whether a rating of what is seen says something of the distances."""
        return self.own and self.answer.view.plain


def shown_answer(found: Subject, args: MultiDict[str, str]) -> ShownAnswer:
    """The answer as `args` ask to see it. Without them it is the record, whatever else is amiss;
    with them raises what Recommender.viewed and ViewRequest.of raise."""
    instance, answer = current(), found.answer
    if not any(name in args for name in VIEWED_BY):
        with suppress(IndexFolderError, ModelError):
            card = instance.opened().embedder.card
            return ShownAnswer(answer, ViewRequest.of(args, answer, card), choices(answer))
        return ShownAnswer(answer, None, None)
    card = instance.opened().embedder.card
    asked, offered = ViewRequest.of(args, answer, card), choices(answer)
    if asked.own:
        return ShownAnswer(answer, asked, offered)
    viewed = instance.recommender.viewed(
        answer, asked.view, asked.metric, asked.restrict, NEIGHBOURHOOD, found.prepared
    )
    answer = replace(
        answer,
        arm=viewed.metric,
        results=viewed.films[:SHOWN],
        likeness_words=viewed.likeness_words,
        neighbourhood=viewed.films,
        restrict=viewed.restrict,
        restricted_to=viewed.restricted_to,
        credited=False,
    )
    # An empty one too: it takes off what was recorded.
    fields = ((name, value) for name in VIEWED_BY for value in args.getlist(name))
    return ShownAnswer(answer, asked, offered, tuple(fields))


def choices(answer: Answer) -> Choices | None:
    """None where the poster is gone. Raises what Live.opened raises."""
    instance = current()
    if answer.query.kept and not instance.permalinks.has_poster(answer):
        return None
    card = instance.opened().embedder.card
    return Choices(sorted(card.genres), instance.catalog.facets().known_decades, card.balance)
