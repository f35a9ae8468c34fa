"""The map in one file: all of it, and nothing from elsewhere."""

import base64
import errno
import html
import json
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from catalog.models import Movie
from cli.main import main
from onesheet.base.home import Home
from onesheet.instance import Instance
from webapp.presenting.map_export import MODULES, NO_MAP, as_script


def write(home: Path, out: Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["--home", str(home), "map", "--out", str(out)])
    return result.exit_code, result.output


def part(page: str, name: str) -> str:
    found = re.search(rf'<script type="[^"]*" id="{name}">(.*?)</script>', page, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.usefixtures("mapped")
def test_the_file_holds_every_point_and_its_title(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "map.html"
    status, said = write(home, out)
    assert (status, said.startswith(f"Wrote {out}")) == (0, True), said
    page, instance = out.read_text(encoding="utf-8"), Instance(Home(home))
    found = instance.maps.current()
    assert found
    assert base64.b64decode(part(page, "points")) == found.points()
    titles = [card.title for card in instance.catalog.all_cards()]
    assert json.loads(part(page, "titles")) == titles
    instance.close()


@pytest.mark.usefixtures("mapped")
def test_the_file_names_nothing_that_a_browser_would_load(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "map.html"
    write(home, out)
    page = html.unescape(out.read_text(encoding="utf-8"))
    assert not re.findall(r"https?://|url\(|<link|\bsrc=|^import |^export |\bfetch\(\"", page, re.M)
    for name in MODULES:
        assert page.count(f'modules["{name.rpartition("/")[2]}"] = (') == 1


@pytest.mark.parametrize(
    "line",
    [
        'import * as linked from "../linked.js";',
        'import {\n  Grid,\n} from "./grid.js";',
        'import "./grid.js";',
        "export default class Map {}",
        "export { Map };",
        "export let map;",
        'const grid = await import("./grid.js");',
    ],
)
def test_a_module_that_would_still_import_or_export_is_refused(line: str) -> None:
    good = 'import { Grid, near } from "./grid.js";\n\nexport class Map {}\n'
    assert as_script("map/map", good).endswith("return { Map };\n})();\n")
    with pytest.raises(ValueError, match=r"map/map\.js cannot be put into one file: "):
        as_script("map/map", f"{good}{line}\n")


@pytest.mark.usefixtures("mapped")
def test_a_title_cannot_end_the_script_it_stands_in(home: Path, tmp_path: Path) -> None:
    instance = Instance(Home(home))
    card = instance.catalog.all_cards()[0]
    with instance.engine.begin() as connection:
        title = "</script><b>"
        connection.execute(update(Movie).where(Movie.id == card.movie_id).values(title=title))
    instance.close()
    out = tmp_path / "map.html"
    write(home, out)
    assert json.loads(part(out.read_text(encoding="utf-8"), "titles"))[0] == "</script><b>"


def test_an_index_without_a_map_is_told_and_nothing_written(home: Path, tmp_path: Path) -> None:
    status, said = write(home, tmp_path / "map.html")
    assert (status, NO_MAP in said) == (2, True)
    assert not (tmp_path / "map.html").exists()


@pytest.mark.usefixtures("mapped")
def test_a_map_that_finds_no_room_leaves_the_one_before(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, written = tmp_path / "map.html", Path.write_bytes
    out.write_text("the map before")

    def fills(path: Path, content: bytes) -> None:
        written(path, content[:100])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", fills)
    monkeypatch.setattr(Path, "write_text", lambda path, *_, **__: fills(path, b"half"))
    status, said = write(home, out)
    assert (status, "No space left" in said) == (2, True), said
    assert [path.name for path in tmp_path.glob("*map*")] == ["map.html"]
    assert out.read_bytes() == b"the map before"


@pytest.mark.skipif(os.name != "posix", reason="there are no pipes among the files")
def test_a_map_may_go_into_a_pipe_or_through_a_link_which_stay(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.presenting.map_export.map_file", lambda _: "a map")
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to("map.html")
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert [write(home, out)[0] for out in (pipe, link)] == [0, 0]
    assert (pipe.is_fifo(), link.is_symlink()) == (True, True)
    assert os.read(reader, 10) == (tmp_path / "map.html").read_bytes() == b"a map"
    os.close(reader)
