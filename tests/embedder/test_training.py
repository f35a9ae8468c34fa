import csv
import dataclasses
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from embedder import data
from embedder.config import TrainingConfig
from embedder.data import Example
from embedder.distributed import Place
from embedder.finishing import averaged_network
from embedder.lessons import Batch, Criterion, Lessons, Objective, backward
from embedder.network import PosterNetwork, Shapes
from embedder.training import train


def states(path: Path) -> dict[str, torch.Tensor]:
    return torch.load(path, weights_only=True)["average"]


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


def test_an_interrupted_run_resumes_to_the_same_network(
    tiny: TrainingConfig, trained: SimpleNamespace, examples: list[Example], tmp_path: Path
) -> None:
    class CutError(Exception):
        pass

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


def test_training_stops_when_val_no_longer_improves(
    tiny: TrainingConfig, examples: list[Example], tmp_path: Path
) -> None:
    still = dataclasses.replace(
        tiny, epochs=9, patience=2, frozen=5, lr=0.0, head_lr=0.0, proxy_lr=0.0
    )
    train(examples, tmp_path, still)
    assert len((tmp_path / "history.csv").read_text().splitlines()) == 1 + 3
    assert torch.load(tmp_path / "best.pt", weights_only=True)["epoch"] == 1


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


def test_accumulated_gradients_are_those_of_one_large_batch(
    tiny: TrainingConfig, trained: SimpleNamespace
) -> None:
    """But for the promise loss, which is no mean over posters, and batch statistics."""
    config = dataclasses.replace(tiny, dropout=0.0, mixing=0.0, promise_weight=0.0)
    posters = np.load(trained.run / "posters.npy")
    labels = data.labels(trained.examples)
    train_rows = np.flatnonzero([e.split == "train" for e in trained.examples])
    place = Place(torch.device("cpu"), bf16=False)
    lessons = Lessons(
        posters,
        labels,
        np.load(trained.run / "looks.npy"),
        train_rows,
        labels.genres[train_rows],
        data.families(trained.examples),
        config,
        place.device,
    )
    shapes = Shapes(8, 8, len(labels.genre_names), len(labels.decade_names))
    torch.manual_seed(0)
    network = PosterNetwork("custom", shapes, config.dropout)
    criterion = Criterion(lessons, config, torch.Generator().manual_seed(0))
    objective = Objective(network, criterion, place).eval()
    whole = lessons.batch(torch.arange(16), (48, 32), torch.Generator().manual_seed(0))
    halves = [
        Batch(
            **{field.name: getattr(whole, field.name)[part] for field in dataclasses.fields(Batch)}
        )
        for part in (slice(0, 8), slice(8, 16))
    ]

    losses = backward(objective, [whole], 1)
    wanted = [p.grad.clone() for p in network.parameters() if p.grad is not None]
    objective.zero_grad()
    accumulated = backward(objective, halves, 2)
    found = [p.grad for p in network.parameters() if p.grad is not None]
    assert len(found) == len(wanted) > 20
    for own, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(own, other, rtol=1e-4, atol=1e-6)
    assert float(accumulated["look"]) == pytest.approx(float(losses["look"]), rel=1e-5)


def test_a_loss_that_is_no_longer_a_number_ends_training(
    tiny: TrainingConfig, examples: list[Example], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="lower the learning rate"):
        train(examples, tmp_path, dataclasses.replace(tiny, head_lr=1e37, epochs=1))


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


def test_the_training_copy_of_a_leak_is_dropped() -> None:
    def example(film: str, split: str, bits: int) -> Example:
        return Example(film, film, Path(film), ("Drama",), None, None, split, bits)

    kept, dropped = data.without_leaks(
        [
            example("a", "train", 0b0),
            example("b", "train", 0b1111 << 40),
            example("c", "test", 0b1),
            example("d", "val", 0xFF << 50),
            example("d", "train", 0xFFFF),
        ],
        at_most=2,
    )
    assert [e.film for e in kept] == ["b", "c", "d"]
    assert dropped == ["a", "d"]


def test_numbered_sequels_of_the_training_split_are_families() -> None:
    def example(title: str, year: int | None, split: str = "train") -> Example:
        return Example(title, title, Path("x"), ("Drama",), year, None, split, 0)

    pairs = data.families(
        [
            example("The Lighthouse", 1980),
            example("The Lighthouse II: Landfall", 1983),
            example("The Lighthouse 3", 1999),  # too late
            example("The Lighthouse Part IV", 1986, "test"),
            example("Seven", 1984),
            example("Seven 7th Streets", 1985),
            example("The Lighthouse 2", None),
        ]
    )
    assert sorted(map(tuple, pairs.tolist())) == [(0, 1), (1, 0)]


def test_labels_know_missing_years_and_ratings(examples: list[Example]) -> None:
    labels = data.labels(examples)
    assert (
        labels.genre_names[0] == "Drama" or labels.genres[:, 0].sum() >= labels.genres[:, 1].sum()
    )
    unknown = [i for i, e in enumerate(examples) if e.year is None]
    assert (labels.decades[unknown] == 0).all()
    assert np.isnan(labels.ratings[[i for i, e in enumerate(examples) if e.rating is None]]).all()
    assert (labels.genres.sum(1) >= 1).all()


@pytest.mark.parametrize(("year", "decade"), [(1895, 1920), (1987, 1980), (2023, 2010)])
def test_years_outside_the_decades_count_to_the_nearest(year: int, decade: int) -> None:
    assert data.decade_of(year) == decade


def test_the_cache_is_decoded_once(examples: list[Example], tmp_path: Path) -> None:
    first = data.cache(examples, tmp_path / "posters.npy", 48, 32)
    stamp = (tmp_path / "posters.npy").stat().st_mtime_ns
    again = data.cache(examples, tmp_path / "posters.npy", 48, 32)
    assert (tmp_path / "posters.npy").stat().st_mtime_ns == stamp
    np.testing.assert_array_equal(first, again)
    other = data.cache(examples[:3], tmp_path / "posters.npy", 48, 32)
    assert other.shape == (3, 48, 32, 3)


@pytest.mark.parametrize(
    "wrong", [{"epochs": 0}, {"batch": 1}, {"early_scale": 0.0}, {"average": 1.0}]
)
def test_impossible_configs_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        TrainingConfig(**wrong)  # type: ignore[arg-type]
