import numpy as np

from catalog.images.sampling import Sampling


def test_every_other_pixel_lies_where_it_lies_among_all() -> None:
    for grid in ((9, 6), (8, 7)):
        pose = 1.1, 0.2, np.array([0.4, -0.3])
        image = np.random.default_rng(1).random((12, 10), np.float32)
        whole, some = Sampling(grid, image.shape, *pose), Sampling(grid, image.shape, *pose, 2)
        np.testing.assert_allclose(some.of(image), whole.of(image)[::2, ::2], rtol=1e-5)
