"""The parts of an embedding, told apart by the model's card alone."""

import dataclasses

import numpy as np
import pytest

from embedder import ModelCard
from embedder import card as cards
from embedder.parts import columns_of, promises

CARD = ModelCard(
    name="tiny",
    backbone="custom",
    height=96,
    width=64,
    parts={"look": 1, "promise": 2},
    balance=0.5,
    genres=("Drama", "Horror", "Western"),
    thresholds=(0.6, 0.2, 0.9),
    decades=("1970", "1980"),
    proxies=((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (1.0, 0.0), (1.0, 0.0)),
)


def test_a_parts_columns_stand_where_the_card_says() -> None:
    embeddings = np.array([[1, 2, 3], [4, 5, 6]], np.float32)
    assert columns_of(CARD, embeddings, "look").tolist() == [[1], [4]]
    assert columns_of(CARD, embeddings, "promise").tolist() == [[2, 3], [5, 6]]


def test_promises_are_mean_cosines_of_the_promise_part_alone() -> None:
    embeddings = np.array([[9, 3, 4], [-9, 0, 2], [1, 0, 0]], np.float32)
    assert promises(CARD, embeddings, ["Drama"]).tolist() == pytest.approx([0.6, 0, 0])
    assert promises(CARD, embeddings, ["Drama", "Horror"]).tolist() == pytest.approx([0.7, 0.5, 0])


def test_genre_logits_behind_the_proxies_space_are_no_part_of_a_promise() -> None:
    card = dataclasses.replace(CARD, parts={"look": 1, "promise": 4})
    embeddings = np.array([[9, 3, 4, 50, -7]], np.float32)
    assert promises(card, embeddings, ["Drama"]).tolist() == pytest.approx([0.6])


def test_the_packaged_models_posters_promise_its_genres() -> None:
    card = cards.load_model(cards.PACKAGED)[1]
    embeddings = np.ones((2, card.dimensions), np.float32)
    assert promises(card, embeddings, ["Drama", "Horror"]).shape == (2,)
