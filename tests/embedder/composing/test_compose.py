"""A composition part set on the packaged model, and taken off it again."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embedder import Embedder
from embedder.composing.compose import compose_model
from embedder.composing.fitting import ComposingConfig
from embedder.composing.network_lessons import NetworkLessons
from embedder.training.data import Example
from tests.conftest import drawn

pytestmark = pytest.mark.slow
COUNT = 48
CONFIG = ComposingConfig(dimensions=24, directions=40, epochs=2, queries=8, others=20)


@pytest.fixture(scope="module")
def posters() -> NDArray[np.uint8]:
    """Every second is its forerunner mirrored: alike in looks, not in composition."""
    plain = [np.asarray(drawn(number).resize((128, 192))) for number in range(COUNT // 2)]
    both = [poster for each in plain for poster in (each, each[:, ::-1])]
    return np.ascontiguousarray(np.stack(both))


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return [
        Example(f"film {n}", "", Path(), (), None, None, "test" if n % 12 == 11 else "train", n)
        for n in range(COUNT)
    ]


def graded() -> dict[str, dict[str, float]]:
    return {
        f"film {n}": {f"film {(n + step) % COUNT}": float(step % 3) for step in range(1, 7)}
        for n in range(COUNT)
    }


@pytest.fixture(scope="module")
def composed(
    posters: NDArray[np.uint8],
    examples: list[Example],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    folder = tmp_path_factory.mktemp("composed")
    compose_model(None, examples, posters, graded(), folder, CONFIG)
    return folder


def test_it_has_a_third_part_whose_positions_sum_to_it(
    composed: Path, posters: NDArray[np.uint8]
) -> None:
    model = Embedder.load(composed)
    assert list(model.card.parts) == ["promise", "look", "composition"]
    read = model.read_arrays(posters[:20], positions=True)
    assert read.positions is not None
    assert read.embeddings.shape == (20, model.dimensions)
    assert read.positions.shape == (20, 6, 4, model.dimensions)
    np.testing.assert_allclose(read.positions.mean((1, 2)), read.embeddings, atol=1e-4)
    assert model.card.genre_dimensions is not None


def test_what_it_reads_stays_as_it_was(composed: Path, posters: NDArray[np.uint8]) -> None:
    one, other = (Embedder.load(f).read_arrays(posters[:8]) for f in (None, composed))
    np.testing.assert_allclose(other.genres, one.genres, atol=1e-5)
    np.testing.assert_allclose(other.decades, one.decades, atol=1e-5)
    np.testing.assert_allclose(other.scores, one.scores, atol=1e-5)


def test_a_mirrored_poster_is_further_in_composition_than_in_looks(
    composed: Path, posters: NDArray[np.uint8]
) -> None:
    model = Embedder.load(composed)
    read = model.read_arrays(posters).embeddings
    sizes = np.cumsum(list(model.card.parts.values()))

    def cosine(columns: slice) -> float:
        part = read[:, columns]
        part = part / np.linalg.norm(part, axis=1, keepdims=True)
        return float((part[::2] * part[1::2]).sum(1).mean())

    assert cosine(slice(sizes[1], sizes[2])) < cosine(slice(sizes[0], sizes[1]))


@pytest.fixture(scope="module")
def taught(
    posters: NDArray[np.uint8],
    examples: list[Example],
    lite_weights: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    folder = tmp_path_factory.mktemp("taught")
    compose_model(
        None,
        examples,
        posters,
        graded(),
        folder,
        CONFIG,
        teachers=[lite_weights],
    )
    return folder


def test_a_teacher_makes_a_model_like_any_other(
    taught: Path, composed: Path, posters: NDArray[np.uint8]
) -> None:
    model, plain = Embedder.load(taught), Embedder.load(composed)
    assert model.card.parts == plain.card.parts
    assert model.fingerprint != plain.fingerprint
    read = model.read_arrays(posters[:10], positions=True)
    assert read.positions is not None
    np.testing.assert_allclose(read.positions.mean((1, 2)), read.embeddings, atol=1e-4)
    facts = model.card.training["composition"]
    assert facts["teachers"] == ["efficientnet-narrow.pth"]
    assert facts["distil"] == CONFIG.distil
    assert not {"teachers", "distil"} & set(plain.card.training["composition"])


def test_a_teacher_trains_the_network_too(
    taught: Path,
    posters: NDArray[np.uint8],
    examples: list[Example],
    lite_weights: Path,
    tmp_path: Path,
) -> None:
    lessons = NetworkLessons(epochs=1, batch=12, frozen=15, others=20)
    weights = [lite_weights]
    compose_model(
        None, examples, posters, graded(), tmp_path, CONFIG, teachers=weights, lessons=lessons
    )
    trained, other = Embedder.load(tmp_path), Embedder.load(taught)
    facts = trained.card.training["composition"]
    assert facts["network"] == lessons.facts()
    assert {**facts, "network": None} == {
        **other.card.training["composition"],
        "network": None,
    }
    one, two = (model.read_arrays(posters[:8]) for model in (trained, other))
    assert not np.array_equal(one.genres, two.genres)
    np.testing.assert_allclose(one.genres, two.genres, atol=0.1)


def test_lessons_need_a_teacher(
    posters: NDArray[np.uint8], examples: list[Example], tmp_path: Path
) -> None:
    lessons, out = NetworkLessons(epochs=1), tmp_path / "out"
    with pytest.raises(ValueError, match="by a teacher"):
        compose_model(None, examples, posters, graded(), out, CONFIG, lessons=lessons)


def test_a_teacher_needs_grades(
    posters: NDArray[np.uint8], examples: list[Example], lite_weights: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with pytest.raises(ValueError, match="needs graded posters"):
        compose_model(None, examples, posters, {}, out, CONFIG, teachers=[lite_weights])


def test_fewer_posters_than_the_part_has_numbers_are_refused(
    posters: NDArray[np.uint8], examples: list[Example], tmp_path: Path
) -> None:
    enough = [n for n, each in enumerate(examples) if each.split == "train"][: CONFIG.dimensions]
    few, out = enough[:-1], tmp_path / "out"
    with pytest.raises(ValueError, match=f"train; here are {len(few)}"):
        compose_model(None, [examples[n] for n in few], posters[few], {}, out, CONFIG)
    compose_model(None, [examples[n] for n in enough], posters[enough], {}, out, CONFIG)
    assert Embedder.load(out).card.parts["composition"] == CONFIG.dimensions


def test_it_can_be_learned_anew(
    composed: Path, posters: NDArray[np.uint8], examples: list[Example], tmp_path: Path
) -> None:
    """Out of a composed model comes the same as out of that below it, but for half precision."""
    once, twice = tmp_path / "once", tmp_path / "twice"
    compose_model(None, examples, posters, {}, once, CONFIG)
    compose_model(composed, examples, posters, {}, twice, CONFIG)
    one, two = (Embedder.load(folder) for folder in (once, twice))
    assert one.card.parts == two.card.parts
    assert one.card.balance == two.card.balance
    nearest = []
    for model in (one, two):
        read = model.read_arrays(posters).embeddings
        unit = read / np.linalg.norm(read, axis=1, keepdims=True)
        near = unit @ unit.T
        np.fill_diagonal(near, -1)
        nearest.append(near.argmax(1))
    assert (nearest[0] == nearest[1]).mean() > 0.9


def test_the_file_stays_small(composed: Path) -> None:
    assert (composed / "model.onnx").stat().st_size < 16_000_000


def test_a_backbone_that_nobody_chose_depths_for_is_refused(
    tiny_model: Path, posters: NDArray[np.uint8], examples: list[Example], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="mobilenet_v2 only, not off custom"):
        compose_model(tiny_model, examples, posters, {}, tmp_path / "out", CONFIG)
    assert not (tmp_path / "out").exists()
