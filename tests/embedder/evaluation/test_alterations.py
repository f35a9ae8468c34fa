import numpy as np
from PIL import Image

from embedder import evaluation


def test_alterations_change_the_image_and_keep_it_a_poster() -> None:
    rng = np.random.default_rng(0)
    image = Image.fromarray(rng.integers(0, 255, (212, 144, 3)).astype(np.uint8))
    names = set()
    for alteration in evaluation.alterations():
        changed = alteration.apply(image)
        assert changed.mode == "RGB"
        assert changed.size != image.size or changed.tobytes() != image.tobytes()
        assert 0.6 < changed.width / changed.height < 0.75
        names.add(alteration.name)
    assert len(names) == 6
