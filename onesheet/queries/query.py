"""What somebody asks about: an upload, a poster of the catalogue, or an earlier answer's."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from catalog.catalog import Catalog, PosterCard
from catalog.images import MAX_BYTES, ImageError, content_hash, decode
from catalog.images.decoding import is_blank
from catalog.images.errors import blank
from catalog.images.guarded_decoding import DECODERS
from catalog.images.surroundings import poster_part
from catalog.images.surroundings.part import WHOLE_PICTURE, Part
from onesheet.base.payload import FoundFilm, Record
from onesheet.base.refusals import MissingPosterError, QueryError, UnknownFilmError
from onesheet.base.stages import Stage, at_stage
from onesheet.base.texts import marked
from onesheet.uploads.kept_picture import LONGER_SIDE, encoded
from onesheet.uploads.ownership import UNCLAIMED, Ownership

QUERY_PIXELS = (500, 500)
"""Pixels a query is decoded to at least: more than the model reads, and enough to be shown.

A poster of 1000 x 1500 is thereby decoded at half its size, which is what an upload keeps.
"""
MOST_PIXELS = 6_000_000
"""Pixels a query is decoded to at most, since it may wait for its turn with others: 24 MB each.

A picture of up to six times its width has fewer anyway, and so has one in which a poster fills a
quarter; of one that fills a tenth, the least that is looked for, this leaves more than is read.
"""
LEAST_CROP = 16
"""Pixels that a part of a poster has across and down at least; less shows nothing."""
NO_CROP = marked("Only one poster can be searched by a part of it.")
SMALL_CROP = marked("That part is too small to show anything; mark a larger one.")
SAMPLE = re.compile(r"(?P<number>\d{1,18})(?:-(?P<check>[0-9a-f]{1,64}))?", re.ASCII)
"""A poster's number, within what a database's integers hold, and the beginning of its content hash
where somebody kept the number: a catalogue that is built anew gives it to another poster."""


@dataclass(frozen=True)
class Query:
    """A decoded poster (mode RGB) and what is known of it.

    `source_hash` is the SHA-256 of the bytes as they came; `card` is None for an upload. `film`
    is what a service told of a film that the catalogue lacks; `ownership` says what becomes of an
    upload; `likes` are all posters of a query of several, which stands under the first of them.
    `part` is what was cut out of the whole `picture` to be read, both None where the picture is
    nothing but the poster. `crop` is the part of the `poster` that alone is searched by, both
    None where all of it is; `image` then shows that part. `draft` says that the answer is to be
    compared with others.
    """

    image: Image.Image
    source_hash: str
    card: PosterCard | None = None
    film: FoundFilm | None = None
    ownership: Ownership = UNCLAIMED
    likes: Likes | None = None
    part: Part | None = None
    picture: Image.Image | None = None
    crop: Part | None = None
    poster: Image.Image | None = None
    draft: bool = False

    @property
    def whole(self) -> Query:
        """The query by all of its poster."""
        return replace(self, image=self.poster or self.image, crop=None, poster=None)

    @property
    def one_whole(self) -> bool:
        """Whether all of one poster is searched by, which alone tells of a distance."""
        return self.likes is None and self.crop is None

    @property
    def kept(self) -> bool:
        """Whether the poster is an upload whose file is kept."""
        return self.card is None and self.ownership.keep

    def rooted(self, recommendation_id: str) -> Query:
        """The query with a root: the recommendation it is about to get, unless it has one."""
        root = self.ownership.root or recommendation_id
        return replace(self, ownership=replace(self.ownership, root=root))

    def encoded(self) -> bytes:
        """All of the picture as an upload is kept."""
        return encoded(self.picture or self.whole.image, self.part or WHOLE_PICTURE)

    def read_from(self, part: Part) -> Query:
        """The query with another part of its picture, and by all of that. Raises ImageError for
        one of one colour."""
        query = self.whole
        picture = query.picture or query.image
        if part == WHOLE_PICTURE:
            return replace(query, image=picture, part=None, picture=None)
        image = part.cut(picture)
        if is_blank(image):
            raise blank()
        return replace(query, image=image, part=part, picture=picture)

    def cropped(self, crop: Part, *, before: bool = False) -> Query:
        """The query by a part of its poster alone, which may have been asked about `before`.

        Raises ImageError for one of one colour, and QueryError for a new one too small in what is
        kept of an upload, or where the query is several posters."""
        if crop == WHOLE_PICTURE:
            return self.whole
        if self.likes:
            raise QueryError(NO_CROP)
        poster = self.whole.image
        image = crop.cut(poster)
        kept = min(1.0, LONGER_SIDE / max(poster.size))
        if not before and min(image.size) * kept < LEAST_CROP:
            raise QueryError(SMALL_CROP)
        if is_blank(image):
            raise blank()
        return replace(self, image=image, crop=crop, poster=poster)


@dataclass(frozen=True)
class Likes:
    """Posters that were chosen, each as a query of its own."""

    liked: tuple[Query, ...]
    unliked: tuple[Query, ...] = ()

    @property
    def all(self) -> tuple[Query, ...]:
        """Those liked, then the others."""
        return (*self.liked, *self.unliked)


@at_stage(Stage.DECODE)
def from_upload(data: bytes, part: Part | None = None, crop: Part | None = None) -> Query:
    """Decoded in another process, since anyone may have sent the bytes.

    `part` is what to read of the picture; None: its poster is looked for, if something surrounds
    it. `crop` is the part of that to search by. Raises catalog.images.ImageError where the bytes
    are no safe image, or show nothing, and QueryError for a crop too small.
    """
    crop = crop or WHOLE_PICTURE
    image = DECODERS.decode(data, at_least=QUERY_PIXELS, at_most=MOST_PIXELS)
    if is_blank(image):
        raise blank()
    part = part or _poster_within(image)
    if (part, crop) != (WHOLE_PICTURE, WHOLE_PICTURE):
        image = DECODERS.decode(data, at_least=_enlarged(part, crop), at_most=MOST_PIXELS)
    return Query(image=image, source_hash=content_hash(data)).read_from(part).cropped(crop)


def _poster_within(image: Image.Image) -> Part:
    """The part that is found to be a poster; the whole where there is none, or nothing to see."""
    part = poster_part(image)
    return WHOLE_PICTURE if part is None or is_blank(part.cut(image)) else part


def _enlarged(*parts: Part) -> tuple[int, int]:
    """Pixels of a picture of which a part, and of that a part, has as many as a query should."""
    width, height = QUERY_PIXELS
    across, down = float(width), float(height)
    for left, top, right, bottom in (part.bounds for part in parts):
        across, down = across / (right - left), down / (bottom - top)
    return round(across), round(down)


def from_file(path: Path) -> Query:
    """`from_upload` of a file, of which no more is read than an image may have. Raises OSError."""
    with path.open("rb") as file:
        return from_upload(file.read(MAX_BYTES + 1))


def from_sample(text: str, catalog: Catalog) -> Query:
    """A poster of the catalogue, by its number as the samples link to it, or by that and its hash,
    such as `12-a1b2c3`. Raises UnknownFilmError where there is none, or another."""
    said = SAMPLE.fullmatch(text)
    card = next(iter(catalog.cards([int(said["number"])]).values()), None) if said else None
    if not said or not card or not card.content_hash.startswith(said["check"] or ""):
        raise UnknownFilmError("That sample is no longer in the catalogue; pick another one.")
    return from_card(card, catalog)


def from_card(card: PosterCard, catalog: Catalog) -> Query:
    """A poster of the catalogue. Raises MissingPosterError where its file is lost or damaged."""
    path = catalog.poster_path(card.content_hash)
    try:
        image = decode(path.read_bytes())
    except (FileNotFoundError, ImageError):
        raise MissingPosterError(
            "The poster of %(title)s is missing here, or damaged; pick another film. "
            "Whoever runs this server can import it again.",
            title=card.title,
        ) from None
    return Query(image=image, source_hash=card.content_hash, card=card)


def from_record(recommendation: Record, upload: Path, catalog: Catalog) -> Query:
    """What a recommendation was asked about; `upload` is where its upload was kept.

    Asked again it stays its uploader's, and no answer keeps it longer than the first."""
    asked = recommendation.payload.query
    crop = Part(asked.crop) if asked.crop else WHOLE_PICTURE
    if asked.kind == "catalogue":
        return from_sample(str(asked.poster_id), catalog).cropped(crop, before=True)
    try:
        data = upload.read_bytes()
    except FileNotFoundError:
        raise MissingPosterError("That poster is no longer kept; upload it again.") from None
    root = asked.root or recommendation.id
    query = Query(
        image=decode(data),  # with all pixels: the answer that is asked for keeps as many
        source_hash=asked.content_hash,
        film=asked.film,
        ownership=Ownership(True, asked.owner, root, recommendation.expires),
    )
    return (query.read_from(Part(asked.part)) if asked.part else query).cropped(crop, before=True)
