import numpy as np
import torch

from embedder.training.image_batches import image_batches

POSTERS = np.arange(5 * 2 * 3 * 3, dtype=np.uint8).reshape(5, 2, 3, 3)


def test_batches_hold_all_posters_in_order_channels_first() -> None:
    found = list(image_batches(POSTERS, at_once=2))
    assert [len(batch) for batch in found] == [2, 2, 1]
    assert torch.equal(torch.cat(found), torch.from_numpy(POSTERS).permute(0, 3, 1, 2))


def test_batches_of_some_rows_follow_the_rows() -> None:
    rows = np.array([3, 0, 3])
    found = torch.cat(list(image_batches(POSTERS, rows, at_once=2)))
    assert torch.equal(found, torch.from_numpy(POSTERS[rows]).permute(0, 3, 1, 2))


def test_no_rows_give_no_batches() -> None:
    assert list(image_batches(POSTERS, np.empty(0, np.int64))) == []
