from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from catalog.catalog import MovieRecord
from catalog.images import decode, perceptual_hash, to_jpeg, to_webp
from onesheet.doctor import examine
from onesheet.indexing.same_pictures import (
    MOST_COMPARED,
    NEAR,
    NEAREST_LATER,
    POSTERS_A_PAIR,
    grouped,
    same_pictures,
)
from onesheet.instance import Instance
from onesheet.queries.query import from_upload
from tests.conftest import drawn


def found(
    images: list[Image.Image | None], hashes: list[int], embeddings: object
) -> list[list[int]]:
    vectors = np.array(embeddings, np.float32)
    files = [str(row) for row in range(len(images))]
    pairs = same_pictures(files, np.array(hashes, np.uint64), vectors, images.__getitem__)
    return [[int(one), int(other)] for one, other in pairs]


def far(count: int, seed: int = 0) -> np.ndarray:
    """Embeddings of which no two are near."""
    return np.random.default_rng(seed).normal(size=(count, 64)).astype(np.float32)


def test_pictures_are_grouped_by_hash_or_by_embedding_and_by_looking() -> None:
    one, other, third = drawn(1), drawn(2), drawn(3)
    tilted = other.rotate(4, fillcolor=(90, 90, 90))
    images: list[Image.Image | None] = [one, other, one.resize((90, 135)), tilted, third]
    hashes = [perceptual_hash(image) for image in images if image is not None]
    embeddings = far(5)
    embeddings[3] = embeddings[1] + 0.01  # near, as the network would have it
    embeddings[4] = embeddings[0] + 0.01  # near, but another picture
    assert found(images, hashes, embeddings) == [[0, 2], [1, 3]]


def test_one_file_is_not_compared_with_itself() -> None:
    def refused(row: int) -> Image.Image:
        pytest.fail("a file was opened")

    pairs = same_pictures(["a", "b", "a"], np.array([7, 2**60 - 1, 7], np.uint64), far(3), refused)
    assert pairs.tolist() == [[0, 2]]


def test_of_many_copies_of_one_picture_all_are_found_by_few_comparisons() -> None:
    opened: list[int] = []

    def look(row: int) -> Image.Image:
        opened.append(row)
        return copies[row % len(copies)]

    copies = [drawn(1).resize((90 + more, 135)) for more in range(9)]
    files, hashes = [str(row) for row in range(300)], np.zeros(300, np.uint64)
    pairs = same_pictures(files, hashes, far(300), look)
    assert grouped(pairs.tolist()) == [[*range(300)]]
    assert len(opened) < NEAREST_LATER * 300


def test_many_pictures_of_one_hash_are_compared_with_the_nearest_alone() -> None:
    opened: list[int] = []

    def look(row: int) -> Image.Image:
        opened.append(row)
        return pictures[row]

    pictures = [drawn(row).resize((60, 90)) for row in range(60)]
    files, hashes = [str(row) for row in range(60)], np.zeros(60, np.uint64)
    pictures[50], embeddings = pictures[7], far(60)
    embeddings[50] = embeddings[7] + 0.01
    assert [7, 50] in same_pictures(files, hashes, embeddings, look).tolist()
    assert len(opened) <= 2 * NEAREST_LATER * 60


def test_a_picture_that_is_gone_is_in_no_group() -> None:
    assert found([drawn(1), None], [7, 7], far(2)) == []


@pytest.mark.parametrize("copies", [5, 40])
def test_the_nearest_pairs_within_the_distance_are_looked_at(copies: int) -> None:
    """Against all pairs by definition, in several blocks."""
    rng = np.random.default_rng(5)
    vectors = far(600)
    noise = rng.uniform(0, 0.6, (copies, 1)) * rng.normal(size=(copies, 64))
    vectors[-copies:] = vectors[:copies] + noise
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    away = np.where(np.triu(np.ones((600, 600)), 1) > 0, 1 - unit @ unit.T, 2)
    order = np.argsort(away, axis=None)[: 2 + 600 // POSTERS_A_PAIR]
    near = [divmod(int(each), 600) for each in order if away.flat[each] <= NEAR]
    looked: set[int] = set()

    def look(row: int) -> Image.Image:
        looked.add(row)
        return Image.new("RGB", (8, 8))

    # 600 random hashes: hardly ever are two within eight bits, and these are not.
    files = [str(row) for row in range(600)]
    same_pictures(files, rng.integers(0, 2**63, 600, dtype=np.uint64), vectors, look)
    assert looked == {row for pair in near for row in pair}
    assert 2 < len(near) <= 14


def test_a_poster_by_itself_has_no_copy() -> None:
    assert found([drawn(1)], [7], far(1)) == []


def test_more_posters_than_can_be_compared_are_not_grouped() -> None:
    assert found([], [0] * (MOST_COMPARED + 1), np.ones((1, 2))) == []


@pytest.mark.parametrize(
    ("pairs", "groups"),
    [
        ([], []),
        ([(1, 2), (2, 3), (5, 6)], [[1, 2, 3], [5, 6]]),
        ([(1, 2), (3, 4), (2, 3)], [[1, 2, 3, 4]]),
    ],
)
def test_groups_are_what_pairs_connect(pairs: list[tuple[int, int]], groups: object) -> None:
    assert grouped(pairs) == groups


def test_doctor_lists_the_groups_found_at_the_last_build(
    instance: Instance, add_copy: Callable[[Instance], str]
) -> None:
    assert said(instance).startswith("0 pictures")
    title = add_copy(instance)
    instance.builder.build()
    fresh = Instance(instance.home)
    assert said(fresh) == f"1 pictures on several posters: {title} (demo-0001) = Double (tt7654321)"
    fresh.close()


def test_an_altered_upload_leaves_out_all_copies_that_the_index_knows(
    instance: Instance, add_copy: Callable[[Instance], str]
) -> None:
    title = add_copy(instance)
    instance.builder.build()
    card = instance.catalog.by_imdb("demo-0001")[0]
    image = decode(instance.catalog.poster_path(card.content_hash).read_bytes())
    fresh = Instance(instance.home)
    answer = fresh.recommender.recommend(from_upload(to_jpeg(image.resize((300, 450)))))
    assert answer.same_as is not None
    assert answer.same_as.title in (title, "Double")
    found = {each.card.imdb_id for each in answer.neighbourhood}
    assert not found & {"demo-0001", "tt7654321"}
    fresh.close()


@pytest.fixture
def add_copy() -> Callable[[Instance], str]:
    """Adds the first film's poster, smaller, as another film's; gives the first's title."""

    def add(instance: Instance) -> str:
        card = instance.catalog.by_imdb("demo-0001")[0]
        image = decode(instance.catalog.poster_path(card.content_hash).read_bytes())
        double = MovieRecord("tt7654321", None, "Double", 1999, 5.0, 1, ("Drama",), "train")
        instance.catalog.add(double, to_webp(image.resize((100, 150))), "drawn")
        return card.title

    return add


def said(instance: Instance) -> str:
    (finding,) = [each for each in examine(instance) if each.name == "duplicates"]
    assert finding.well
    return finding.detail
