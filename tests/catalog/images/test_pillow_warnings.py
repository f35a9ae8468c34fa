import threading
import warnings

from catalog.images import ImageError, decode
from tests.catalog.images.pictures import Paint, png_claiming, saved


def test_decoding_leaves_the_filters_of_warnings_as_they_were(paint: Paint) -> None:
    """Pillow warns of large images and odd metadata; threads may decode at once."""
    bad = png_claiming(10_000, 10_000)
    good = saved(paint(1), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff")
    before = list(warnings.filters)
    refused = []

    def many() -> None:
        for _ in range(30):
            decode(good)
            try:
                decode(bad)
            except ImageError as error:
                refused.append(error)

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        threads = [threading.Thread(target=many) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(refused) == 120
    assert warned == []
    assert list(warnings.filters) == before
