import csv
import dataclasses
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from embedder.card import load_model, save_model
from embedder.networks.poster_network import PosterNetwork, Shapes
from embedder.training.checkpoints import averaged_network
from embedder.training.config import TrainingConfig
from embedder.training.data import Example, labels_of
from embedder.training.learner import seeded
from embedder.training.loop import train


class CutError(Exception):
    """A run is interrupted."""


def cut_before_learning(what: str, done: int, total: int) -> None:
    if what.startswith("epoch"):
        raise CutError


def corrected(examples: list[Example]) -> list[Example]:
    """A Horror is a Western after all, so that the genres' order by frequency is another."""
    western = ("Western",)
    return [dataclasses.replace(e, genres=western) if e.film == "Horror-1" else e for e in examples]


def states(path: Path) -> dict[str, torch.Tensor]:
    average: dict[str, torch.Tensor] = torch.load(path, weights_only=True)["average"]
    return average


def test_the_loss_falls_on_posters_that_can_be_told_apart(
    tiny: TrainingConfig, examples: list[Example], tmp_path: Path
) -> None:
    train(examples, tmp_path, dataclasses.replace(tiny, epochs=6, mixing=0.0))
    with (tmp_path / "history.csv").open() as file:
        losses = [float(row["train_loss"]) for row in csv.DictReader(file)]
    assert losses[-1] < 0.8 * losses[0]


def test_the_same_seed_trains_the_same_network(
    tiny: TrainingConfig, trained: SimpleNamespace, examples: list[Example], tmp_path: Path
) -> None:
    again = states(train(examples, tmp_path, tiny))
    assert all(torch.equal(value, again[name]) for name, value in states(trained.best).items())


def test_training_stops_when_val_no_longer_improves_and_resuming_learns_no_more(
    tiny: TrainingConfig, examples: list[Example], tmp_path: Path
) -> None:
    still = dataclasses.replace(
        tiny, epochs=9, patience=2, frozen=5, lr=0.0, head_lr=0.0, proxy_lr=0.0
    )
    train(examples, tmp_path, still)
    assert len((tmp_path / "history.csv").read_text().splitlines()) == 1 + 3
    assert torch.load(tmp_path / "best.pt", weights_only=True)["epoch"] == 1
    train(examples, tmp_path, still, resume=True, progress=cut_before_learning)
    assert len((tmp_path / "history.csv").read_text().splitlines()) == 1 + 3


def test_progress_counts_the_posters_of_the_whole_run(
    tiny: TrainingConfig, examples: list[Example], tmp_path: Path
) -> None:
    told: list[tuple[str, int, int]] = []
    config = dataclasses.replace(tiny, accumulate=2)
    train(examples, tmp_path, config, progress=lambda *told_now: told.append(told_now))
    epochs = [(done, total) for what, done, total in told if what.startswith("epoch")]
    assert epochs == [(16, 32), (32, 32)]  # 30 posters hold one step of 16 an epoch


def test_a_run_folder_shows_what_training_sees(
    tiny: TrainingConfig, trained: SimpleNamespace
) -> None:
    with Image.open(trained.run / "augmentation.png") as sheet:
        assert sheet.size == (9 * tiny.width, 10 * tiny.height)


@pytest.mark.gpu
def test_a_gpu_trains_what_any_machine_can_read(
    tiny: TrainingConfig, examples: list[Example], tmp_path: Path
) -> None:
    if not torch.cuda.is_available():
        pytest.skip("no GPU here")
    best = train(examples, tmp_path, tiny, device="cuda")
    train(examples, tmp_path, tiny, resume=True, device="cuda")
    network = averaged_network(torch.load(best, map_location="cpu", weights_only=True))
    assert all(value.isfinite().all() for value in network.state_dict().values())


def test_fewer_posters_than_one_step_are_refused(
    tiny: TrainingConfig, examples: list[Example], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="do not fill a step of 64"):
        train(examples, tmp_path, dataclasses.replace(tiny, batch=32, accumulate=2))


def test_training_without_a_val_split_is_refused(
    tiny: TrainingConfig, examples: list[Example], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="splits train and val"):
        train([e for e in examples if e.split == "train"], tmp_path, tiny)


def test_a_single_val_poster_is_refused_before_learning(
    tiny: TrainingConfig, examples: list[Example], tmp_path: Path
) -> None:
    one = next(e for e in examples if e.split == "val")
    few = [e for e in examples if e.split == "train" or e is one]
    with pytest.raises(ValueError, match="of val at least two"):
        train(few, tmp_path, tiny, progress=cut_before_learning)


