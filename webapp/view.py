"""A view: neighbours as somebody asked to see them, by filters and by two weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from embedder import ModelCard


@dataclass(frozen=True)
class View:
    """What a person set beside the poster; as it stands by default, nothing.

    Attributes:
        balance: share of looks in a similarity, 0-1, the rest being promise; None leaves the
            model's own, with which the index was searched.
        colour: weight of the palettes' distance beside the metric's, 0-1.
        genres: only films that have one of these; they replace the predicted genres.
        decades: only films of one of these, as first years.
    """

    balance: float | None = None
    colour: float = 0.0
    genres: tuple[str, ...] = ()
    decades: tuple[int, ...] = ()

    @property
    def reranks(self) -> bool:
        """Whether the order is another than the index's."""
        return self.balance is not None or self.colour > 0

    @property
    def plain(self) -> bool:
        """Whether nothing is set."""
        return not (self.reranks or self.genres or self.decades)

    def settled(self, card: ModelCard) -> View:
        """The same view; the model's own balance counts as none set."""
        return replace(self, balance=None) if self.balance == card.balance else self

    def as_json(self) -> dict[str, Any]:
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> View:
        """What `as_json` gave; None is the plain view."""
        if stored is None:
            return cls()
        lists = {name: tuple(stored[name]) for name in ("genres", "decades")}
        return cls(**{**stored, **lists})


PLAIN = View()
