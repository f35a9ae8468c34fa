"""A model's card: what it is, what it can say, and the fingerprint that binds it to its weights."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from embedder.likeness import LikenessModel

CARD_FORMAT = 1
PACKAGED = Path(__file__).parent / "packaged"
"""The folder of the model that comes with the program."""
_SAVING = ".saving."
"""How the name of the folder begins in which a model is written."""
_LEFT_AFTER = 3600.0
"""Seconds after which such a folder is one that a kill left: a model is written in a few."""


class ModelError(ValueError):
    """A model folder that is missing, torn or not one of ours. The message says what to do."""


@dataclass(frozen=True)
class ModelCard:
    """Contents of `model.json`.

    Attributes:
        name: for people.
        backbone: torchvision's name, or "custom".
        height, width: of the network's input, pixels.
        parts: dimensions of the embedding's parts in their order: promise, look, and where it has
            one composition.
        balance: share of an embedding's expected squared length that is not its promise part.
        genres: names, in the order of the reading's columns.
        thresholds: a genre is predicted when its probability is above its threshold; chosen on val.
        decades: first years, in the order of the reading's columns.
        proxies: for every genre and then every decade, the unit vector its posters are drawn to in
            the first dimensions of the promise part (its last ones are genre logits).
        training: the facts of how it was made: config, posters used, figures.
        format: of this file.
        likeness: what says how likely a person finds two posters alike; None where nobody graded
            what the embeddings find. No part of the fingerprint: it can be fitted anew, and the
            embeddings, and the indexes made of them, stay what they are.
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
    format: int = CARD_FORMAT
    likeness: LikenessModel | None = None

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


def fingerprint_of(onnx: bytes, card: ModelCard) -> str:
    """SHA-256, hex, over the weights and the card but for its likeness."""
    digest = hashlib.sha256(onnx)
    digest.update(_canonical(_facts_of(dataclasses.replace(card, likeness=None))))
    return digest.hexdigest()


def packaged_fingerprint() -> str:
    """The fingerprint that the packaged model's card names."""
    return str(json.loads((PACKAGED / "model.json").read_bytes())["fingerprint"])


def save_model(folder: Path, onnx: bytes, card: ModelCard) -> str:
    """Write `model.onnx` and `model.json`; returns the fingerprint.

    A model that was there stays until both are on the disk. The card moves into place last and
    names the fingerprint of both, so a folder left between the two moves is refused by
    `load_model`; its checksum covers what the fingerprint leaves out. What another process writes
    there at the same time is kept apart until then; what killed ones left is removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digest = fingerprint_of(onnx, card)
    contents = {"model.onnx": onnx, "model.json": _rendered(card, digest)}
    with TemporaryDirectory(dir=folder, prefix=_SAVING) as aside:
        _remove_leftovers(Path(aside))
        for name, content in contents.items():
            with (Path(aside) / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for name in contents:
            (Path(aside) / name).replace(folder / name)
    return digest


def _remove_leftovers(own: Path) -> None:
    """Remove what killed processes left beside the folder of a save that has just begun, by the
    clock of their disk."""
    now = own.stat().st_mtime
    for each in own.parent.glob(f"{_SAVING}*"):
        with suppress(FileNotFoundError):  # done meanwhile
            if now - each.stat().st_mtime > _LEFT_AFTER:
                shutil.rmtree(each, ignore_errors=True)


def load_model(folder: Path) -> tuple[bytes, ModelCard, str]:
    """The weights, the card and the fingerprint of a model folder.

    Raises:
        ModelError: files missing or unreadable, another format, or a fingerprint or a checksum
            that does not match the contents.
    """
    path = folder / "model.json"
    try:
        onnx = (folder / "model.onnx").read_bytes()
        text = path.read_bytes()
        facts = json.loads(text)
    except FileNotFoundError as error:
        missing = Path(str(error.filename)).name
        raise refusal_of(folder, f"no model in {folder}: {missing} is missing") from error
    except (ValueError, OSError) as error:
        raise refusal_of(folder, f"{path} cannot be read: {error}") from error
    if not isinstance(facts, dict) or facts.get("format") != CARD_FORMAT:
        raise refusal_of(folder, f"{path} is not a model card of format {CARD_FORMAT}")
    named, checked = facts.pop("fingerprint", None), facts.pop("checksum", None)
    try:
        card = _card_from(facts)
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise refusal_of(folder, f"{path} is not a complete model card: {error}") from error
    digest = fingerprint_of(onnx, card)
    whole = checked is None or text == _rendered(card, digest)  # cards once had no checksum
    if digest != named or not whole:
        problem = "fingerprint" if digest != named else "checksum"
        raise refusal_of(
            folder,
            f"the model in {folder} does not match its {problem}: a file was changed or torn",
        )
    return onnx, card, digest


def refusal_of(folder: Path, problem: str) -> ModelError:
    """What is wrong with a model folder, be it a person's own or the packaged one, and what
    mends it."""
    if folder == PACKAGED:
        advice = (
            "it is part of the program: install Onesheet again, in its source by "
            "`pip install --force-reinstall --no-deps .`"
        )
    else:
        advice = "copy it again, or use another"
    return ModelError(f"{problem}; {advice}")


def _card_from(facts: dict[str, Any]) -> ModelCard:
    lists = {key: tuple(facts[key]) for key in ("genres", "thresholds", "decades") if key in facts}
    proxies = tuple(tuple(row) for row in facts["proxies"]) if "proxies" in facts else ()
    fitted = facts.get("likeness")
    likeness = None if fitted is None else LikenessModel.parse(fitted, facts["parts"])
    card = ModelCard(**(facts | lists | {"proxies": proxies, "likeness": likeness}))
    if len(card.thresholds) != len(card.genres):
        raise ValueError("it needs one threshold a genre")
    return card


def _facts_of(card: ModelCard) -> dict[str, Any]:
    """The card's fields; `likeness` only where there is one, as in cards older than it."""
    facts = dataclasses.asdict(card)
    if card.likeness is None:
        del facts["likeness"]
    return facts


def _rendered(card: ModelCard, digest: str) -> bytes:
    """The bytes of `model.json`, with a checksum of all else that is in it."""
    facts = _facts_of(card) | {"fingerprint": digest}
    checksum = hashlib.sha256(_canonical(facts)).hexdigest()
    return _pretty(facts | {"checksum": checksum})


def _canonical(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()


def _pretty(facts: dict[str, Any]) -> bytes:
    """A line a field, so that the card can be read and its changes compared."""
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in facts.items()]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()