def test_val_posters_without_a_genre_are_refused_before_learning(
    tiny: TrainingConfig, examples: list[Example], tmp_path: Path
) -> None:
    unknown = [dataclasses.replace(e, genres=()) if e.split == "val" else e for e in examples]
    with pytest.raises(ValueError, match="no poster of the split val has a genre"):
        train(unknown, tmp_path, tiny, progress=cut_before_learning)


def test_a_teacher_leaves_nothing_in_a_network_from_scratch(
    tiny: TrainingConfig, folder: Path, examples: list[Example], tmp_path: Path
) -> None:
    config = dataclasses.replace(tiny, teacher=str(folder), epochs=1, lr=0.0, head_lr=0.0)
    learned = torch.load(train(examples, tmp_path, config), weights_only=True)["network"]
    seeded(config.seed)
    start = PosterNetwork(config.backbone, Shapes(config.promise, config.look, 4, 10))
    assert all(torch.equal(value, learned[name]) for name, value in start.named_parameters())


def test_corrected_labels_and_a_model_written_anew_are_read_anew(
    tiny: TrainingConfig, folder: Path, examples: list[Example], tmp_path: Path
) -> None:
    model, run = Path(shutil.copytree(folder, tmp_path / "model")), tmp_path / "run"
    config = dataclasses.replace(tiny, weights=str(model), tutor=str(model), tutor_share=0.0)

    def start(examples: list[Example]) -> None:
        with pytest.raises(CutError):
            train(examples, run, config, progress=cut_before_learning)

    start(examples)
    start(corrected(examples))
    labels = labels_of(corrected(examples)).genres[[e.split == "train" for e in examples]]
    assert np.array_equal(np.load(run / "readings.npy"), labels)
    np.save(run / "looks.npy", np.zeros_like(np.load(run / "looks.npy")))
    content, card, _ = load_model(model)
    save_model(model, content, dataclasses.replace(card, name="written anew"))
    start(examples)
    assert np.load(run / "looks.npy").any()


def test_training_writes_a_checkpoint_that_describes_itself(
    tiny: TrainingConfig, trained: SimpleNamespace
) -> None:
    saved = torch.load(trained.best, weights_only=True)
    assert saved["config"] == dataclasses.asdict(tiny)
    assert set(saved["genres"]) == {"Drama", "Comedy", "Horror", "Western"}
    assert saved["decades"][0] == "1920"
    assert 1 <= saved["epoch"] <= tiny.epochs


def test_history_has_a_row_an_epoch(trained: SimpleNamespace) -> None:
    with (trained.run / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert all(0 <= float(row["val_map"]) <= 1 for row in rows)


def test_an_interrupted_run_resumes_to_the_same_network(
    tiny: TrainingConfig, trained: SimpleNamespace, examples: list[Example], tmp_path: Path
) -> None:
    def cut(what: str, done: int, total: int) -> None:
        if what == "epoch 2/2" and done > total - 8:
            raise CutError

    with pytest.raises(CutError):
        train(examples, tmp_path, tiny, progress=cut)
    train(examples, tmp_path, tiny, resume=True)
    resumed, whole = states(tmp_path / "last.pt"), states(trained.run / "last.pt")
    assert all(torch.equal(value, resumed[name]) for name, value in whole.items())


def test_resuming_with_another_config_is_refused(
    tiny: TrainingConfig, trained: SimpleNamespace
) -> None:
    with pytest.raises(ValueError, match="another config"):
        train(trained.examples, trained.run, dataclasses.replace(tiny, lr=1e-5), resume=True)


def test_resuming_after_the_genres_changed_is_refused(
    tiny: TrainingConfig, trained: SimpleNamespace
) -> None:
    with pytest.raises(ValueError, match="genres, or their order"):
        train(corrected(trained.examples), trained.run, tiny, resume=True)


def test_a_config_saved_before_a_setting_existed_still_resumes(
    tiny: TrainingConfig, trained: SimpleNamespace, tmp_path: Path
) -> None:
    run = Path(shutil.copytree(trained.run, tmp_path / "run"))
    saved = torch.load(run / "last.pt", weights_only=True)
    del saved["config"]["temperature"]  # at its default here
    torch.save(saved, run / "last.pt")
    seen: list[str] = []
    train(trained.examples, run, tiny, resume=True, progress=lambda what, *_: seen.append(what))
    assert not any(what.startswith("epoch") for what in seen)
