"""Which model an instance's index is built with, and where the one that made it is."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from catalog.file_store import UnreachableError
from embedder import Embedder, ModelError
from embedder.card import PACKAGED, load_model, save_model
from embedder.proposals import ModelProposals, replaced_by
from onesheet.base.files import write_atomically
from onesheet.base.home import MODEL_FILES, Home
from onesheet.storage.file_places import file_store

CHOSEN: Final = "current"
"""The object that names the model which the next index is built with."""
_MEND: Final = "choose one with `onesheet index --model FOLDER`"
_OWN: Final = ": train one with `onesheet train`, or remove the folder to use the packaged model"
_WEIGHTS, _CARD = MODEL_FILES
_FINGERPRINT = re.compile(r"[0-9a-f]{64}\n")
_LEFT_ALONE = timedelta(days=1)
"""So old is a model that nothing names before it is removed: whoever chooses one names it last."""


class InstanceModels:
    """The model that the next index is built with, the chosen one, and the one that made the index
    in use. In folders both are what the instance has in its own, or else the packaged model, but
    for the moment in which they change together."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._proposals = ModelProposals(home.model / "next")

    def load(self, made: str | None = None) -> Embedder:
        """The model that made an index, by its fingerprint; without one the chosen model, and where
        that one is not to be had: then the index does not fit it, of which whoever opens it tells.

        Raises ModelError where files are missing or torn, and UnreachableError.
        """
        with suppress(ModelError):  # mostly there is none
            if made is not None and (folder := self._proposals.find(made)) is not None:
                return Embedder.load(folder)
        folder = self.chosen()
        try:
            return Embedder.load(folder)
        except ModelError as error:
            raise ModelError(f"{error}{_OWN if folder == self._home.model else ''}") from error

    def chosen(self) -> Path:
        """The folder on this machine of the chosen model. Raises as `load` does."""
        return self._own() or PACKAGED

    @contextmanager
    def new(self, out: Path | None) -> Iterator[Path]:
        """A folder for a model that is written within it, and chosen at its end; or else `out`, of
        which no index is built. Raises what `choose` raises."""
        yield out or self._home.model

    def place(self, out: Path | None) -> str:
        """Where the model that was written into `new(out)` is, for people."""
        return str(out or self._home.settings.files or self._home.model)

    def choose(self, folder: Path) -> None:
        """Let the next index be built with a folder's model. Raises ModelError where it is torn,
        UnwritableError and UnreachableError."""
        weights, card, _ = load_model(folder)
        if folder.resolve() != self._home.model.resolve():
            save_model(self._home.model, weights, card)

    def propose(self, folder: Path | None) -> Path | None:
        """Have a folder's model beside the chosen one while an index of it is made, so that whoever
        opens the index in use has the model that made it; where it is. Without one so the own
        one, which a training may replace; None where it is not copied. Raises as `choose` does."""
        if folder is not None:
            return self._proposals.add(folder, self._chosen_name() or "")
        if self._home.settings.files is None and (own := self._own()):
            with suppress(OSError, ModelError):  # else `load` reads it, and tells what is wrong
                return self._proposals.add(own, None)
        return None

    def settle(self, made: Callable[[], str | None]) -> None:
        """Choose the model that was proposed, maybe by a build that was killed, if it `made` the
        index in use, and forget it. One that was trained since stays chosen, and the proposed one
        where it is, for whoever opens that index. Raises what `choose` raises."""
        if not self._proposals.root.exists():
            return
        name = made()
        folder = self._proposals.keep_only(name)
        chosen = self._chosen_name()
        if folder and chosen in (None, name, replaced := replaced_by(folder)):
            if chosen is None or replaced is not None:
                self.choose(folder)
            self._proposals.keep_only(None)

    def keep(self, embedder: Embedder) -> None:
        """To be called before an index names this model, so that whoever opens it has that."""

    def prune(self, made: str) -> None:
        """Remove models that neither made the index in use nor are chosen."""

    def told_of_another(self) -> str | None:
        """A sentence where the instance's own folder has another model than the one chosen."""
        return None

    def _own(self) -> Path | None:
        return self._home.model if self._home.trained else None

    def _chosen_name(self) -> str | None:
        """The fingerprint of the model that was chosen; None where none was, or it is torn."""
        with suppress(ModelError):
            return self._named() or load_model(self._home.model)[2]
        return None

    def _named(self) -> str | None:
        return None


