import dataclasses
import shutil
from pathlib import Path
from types import SimpleNamespace

from embedder.training.config import TrainingConfig
from embedder.training.loop import train


def test_looks_are_read_anew_for_another_backbone(
    tiny: TrainingConfig, trained: SimpleNamespace, tmp_path: Path
) -> None:
    run = Path(shutil.copytree(trained.run, tmp_path / "run"))
    (run / "looks.key").write_text("resnet18 imagenet 8")
    seen: list[str] = []
    config = dataclasses.replace(tiny, epochs=1)
    train(trained.examples, run, config, progress=lambda what, *_: seen.append(what))
    assert "reading looks" in seen
    assert "decoding posters" not in seen
