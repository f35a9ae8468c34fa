"""Drafts to try a comparison with."""

import io
import random

import numpy as np
import pytest
from PIL import Image

from catalog.images.palette import palette, palette_distances
from onesheet.base.home import Home
from onesheet.base.refusals import QueryError
from onesheet.instance import Instance
from onesheet.queries.example_drafts import CLOSER, POSTERS_TO_CHOOSE, example_drafts
from onesheet.storage import schema


def test_they_are_a_poster_as_it_is_in_grey_and_closer(instance: Instance) -> None:
    drafts = dict(example_drafts(instance.catalog, random.Random(1)))
    first, grey, closer = (Image.open(io.BytesIO(data)) for data in drafts.values())
    drawn = instance.catalog.sample(POSTERS_TO_CHOOSE, random.Random(1))
    posters = [instance.catalog.picture_of(card) for card in drawn]
    assert first.tobytes() in [poster.tobytes() for poster in posters]
    assert first.size == grey.size == closer.size
    red, green, blue = np.moveaxis(np.asarray(grey.convert("RGB")), 2, 0)
    assert (red == green).all()
    assert (red == blue).all()
    width, height = first.size
    left, top = round(CLOSER * width), round(CLOSER * height)
    part = first.crop((left, top, width - left, height - top))
    assert closer.tobytes() == part.resize(first.size).tobytes()


def test_an_empty_catalogue_has_none(tmp_path: object) -> None:
    empty = Instance(Home.at(str(tmp_path)))
    schema.migrate(empty.engine)
    with pytest.raises(QueryError):
        example_drafts(empty.catalog, random.Random(1))
    empty.close()


def test_the_poster_is_one_that_its_colours_make(instance: Instance) -> None:
    """Whatever is drawn: none of the others drawn with it loses more without them."""

    def lost(image: Image.Image) -> float:
        grey = image.convert("L").convert("RGB")
        return float(palette_distances(palette(image), [palette(grey)])[0])

    first, *_ = example_drafts(instance.catalog, random.Random(5))
    drawn = instance.catalog.sample(POSTERS_TO_CHOOSE, random.Random(5))
    most = max(lost(instance.catalog.picture_of(card)) for card in drawn)
    assert lost(Image.open(io.BytesIO(first[1])).convert("RGB")) == pytest.approx(most)
