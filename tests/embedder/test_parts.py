"""The parts of an embedding, told apart by the model's card alone."""

import dataclasses

import numpy as np
import pytest

from embedder import card as cards
from embedder.parts import columns_of, promises, promises_each
from tests.tiny_model import CARD_BY_HAND


def test_a_parts_columns_stand_where_the_card_says() -> None:
    embeddings = np.array([[1, 2, 3], [4, 5, 6]], np.float32)
    assert columns_of(CARD_BY_HAND, embeddings, "look").tolist() == [[1], [4]]
    assert columns_of(CARD_BY_HAND, embeddings, "promise").tolist() == [[2, 3], [5, 6]]


def test_promises_are_mean_cosines_of_the_promise_part_alone() -> None:
    embeddings = np.array([[9, 3, 4], [-9, 0, 2], [1, 0, 0]], np.float32)
    assert promises(CARD_BY_HAND, embeddings, ["Drama"]).tolist() == pytest.approx([0.6, 0, 0])
    assert promises(CARD_BY_HAND, embeddings, ["Drama", "Horror"]).tolist() == pytest.approx(
        [0.7, 0.5, 0]
    )


def test_each_genre_is_promised_by_itself() -> None:
    embeddings = np.array([[9, 3, 4], [1, 0, 0]], np.float32)
    found = promises_each(CARD_BY_HAND, embeddings, ["Drama", "Horror"])
    assert found.shape == (2, 2)
    assert found.ravel().tolist() == pytest.approx([0.6, 0.8, 0, 0])


def test_genre_logits_behind_the_proxies_space_are_no_part_of_a_promise() -> None:
    card = dataclasses.replace(CARD_BY_HAND, parts={"look": 1, "promise": 4})
    embeddings = np.array([[9, 3, 4, 50, -7]], np.float32)
    assert promises(card, embeddings, ["Drama"]).tolist() == pytest.approx([0.6])


def test_the_packaged_models_posters_promise_its_genres() -> None:
    card = cards.load_model(cards.PACKAGED)[1]
    embeddings = np.ones((2, card.dimensions), np.float32)
    assert promises(card, embeddings, ["Drama", "Horror"]).shape == (2,)
