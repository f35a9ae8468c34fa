"""What two posters have in common that can be said in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.images.palette import Palette
from onesheet.explaining.probes import packaged_probes
from onesheet.explaining.traits import Trait, pixel_traits, plain_colours


@dataclass(frozen=True)
class PosterTraits:
    """What can be said of one poster.

    Attributes:
        traits: those it has; colours: the plain names of its colours, the largest first.
        genres: those it is predicted; year: its film's, where that is known.
    """

    traits: frozenset[Trait]
    colours: tuple[str, ...]
    genres: tuple[str, ...]
    year: int | None

    @classmethod
    def of(
        cls,
        image: Image.Image,
        palette: Palette,
        positions: NDArray[np.float32],
        model: str,
        genres: Collection[str],
        year: int | None,
    ) -> PosterTraits:
        """Of an RGB image of any size, its palette, its positions float32[h, w, D] as the model of
        a fingerprint reads them, and what is known of its film."""
        found = pixel_traits(image) | packaged_probes().traits_of(positions, model)
        return cls(found, tuple(plain_colours(palette)), tuple(genres), year)


@dataclass(frozen=True)
class SharedTraits:
    """What is true of both of two posters.

    Attributes:
        decade: the first year of their films' own.
        part: of the embedding, that which brings them together more than it does most near pairs;
            None where none does.
    """

    traits: tuple[Trait, ...] = ()
    colours: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    decade: int | None = None
    part: str | None = None

    @classmethod
    def between(cls, one: PosterTraits, other: PosterTraits) -> SharedTraits:
        """Traits as Trait orders them, colours and genres as `one` does."""
        decades = [each.year // 10 * 10 if each.year else None for each in (one, other)]
        return cls(
            tuple(trait for trait in Trait if trait in one.traits & other.traits),
            tuple(name for name in one.colours if name in other.colours),
            tuple(name for name in one.genres if name in other.genres),
            decades[0] if decades[0] == decades[1] else None,
        )