class StoredModels(InstanceModels):
    """Those of an object store. Each is there by its fingerprint, the packaged one too once an
    index was built with it, so any machine can open the index whatever it has itself; `current`
    names the chosen one."""

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._files = file_store(home, "model")

    def load(self, made: str | None = None) -> Embedder:
        name = self._named() if made is None else made
        folder = self._fetched(name)
        if folder is None:
            return super().load()
        try:
            return Embedder.load(folder)
        except ModelError:
            if folder in (PACKAGED, self._home.model):
                raise
            shutil.rmtree(folder, ignore_errors=True)  # this machine's copy is damaged
            if (again := self._fetched(name)) is None:  # removed from the store meanwhile
                raise
            return Embedder.load(again)

    def chosen(self) -> Path:
        if (name := self._named()) is None:
            return super().chosen()
        if (folder := self._fetched(name)) is None:
            raise ModelError(f"{CHOSEN} in the object store names a model that is gone; {_MEND}")
        return folder

    @contextmanager
    def new(self, out: Path | None) -> Iterator[Path]:
        if out is not None:
            yield out
            return
        folder = self._home.runs / "model"  # where it stays, should the store be away
        yield folder
        try:
            self.choose(folder)
        except UnreachableError as error:
            raise UnreachableError(
                f"{error}. The model is in {folder}; `onesheet index --model {folder}` takes it"
            ) from error

    def choose(self, folder: Path) -> None:
        name = load_model(folder)[2]
        self._put(folder, name)
        self._files.write(CHOSEN, f"{name}\n".encode())

    def keep(self, embedder: Embedder) -> None:
        """Where nobody chose a model, the folder's own is chosen for all machines, and of the
        packaged one the store has what this version says of likeness."""
        name = embedder.fingerprint
        if (folder := self._here(name)) is None:
            return
        stored, named = self._card(name), self._named()
        if named is None and folder == self._own():
            self.choose(folder)
        elif stored is None or (named is None and stored != (folder / _CARD).read_bytes()):
            self._put(folder, name)

    def prune(self, made: str) -> None:
        keep, before = {made, self._named()}, datetime.now(UTC) - _LEFT_ALONE
        for entry in sorted(self._files.entries(), key=lambda entry: entry.name):  # cards first
            folder = entry.name.rpartition("/")[0]
            if folder and folder not in keep and entry.modified < before:
                self._files.remove(entry.name)

    def told_of_another(self) -> str | None:
        name, own = self._named(), self._own()
        if name is None or own is None or self._here(name) == own:
            return None
        return (
            f"The model of the object store is used, not the one in {own}; "
            f"`onesheet index --model {own}` changes that."
        )

    def _here(self, name: str) -> Path | None:
        """The folder on this machine, but for copies, that has this model."""
        for folder in filter(None, (self._own(), PACKAGED, self._proposals.find(name))):
            with suppress(ModelError):
                if load_model(folder)[2] == name:
                    return folder
        return None

    def _named(self) -> str | None:
        """The fingerprint of the model that was chosen in the store."""
        try:
            said = self._files.read(CHOSEN).decode("ascii", "replace")
        except FileNotFoundError:
            return None
        if not _FINGERPRINT.fullmatch(said):
            raise ModelError(f"{CHOSEN} in the object store does not name a model; {_MEND}")
        return said.strip()

    def _card(self, name: str) -> bytes | None:
        """The store's, of the model of this fingerprint; None where it has none."""
        with suppress(FileNotFoundError):
            return self._files.read(f"{name}/{_CARD}")
        return None

    def _put(self, folder: Path, name: str) -> None:
        for each in MODEL_FILES:  # the card last: with it the model is there
            self._files.write(f"{name}/{each}", folder / each)

    def _fetched(self, name: str | None) -> Path | None:
        """A folder on this machine of a model of the store, or of one that the store lacks and that
        is here all the same; None where there is no such model. The card is read anew each time:
        what it says of likeness is not in the fingerprint."""
        if name is None:
            return None
        if (card := self._card(name)) is None:
            return self._here(name)
        if (PACKAGED / _CARD).read_bytes() == card:
            return PACKAGED
        folder = self._files.path(f"{name}/{_WEIGHTS}").parent
        write_atomically(folder / _CARD, card)
        for other in folder.parent.iterdir():  # copies, of which who has one open has read all
            if _FINGERPRINT.fullmatch(f"{other.name}\n") and other != folder:
                shutil.rmtree(other, ignore_errors=True)
        return folder


def instance_models(home: Home) -> InstanceModels:
    """Where the home's settings have them."""
    return InstanceModels(home) if home.settings.files is None else StoredModels(home)
