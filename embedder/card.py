"""A model's card: what it is, what it can say, and the fingerprint that binds it to its weights."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FORMAT = 1
PACKAGED = Path(__file__).parent / "packaged"
"""The folder of the model that comes with the program."""


class ModelError(ValueError):
    """A model folder that is missing, torn or not one of ours. The message says what to do."""


@dataclass(frozen=True)
class ModelCard:
    """Contents of `model.json`.

    Attributes:
        name: for people.
        backbone: torchvision's name, or "custom".
        height, width: of the network's input, pixels.
        parts: dimensions of the embedding's parts in their order, `{"promise": …, "look": …}`.
        balance: share of an embedding's expected squared length that is its look part.
        genres: names, in the order of the reading's columns.
        thresholds: a genre is predicted when its probability is above its threshold; chosen on val.
        decades: first years, in the order of the reading's columns.
        proxies: for every genre and then every decade, the unit vector its posters are drawn to in
            the first dimensions of the promise part (its last ones are genre logits).
        training: the facts of how it was made: config, posters used, figures.
        format: of this file.
    """

    name: str
    backbone: str
    height: int
    width: int
    parts: dict[str, int]
    balance: float
    genres: tuple[str, ...]
    thresholds: tuple[float, ...]
    decades: tuple[str, ...]
    proxies: tuple[tuple[float, ...], ...]
    training: dict[str, Any] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def dimensions(self) -> int:
        """Length D of an embedding."""
        return sum(self.parts.values())

    @property
    def genre_dimensions(self) -> slice | None:
        """Where an embedding, and each of its positions, has the genre logits, in the order of
        `genres`: each centred on val's mean and scaled; None for a model without them."""
        names = list(self.parts)
        end = sum(self.parts[name] for name in names[: names.index("promise") + 1])
        start = end - len(self.genres)
        room = self.parts["promise"] - len(self.genres)
        return slice(start, end) if self.proxies and len(self.proxies[0]) <= room else None


def fingerprint(onnx: bytes, card: ModelCard) -> str:
    """SHA-256, hex, over the weights and the card."""
    digest = hashlib.sha256(onnx)
    digest.update(_canonical(dataclasses.asdict(card)))
    return digest.hexdigest()


def save(folder: Path, onnx: bytes, card: ModelCard) -> str:
    """Write `model.onnx` and `model.json`; returns the fingerprint.

    The card is written last and names the fingerprint of both, so a folder left half-written is
    refused by `load`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digest = fingerprint(onnx, card)
    for name, content in (
        ("model.onnx", onnx),
        ("model.json", _pretty(dataclasses.asdict(card) | {"fingerprint": digest})),
    ):
        partial = folder / f".{name}.partial"
        partial.write_bytes(content)
        partial.replace(folder / name)
    return digest


def load(folder: Path) -> tuple[bytes, ModelCard, str]:
    """The weights, the card and the fingerprint of a model folder.

    Raises:
        ModelError: files missing or unreadable, another format, or a fingerprint that does not
            match the contents.
    """
    try:
        onnx = (folder / "model.onnx").read_bytes()
        facts = json.loads((folder / "model.json").read_text())
    except FileNotFoundError as error:
        missing = Path(str(error.filename)).name
        raise ModelError(
            f"no model in {folder}: {missing} is missing; {_advice(folder)}"
        ) from error
    except (ValueError, OSError) as error:
        raise ModelError(f"{folder / 'model.json'} cannot be read: {error}") from error
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise ModelError(f"{folder / 'model.json'} is not a model card of format {FORMAT}")
    named = facts.pop("fingerprint", None)
    try:
        card = _card(facts)
    except (TypeError, ValueError, AttributeError) as error:
        raise ModelError(
            f"{folder / 'model.json'} is not a complete model card: {error}"
        ) from error
    digest = fingerprint(onnx, card)
    if digest != named:
        raise ModelError(
            f"the model in {folder} does not match its fingerprint: a file was changed or torn; "
            "copy it again, or train anew with `onesheet train`"
        )
    return onnx, card, digest


def _advice(folder: Path) -> str:
    if folder == PACKAGED:
        return "it is part of the program: install Onesheet again"
    return "train one with `onesheet train`, or remove the folder to use the packaged model"


def _card(facts: dict[str, Any]) -> ModelCard:
    lists = {key: tuple(facts[key]) for key in ("genres", "thresholds", "decades") if key in facts}
    proxies = tuple(tuple(row) for row in facts["proxies"]) if "proxies" in facts else ()
    card = ModelCard(**(facts | lists | {"proxies": proxies}))
    if len(card.thresholds) != len(card.genres):
        raise ValueError("it needs one threshold a genre")
    return card


def _canonical(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()


def _pretty(facts: dict[str, Any]) -> bytes:
    """A line a field, so that the card can be read and its changes compared."""
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in facts.items()]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()
