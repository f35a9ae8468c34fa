"""map: the map of all posters, to be given away."""

from __future__ import annotations

from pathlib import Path

import click

from cli.framework import Mistake, echo, on_instance_there
from onesheet.base.files import write_atomically
from onesheet.instance import Instance


@click.command(name="map", epilog="Example: onesheet map --out posters.html")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default="map.html",
    show_default=True,
    help="The file to write.",
)
@on_instance_there
def map_(instance: Instance, out: Path) -> None:
    """Write the map of all posters as one HTML file that works without a server.

    It holds titles, years, ratings and genres, but no posters.
    """
    from webapp.app import create_app
    from webapp.presenting.map_export import NoMapError, map_file

    app = create_app(instance.home.folder)
    try:
        page = map_file(app)
    except NoMapError as error:
        raise Mistake(str(error)) from error
    finally:
        app.extensions["onesheet"].close()
    content = page.encode()
    if out.is_file() or not out.exists():
        write_atomically(out.resolve(), content)
    else:  # a device stays one
        out.write_bytes(content)
    echo(f"Wrote {out}, {len(content) / 1e6:.1f} MB.")
