"""Tagging a folder: a table that is whole at any moment, and gone on with."""

import csv
import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from cli.main import main
from embedder import Embedder
from embedder.card import load_model, save_model
from onesheet.base.home import Home
from onesheet.base.refusals import QueryError
from onesheet.instance import Instance
from onesheet.queries.query import from_file
from onesheet.reading import tag_folder as tagging
from onesheet.reading.tag_folder import FACTS, tag_folder
from tests.cli.conftest import one_line
from tests.conftest import drawn_bytes
from tests.onesheet.queries.test_read_part import framed


@pytest.fixture
def folder(small_home: Path, tmp_path: Path) -> Path:
    """Twenty posters, two of them in a folder of their own, and what is none."""
    folder = tmp_path / "posters"
    (folder / "more").mkdir(parents=True)
    for place, path in enumerate(sorted((small_home / "posters").glob("*/*.webp"))[:20]):
        shutil.copy(path, folder / ("more" if place > 17 else ".") / f"{place:02d}.WEBP")
    (folder / "letter.jpg").write_text("Dear Sir or Madam")
    (folder / "empty.png").touch()
    (folder / "movies.csv").write_text("not a poster")
    (folder / ".hidden.webp").write_text("hidden")
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "tags.csv"


@pytest.fixture
def embedder(tiny_model: Path) -> Embedder:
    return Embedder.load(tiny_model)


def rows(out: Path) -> list[dict[str, str]]:
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def quiet(done: int, total: int) -> None:
    pass


def poster_in(path: Path) -> Image.Image:
    return from_file(path).image


def test_every_poster_has_a_row_and_every_other_image_name_a_reason(
    embedder: Embedder, folder: Path, out: Path
) -> None:
    counted: list[tuple[int, int]] = []
    tagged = tag_folder(embedder, folder, out, lambda *each: counted.append(each), poster_in)
    assert (tagged.read, tagged.kept) == (20, 0)
    assert [line.partition(": ")[0] for line in tagged.skipped] == ["empty.png", "letter.jpg"]
    assert "not an image" in tagged.skipped[1]
    assert counted[-1] == (22, 22)
    found = rows(out)
    assert [row["file"] for row in found][-2:] == ["more/18.WEBP", "more/19.WEBP"]
    assert list(found[0]) == [*FACTS, *sorted(embedder.card.genres)]


