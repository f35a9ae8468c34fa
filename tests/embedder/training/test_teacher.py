import dataclasses
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from embedder.training.config import TrainingConfig
from embedder.training.loop import train


def test_looks_are_read_anew_for_another_backbone(
    tiny: TrainingConfig, trained: SimpleNamespace, tmp_path: Path
) -> None:
    run = Path(shutil.copytree(trained.run, tmp_path / "run"))
    seen: list[str] = []

    def progress(what: str, *_: int) -> None:
        seen.append(what)
        if what == "reading looks":
            raise InterruptedError("what follows is training")

    another = dataclasses.replace(tiny, backbone="mobilenet_v2", epochs=1)
    with pytest.raises(InterruptedError):
        train(trained.examples, run, another, progress=progress)
    assert "decoding posters" not in seen
