"""What every command shares: the instance it works on, and mistakes told in one line."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial, wraps
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy.exc import DBAPIError

from catalog.database import DatabaseError
from catalog.file_store import UnreachableError
from catalog.flushing import UnwritableError
from catalog.images import ImageError
from catalog.records import CatalogError
from catalog.sources.pictures.files import INSTANCE_FILE
from onesheet.backup import BackupError
from onesheet.base.foreign_packages import foreign_package
from onesheet.base.home import DATABASE_VARIABLE, DEFAULT_HOME
from onesheet.base.refusals import RefusalError
from onesheet.base.settings import FILES, SettingsError
from onesheet.indexing.lock import BusyError
from onesheet.instance import Instance
from onesheet.storage import schema as database
from onesheet.storage.api_keys import KeyNameError
from onesheet.storage.audit_log import add_line
from webapp.server import AddressError

T = TypeVar("T")

CHANGING = (
    *("import", "remove", "catalog adult", "catalog check", "index", "similar"),
    *("bandit rate", "bandit merge"),
    *("uploads prune", "keys add", "keys revoke"),
)
"""How the words of commands begin that the audit log tells of."""
LOOKING_ONLY = (("dry_run", True), ("repair", False))
"""Parameters by which such a command changes nothing."""
FULL_OR_READ_ONLY = (errno.EROFS, errno.ENOSPC, errno.EDQUOT)
MENDABLE = 2
"""The exit status for what the user can mend."""


CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What moves a terminal's cursor, colours it, turns text around or breaks its line, and what stands
for a byte of a file's name that is no UTF-8, which cannot be written."""


def printable(text: str) -> str:
    """The text as a terminal may show it: a film's title may come from anybody."""
    return CONTROL.sub("\ufffd", text)


def echo(text: str = "", *, err: bool = False, nl: bool = True) -> None:
    """`click.echo`, of what is `printable`."""
    click.echo(printable(text), err=err, nl=nl)


class Mistake(click.ClickException):
    """One line on standard error and exit status 2."""

    exit_code = MENDABLE

    def format_message(self) -> str:
        return printable(self.message)


class Commands(click.Group):
    """Commands imported when they are asked for, and mistakes told in one line.

    `modules` names the module of cli that holds each command. A server must not load what other
    commands need before it forks: a worker that inherits ONNX Runtime crashes as it ends. For the
    same reason, and since `onesheet --help` imports every module of cli, a command imports within
    its function whatever is slow to load. The rooms' named exceptions, which say what to do, become
    one line and status 2.
    """

    def __init__(self, *args: Any, modules: Mapping[str, str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._modules:
            return None
        module = import_module(f"cli.{self._modules[cmd_name]}")
        found = {
            each.name: each for each in vars(module).values() if isinstance(each, click.Command)
        }
        return found[cmd_name]

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ImportError as error:
            sentence = foreign_package(error)
            if sentence is None:
                raise
            raise Mistake(sentence) from error
        except named_errors() as error:
            raise Mistake(str(error)) from error
        except DBAPIError as error:
            raise Mistake(f"The database cannot be used: {error.orig}") from error
        except OSError as error:
            if error.errno is None or error.errno == errno.EPIPE:  # who read the output is gone
                raise
            raise Mistake(_sentence(error)) from error


def _sentence(error: OSError) -> str:
    """Which file or folder, if that is known, and why: no name of a file that never came to be."""
    if error.filename is None:
        full = "The disk takes nothing more: " if error.errno in FULL_OR_READ_ONLY else ""
        return f"{full}{error.strerror}."
    if error.errno in FULL_OR_READ_ONLY and not isinstance(error, UnwritableError):
        return str(UnwritableError(Path(os.fsdecode(error.filename)).parent, error))
    if isinstance(error, UnwritableError):
        return str(error)
    return f"{error.filename}: {error.strerror}"


def named_errors() -> tuple[type[Exception], ...]:
    """The rooms' exceptions that say what to do; two of them load ONNX Runtime and FAISS, so they
    are imported only when something failed."""
    from embedder import ModelError
    from index import IndexFolderError

    return (
        AddressError,
        BackupError,
        BusyError,
        CatalogError,
        DatabaseError,
        ImageError,
        IndexFolderError,
        KeyNameError,
        ModelError,
        RefusalError,
        SettingsError,
        UnreachableError,
    )


def chosen_home(home: Path | None) -> Path:
    """The folder that a command's own --home names, else `onesheet --home`, else the default."""
    return home or click.get_current_context().find_root().params.get("home") or DEFAULT_HOME


def on_instance(function: Callable[..., T], *, there: bool = False) -> Callable[..., T]:
    """Give a command --home and hand it the instance, its database migrated, as first argument.

    `there`: only an instance that is there already, in its folder, which has its database unless
    the environment names one, or with a database and an object store that the environment names;
    else a folder that is absent is made.
    """

    @click.option(
        "--home",
        type=click.Path(file_okay=False, path_type=Path),
        help="The instance folder, as for `onesheet --home`.",
    )
    @wraps(function)
    def command(*args: Any, home: Path | None, **kwargs: Any) -> T:
        chosen = chosen_home(home)
        database_named = os.environ.get(DATABASE_VARIABLE)
        place = chosen if database_named else chosen / INSTANCE_FILE
        if there and not (database_named and os.environ.get(FILES)) and not place.exists():
            raise Mistake(
                f"There is no instance in {chosen}; `onesheet demo` or "
                "`onesheet import folder DIR` makes one there."
            )
        instance = Instance.at(chosen)
        try:
            database.migrate(instance.engine)
            looks_only = any(kwargs.get(name) is value for name, value in LOOKING_ONLY)
            changes = command_words().startswith(CHANGING) and not looks_only
            with written_down(instance) if changes else nullcontext():
                return function(instance, *args, **kwargs)
        finally:
            instance.close()

    return command


def command_words() -> str:
    """The command that runs, as in `import folder`."""
    return " ".join(click.get_current_context().command_path.split()[1:])


@contextmanager
def written_down(instance: Instance) -> Iterator[None]:
    """Where the operator wants it, a line for what the command changed, or failed to."""
    audit_log, failed = instance.home.settings.audit_log, True
    try:
        yield
        failed = False
    finally:
        if audit_log is not None:
            add_line(audit_log, asked=f"onesheet {command_words()}", failed=failed)


on_instance_there = partial(on_instance, there=True)


def echo_skipped(skipped: Iterable[str]) -> None:
    """What an import left out, one line each, on standard error."""
    for line in skipped:
        echo(f"skipped: {line}", err=True)
