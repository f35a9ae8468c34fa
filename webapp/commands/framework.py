"""What every command shares: the instance it works on, and mistakes told in one line."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial, wraps
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy.exc import DBAPIError

from webapp import database
from webapp.files import UnwritableError
from webapp.instance import DEFAULT_HOME, Instance

T = TypeVar("T")

NO_WRITING = (errno.EROFS, errno.ENOSPC)
MENDABLE = 2
"""The exit status for what the user can mend."""


class Mistake(click.ClickException):
    """One line on standard error and exit status 2."""

    exit_code = MENDABLE


class Commands(click.Group):
    """Commands imported when they are asked for, and mistakes told in one line.

    `modules` names the module of webapp.commands that holds each command. A server must not load
    what other commands need before it forks: a worker that inherits ONNX Runtime crashes as it
    ends. The rooms' named exceptions, which say what to do, become one line and status 2.
    """

    def __init__(self, *args: Any, modules: Mapping[str, str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._modules:
            return None
        module = import_module(f"webapp.commands.{self._modules[cmd_name]}")
        found = {
            each.name: each for each in vars(module).values() if isinstance(each, click.Command)
        }
        return found[cmd_name]

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except named_errors() as error:
            raise Mistake(str(error)) from error
        except DBAPIError as error:
            raise Mistake(f"The database cannot be used: {error.orig}") from error
        except OSError as error:
            if error.filename is None:
                raise
            raise Mistake(_sentence(error)) from error


def _sentence(error: OSError) -> str:
    """Which file or folder, and why: no name of a file that never came to be."""
    if error.errno in NO_WRITING and not isinstance(error, UnwritableError):
        return str(UnwritableError(Path(os.fsdecode(error.filename)).parent, error))
    if isinstance(error, UnwritableError):
        return str(error)
    return f"{error.filename}: {error.strerror}"


def named_errors() -> tuple[type[Exception], ...]:
    """Imported only when something failed: some of these rooms are slow to import."""
    from catalog.catalog import CatalogError
    from catalog.images import ImageError
    from embedder import ModelError
    from index import IndexFolderError
    from webapp.bandit_settings import BanditSettingsError
    from webapp.building import BusyError
    from webapp.database import DatabaseError
    from webapp.queries import QueryError
    from webapp.server import AddressError
    from webapp.settings import SettingsError

    return (
        AddressError,
        BusyError,
        BanditSettingsError,
        CatalogError,
        DatabaseError,
        ImageError,
        IndexFolderError,
        ModelError,
        QueryError,
        SettingsError,
    )


def on_instance(function: Callable[..., T], *, there: bool = False) -> Callable[..., T]:
    """Give a command --home and hand it the instance, its database migrated, as first argument.

    `there`: only an instance that is there already; else a folder that is absent is made.
    """

    @click.option(
        "--home",
        type=click.Path(file_okay=False, path_type=Path),
        help="The instance folder, as for `onesheet --home`.",
    )
    @wraps(function)
    def command(*args: Any, home: Path | None, **kwargs: Any) -> T:
        chosen = home or click.get_current_context().find_root().params.get("home") or DEFAULT_HOME
        if there and not chosen.is_dir():
            raise Mistake(
                f"There is no instance in {chosen}; `onesheet demo` or "
                "`onesheet import folder DIR` makes one there."
            )
        instance = Instance.at(chosen)
        try:
            database.migrate(instance.engine)
            return function(instance, *args, **kwargs)
        finally:
            instance.close()

    return command


on_instance_there = partial(on_instance, there=True)


def echo_skipped(skipped: Iterable[str]) -> None:
    """What an import left out, one line each, on standard error."""
    for line in skipped:
        click.echo(f"skipped: {line}", err=True)
