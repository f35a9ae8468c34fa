"""The model's card on the page about it all."""

import dataclasses
import math

from embedder import Embedder, ModelCard
from webapp.presenting.model_facts import measured, plain_facts


def card(**training: object) -> ModelCard:
    return dataclasses.replace(Embedder.load().card, training=training, likeness=None)


def test_the_figures_are_those_of_the_card() -> None:
    found = dict(
        measured(
            card(
                posters={"train": 23999, "val": 3000},
                val={"val_map": 0.354749, "val_p5": 0.539133, "val_rmse": 1.14352},
            )
        )
    )
    assert found == {
        "Learned from": "23,999 posters",
        "Measured on": "3,000 others",
        "Five nearest": "54% share a genre with the query",
        "Genres": "mean average precision 0.35",
        "Rating": "off by 1.14 points (RMSE)",
    }


def test_a_card_without_figures_tells_none() -> None:
    assert measured(card()) == []
    assert measured(card(val=None, posters="many")) == []


def test_what_was_measured_on_no_poster_is_not_told() -> None:
    found = measured(card(val={"val_map": 0.5, "val_rmse": math.nan}))
    assert found == [("Genres", "mean average precision 0.50")]


def test_the_packaged_model_has_figures_to_tell() -> None:
    told = dict(measured(Embedder.load().card))
    assert {"Learned from", "Five nearest", "Genres"} <= told.keys()
    assert told["Likeness"] == "off by 2% on average, of pairs a search shows"


def test_only_facts_of_the_training_that_visitors_understand_are_told() -> None:
    training = card(epochs=1200, near_duplicates_dropped=1, config={"lr": 1}, soup=0.6)
    assert dict(plain_facts(training)) == {
        "Rounds of training": "1,200",
        "Near duplicates left out": "1",
    }
