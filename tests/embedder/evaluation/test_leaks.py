import numpy as np
import pytest

from embedder.evaluation import LeakError, check_gallery


def test_a_gallery_with_the_querys_film_or_duplicate_is_refused() -> None:
    hashes = np.array([0, 0b111], np.uint64)
    check_gallery(["a"], hashes[:1], ["b"], hashes[1:], 2)
    with pytest.raises(LeakError, match="near-duplicate of the query a"):
        check_gallery(["a"], hashes[:1], ["b"], hashes[1:], 3)
    with pytest.raises(LeakError, match="own film a"):
        check_gallery(["a"], hashes[:1], ["a"], hashes[1:], 0)