def test_a_row_is_the_posters_reading(embedder: Embedder, folder: Path, out: Path) -> None:
    tag_folder(embedder, folder, out, quiet, poster_in)
    for row in rows(out)[:3]:
        shares = {name: float(row[name]) for name in embedder.card.genres}
        likely = sorted((n for n in shares if shares[n] > 0.5), key=lambda n: -shares[n])
        assert row["predicted"].split("|") == (likely or [""])
        assert float(row["score_low"]) < float(row["score"]) < float(row["score_high"])
        assert row["decade"] in embedder.card.decades
        assert embedder.fingerprint.startswith(row["model"])


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were read, noted as the real reading goes on."""
    read, seen = tagging._read, list[Path]()

    def noting(embedder: Embedder, path: Path, poster_in: Callable[[Path], Image.Image]) -> object:
        seen.append(path)
        return read(embedder, path, poster_in)

    monkeypatch.setattr(tagging, "_read", noting)
    return seen


def test_rows_that_are_there_are_not_read_again(
    embedder: Embedder, folder: Path, out: Path, unread: list[Path]
) -> None:
    tag_folder(embedder, folder, out, quiet, poster_in)
    before = out.read_bytes()
    unread.clear()
    tagged = tag_folder(embedder, folder, out, quiet, poster_in)
    assert (tagged.read, tagged.kept) == (0, 20)
    assert {path.name for path in unread} == {"letter.jpg", "empty.png"}
    assert out.read_bytes() == before


def test_an_interrupted_run_leaves_a_valid_table_and_is_finished_by_the_next(
    embedder: Embedder, folder: Path, out: Path, tmp_path: Path
) -> None:
    whole = tmp_path / "whole.csv"
    tag_folder(embedder, folder, whole, quiet, poster_in)

    def stop(done: int, total: int) -> None:
        if done >= 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tag_folder(embedder, folder, out, stop, poster_in)
    part = rows(out)
    assert 0 < len(part) < 20
    assert part == rows(whole)[: len(part)]
    tagged = tag_folder(embedder, folder, out, quiet, poster_in)
    assert (tagged.read, tagged.kept) == (20 - len(part), len(part))
    assert out.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("cut", [1, 30, 100])
def test_a_torn_last_row_is_read_again(
    embedder: Embedder, folder: Path, out: Path, cut: int
) -> None:
    tag_folder(embedder, folder, out, quiet, poster_in)
    whole = rows(out)
    out.write_bytes(out.read_bytes()[:-cut])
    assert tag_folder(embedder, folder, out, quiet, poster_in).read >= 1
    assert rows(out) == whole


def test_rows_of_another_model_are_read_again(
    embedder: Embedder, folder: Path, out: Path, tiny_model: Path, tmp_path: Path
) -> None:
    tag_folder(embedder, folder, out, quiet, poster_in)
    onnx_bytes, card, _ = load_model(tiny_model)
    save_model(tmp_path / "other", onnx_bytes, dataclasses.replace(card, thresholds=(0.1,) * 7))
    other = Embedder.load(tmp_path / "other")
    assert tag_folder(other, folder, out, quiet, poster_in).read == 20
    assert {row["model"] for row in rows(out)} == {other.fingerprint[:12]}
    assert len(rows(out)) == 20


@pytest.mark.parametrize("text", ["title,year\nJaws,1975\n", "Dear Sir", "\n", "\0\n", "a\rb\n"])
def test_another_table_is_refused_and_left_alone(
    embedder: Embedder, folder: Path, out: Path, text: str
) -> None:
    out.write_text(text, newline="")
    with pytest.raises(QueryError, match="name a new CSV"):
        tag_folder(embedder, folder, out, quiet, poster_in)
    assert out.read_bytes() == text.encode()


def test_names_with_commas_quotes_and_line_breaks_are_gone_on_with(
    embedder: Embedder, folder: Path, out: Path
) -> None:
    (folder / "00.WEBP").rename(folder / 'a "b", c\nd.webp')
    tag_folder(embedder, folder, out, quiet, poster_in)
    assert 'a "b", c\nd.webp' in {row["file"] for row in rows(out)}
    assert tag_folder(embedder, folder, out, quiet, poster_in).read == 0


def run(home: Path, *arguments: object, status: int = 0) -> Result:
    result = CliRunner().invoke(main, ["--home", str(home), "read", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return result


def test_the_command_tells_what_it_did(home: Path, folder: Path, out: Path) -> None:
    first = run(home, folder, "--csv", out)
    assert "Read 20, kept 0, skipped 2." in first.stdout
    assert "skipped: letter.jpg" in first.stderr
    assert "Read 0, kept 20, skipped 2." in run(home, folder, "--csv", out).stdout
    instance = Instance(Home(home))
    assert instance.catalog.counts().posters == 80
    instance.close()


def test_a_poster_in_a_folder_is_read_as_it_is_alone(home: Path, tmp_path: Path) -> None:
    (tmp_path / "posters").mkdir()
    (tmp_path / "posters" / "framed.png").write_bytes(framed(7))
    Image.new("RGB", (40, 60)).save(tmp_path / "posters" / "blank.png")
    told = run(home, tmp_path / "posters", "--csv", tmp_path / "tags.csv").stderr
    assert "skipped: blank.png: There is nothing to see on this" in told
    alone = json.loads(run(home, tmp_path / "posters" / "framed.png", "--json").stdout)
    (row,) = rows(tmp_path / "tags.csv")
    told_alone = {name: float(row[name]) for name in alone["genres"]}
    assert told_alone == pytest.approx(alone["genres"], abs=1e-3)


@pytest.mark.parametrize("options", [(), ("--json",), ("--csv", "t.csv", "--intended", "Drama")])
def test_a_folder_needs_a_table_and_nothing_else(
    home: Path, folder: Path, options: tuple[str, ...]
) -> None:
    assert "For a folder give --csv" in run(home, folder, *options, status=2).stderr


def test_a_table_needs_a_folder(home: Path, folder: Path, out: Path) -> None:
    assert "--csv is for a folder" in run(home, folder / "00.WEBP", "--csv", out, status=2).stderr


def test_a_table_that_cannot_be_written_is_one_line(home: Path, folder: Path) -> None:
    result = run(home, folder, "--csv", folder / "00.WEBP" / "t.csv", status=2)
    assert "t.csv" in one_line(result)


def test_a_file_named_like_a_formula_is_a_text_and_read_once(
    small_home: Path, tmp_path: Path
) -> None:
    instance = Instance(Home(small_home))
    (tmp_path / "posters").mkdir()
    (tmp_path / "posters" / "=1+1.png").write_bytes(drawn_bytes(5, "PNG"))
    for _ in range(2):
        table = tmp_path / "table.csv"
        tagged = tag_folder(instance.embedder(), tmp_path / "posters", table, quiet, poster_in)
    assert (tagged.read, tagged.kept) == (0, 1)
    assert table.read_text().splitlines()[1].startswith("'=1+1.png,")
    instance.close()


def test_a_score_and_a_decade_that_are_not_told_elsewhere_have_empty_cells(
    folder: Path, out: Path, tiny_model: Path, tmp_path: Path
) -> None:
    onnx_bytes, card, _ = load_model(tiny_model)
    training = {"held_out": {"score_gain": -0.01, "decade_gain": 0.0}}
    save_model(tmp_path / "guessing", onnx_bytes, dataclasses.replace(card, training=training))
    tag_folder(Embedder.load(tmp_path / "guessing"), folder, out, quiet, poster_in)
    found = rows(out)
    assert len(found) == 20
    for name in ("score", "score_low", "score_high", "decade"):
        assert {row[name] for row in found} == {""}
    assert all(float(found[0][name]) > 0 for name in card.genres)
