"""Every command has help and an example."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from cli.main import main


def commands(group: click.Group, *parents: str) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*parents, name)
        if isinstance(command, click.Group):
            yield from commands(command, *parents, name)


@pytest.mark.parametrize("command", [(), *commands(main)], ids=" ".join)
def test_every_command_has_help(command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


@pytest.mark.parametrize("command", list(commands(main)), ids=" ".join)
def test_every_command_shows_an_example(command: tuple[str, ...]) -> None:
    found: click.Command = main
    for name in command:
        assert isinstance(found, click.Group)
        inner = found.get_command(click.Context(found), name)
        assert inner is not None
        found = inner
    assert f"onesheet {' '.join(command)}" in (found.epilog or "")
    assert "Example: " in CliRunner().invoke(main, [*command, "--help"]).output
