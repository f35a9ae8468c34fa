"""Other projects' packages that stand where Onesheet's own are looked for.

Onesheet's rooms are top-level packages (docs/decisions/0015): where another project's `bandit` or
`index` comes first, imports fail in a way that names neither project.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWN_PACKAGES = frozenset(
    {"bandit", "catalog", "cli", "demo", "embedder", "genres", "index", "webapp"}
)


def foreign_package(error: ImportError) -> str | None:
    """A sentence on the foreign package that an import failed in; None where it failed otherwise.

    >>> foreign_package(ImportError("cannot import name 'FeedbackStore'", name="numpy"))
    """
    name = (error.name or "").partition(".")[0]
    if name not in OWN_PACKAGES or "partially initialized" in str(error):
        return None
    file = getattr(sys.modules.get(name), "__file__", None)
    place = f" in {Path(file).parent}" if file else ""
    return (
        f"The package {name}{place} is not Onesheet's but another project's of the same name; "
        "install Onesheet in an environment without it."
    )


@contextmanager
def foreign_packages_named() -> Iterator[None]:
    """Within it, an import that fails in a foreign package ends the program: one line on standard
    error, exit status 2."""
    try:
        yield
    except ImportError as error:
        sentence = foreign_package(error)
        if sentence is None:
            raise
        print(f"Error: {sentence}", file=sys.stderr)
        raise SystemExit(2) from error
