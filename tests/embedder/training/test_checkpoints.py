import errno
import os
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from embedder.training import checkpoints
from embedder.training.checkpoints import BEST, LAST, keep_epoch, resumed, since_best

FACTS: dict[str, Any] = {
    "config": {"weights": "none"},
    "genres": ("Drama", "War"),
    "decades": ("1990",),
}


def row(epoch: int, figure: float) -> dict[str, Any]:
    return {"epoch": epoch, "val_map": figure, "val_p5": 0.0}


def kept(path: Path) -> int:
    return int(torch.load(path, weights_only=True)["epoch"])


def test_the_best_epoch_stays_while_the_last_one_goes_on(tmp_path: Path) -> None:
    history: list[dict[str, Any]] = []
    for epoch, figure in enumerate((0.3, 0.5, 0.4), 1):
        history.append(row(epoch, figure))
        keep_epoch(tmp_path, history, {"network": nn.Linear(1, 1)}, FACTS)
    assert (kept(tmp_path / LAST), kept(tmp_path / BEST)) == (3, 2)
    assert since_best(history) == 1
    assert len((tmp_path / "history.csv").read_text().splitlines()) == 4


def test_an_epoch_cut_off_while_it_is_written_is_learned_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last checkpoint, from which a run goes on, tells of no best one that is not there."""
    keep_epoch(tmp_path, [row(1, 0.3)], {}, FACTS)
    save = checkpoints._save
    written: list[Path] = []

    def cut(checkpoint: dict[str, Any], path: Path) -> None:
        if written:
            raise KeyboardInterrupt
        save(checkpoint, path)
        written.append(path)

    monkeypatch.setattr(checkpoints, "_save", cut)
    with pytest.raises(KeyboardInterrupt):
        keep_epoch(tmp_path, [row(1, 0.3), row(2, 0.5)], {}, FACTS)
    assert (kept(tmp_path / LAST), kept(tmp_path / BEST)) == (1, 2)


def test_a_run_goes_on_with_its_parts_and_its_history(tmp_path: Path) -> None:
    wanted, found = nn.Linear(2, 1), nn.Linear(2, 1)
    keep_epoch(tmp_path, [row(1, 0.3)], {"network": wanted}, FACTS)
    assert resumed(tmp_path / LAST, {"network": found}, FACTS) == [row(1, 0.3)]
    assert torch.equal(wanted.weight, found.weight)


def test_a_disk_too_full_for_an_epoch_has_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_epoch(tmp_path, [row(1, 0.3)], {}, FACTS)
    write = Path.write_bytes

    def fills(path: Path, content: memoryview) -> None:
        write(path, content[:100])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", fills)
    with pytest.raises(OSError, match="No space left"):
        keep_epoch(tmp_path, [row(1, 0.3), row(2, 0.5)], {}, FACTS)
    assert (kept(tmp_path / LAST), kept(tmp_path / BEST)) == (1, 1)
    assert list(tmp_path.glob("*.partial")) == []


def test_a_run_without_a_checkpoint_starts_anew(tmp_path: Path) -> None:
    assert resumed(tmp_path / LAST, {}, FACTS) == []


def test_a_checkpoint_of_another_config_is_refused(tmp_path: Path) -> None:
    keep_epoch(tmp_path, [row(1, 0.3)], {}, FACTS)
    with pytest.raises(ValueError, match="another config"):
        resumed(tmp_path / LAST, {}, FACTS | {"config": {"weights": "none", "seed": 1}})


@pytest.mark.parametrize(
    ("name", "others"),
    [("genres", ("War", "Drama")), ("genres", ("Drama",)), ("decades", ("1980",))],
)
def test_a_checkpoint_of_other_genres_or_of_another_order_is_refused(
    tmp_path: Path, name: str, others: tuple[str, ...]
) -> None:
    found = nn.Linear(2, 1)
    keep_epoch(tmp_path, [row(1, 0.3)], {"network": nn.Linear(2, 1)}, FACTS)
    before = found.weight.clone()
    with pytest.raises(ValueError, match=f"{name}, or their order"):
        resumed(tmp_path / LAST, {"network": found}, FACTS | {name: others})
    assert torch.equal(found.weight, before)
