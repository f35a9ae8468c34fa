"""Models that are to take the place of a chosen one, kept aside until that is decided."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

from embedder.card import ModelError, load_model, save_model

_REPLACES: Final = "replaces"
"""The file of a proposal that names the model which was chosen when it was made."""


class ModelProposals:
    """Models below a folder, each in a folder by its fingerprint. An earlier version kept the only
    one in the folder itself, from where it is read too."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def add(self, folder: Path, chosen: str | None) -> Path:
        """Keep a copy of a folder's model, which is to replace the `chosen` one, a fingerprint, ""
        where there is none; None: it is the chosen one. Gives the copy's folder. Raises ModelError
        where the model is torn, and OSError."""
        weights, card, name = load_model(folder)
        save_model(self.root / name, weights, card)
        if chosen is not None:
            (self.root / name / _REPLACES).write_text(chosen, encoding="ascii")
        return self.root / name

    def find(self, name: str) -> Path | None:
        """The folder of the model of this fingerprint; None where there is none that is whole."""
        for folder in (self.root / name, self.root):
            with suppress(ModelError):
                if load_model(folder)[2] == name:
                    return folder
        return None

    def keep_only(self, name: str | None) -> Path | None:
        """Remove all models but the one of this fingerprint, whose folder is given as by `find`;
        None removes all. To be called where nobody adds one."""
        kept = self.find(name) if name else None
        for each in list(self.root.iterdir()):
            if each.is_dir():
                if each != kept:
                    shutil.rmtree(each, ignore_errors=True)
            elif kept != self.root:
                each.unlink()
        with suppress(OSError):  # one is kept
            self.root.rmdir()
        return kept


def replaced_by(proposal: Path) -> str | None:
    """The fingerprint that `add` was told of; None where it was told of none, and of what an
    earlier version left: that takes the place of no chosen one."""
    try:
        return (proposal / _REPLACES).read_text(encoding="ascii")
    except FileNotFoundError:
        return None
