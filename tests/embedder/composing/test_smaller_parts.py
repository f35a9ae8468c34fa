"""The other parts on their principal axes."""

import dataclasses

import numpy as np
import pytest
import torch

from embedder.composing.fitting import ComposingConfig
from embedder.composing.smaller_parts import smaller_parts
from tests.tiny_model import GENRES, PARTS, tiny_card

CONFIG = ComposingConfig(proxies=5, neighbours=4, looks=6, promise=0.3, look=0.2)


def test_parts_shrink_to_their_shares_and_logits_stay() -> None:
    card = tiny_card("tiny")
    room = PARTS["promise"] - len(GENRES)
    width = len(card.proxies[0])
    rows = torch.randn(200, card.dimensions, generator=torch.Generator().manual_seed(1))
    found = smaller_parts(card, rows, CONFIG)
    kept = min(5, width) + min(4, room - width) + len(GENRES)
    assert found.parts == {"promise": kept, "look": 6}
    made = rows @ found.matrix
    squares = made.square().mean(0)
    assert float(squares[:kept].sum()) == pytest.approx(0.3, rel=1e-3)
    assert float(squares[kept:].sum()) == pytest.approx(0.2, rel=1e-3)
    logits = rows[:, room : PARTS["promise"]]
    scale = made[:, kept - len(GENRES) : kept] / logits
    assert torch.allclose(scale, scale[0, 0].expand_as(scale), rtol=1e-3)


def test_proxies_keep_length_one() -> None:
    card = tiny_card("tiny")
    rows = torch.randn(200, card.dimensions, generator=torch.Generator().manual_seed(1))
    lengths = np.linalg.norm(np.array(smaller_parts(card, rows, CONFIG).proxies), axis=1)
    assert lengths == pytest.approx(np.ones(len(lengths)), abs=1e-3)


def test_a_model_of_other_parts_is_refused() -> None:
    card = dataclasses.replace(tiny_card("tiny"), parts={"promise": 20, "look": 6, "more": 6})
    with pytest.raises(ValueError, match="a promise and a look part"):
        smaller_parts(card, torch.zeros(3, 32), CONFIG)
