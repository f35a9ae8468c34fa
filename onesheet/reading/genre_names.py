"""Genres as people name them, in a form, an address or a command."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from onesheet.base.refusals import QueryError


def genres_named(
    values: Iterable[str], known: Collection[str], field: str = "intended"
) -> list[str]:
    """The `known` genres named, each value one or several joined with |, in any case, each once.

    Raises QueryError, which names the `field`, for any other.
    """
    names = {name.casefold(): name for name in known}
    wanted = [part.strip().casefold() for value in values for part in value.split("|")]
    if not all(part in names for part in wanted if part):
        raise QueryError(
            "%(field)s must name genres among %(genres)s.",
            field=field,
            genres=", ".join(sorted(known)),
        )
    return list(dict.fromkeys(names[part] for part in wanted if part))
