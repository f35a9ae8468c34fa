"""What every template may say without being given it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from onesheet.base.home import REAL_FILMS_COMMAND
from onesheet.base.settings import BLURRED
from onesheet.base.texts import marked
from onesheet.reading.readings import Reading, promised_from
from onesheet.recommending.answers import imdb_url, thumbnail_url
from onesheet.recommending.draft_comparison import MOST_DRAFTS
from onesheet.recommending.recommender import ARMS
from webapp.current import current
from webapp.figures.plot_template import SHAPES
from webapp.http.access import ONLY_SHOWN
from webapp.http.parameters import NO_DRAFTS, NO_TABLE
from webapp.pictures.placeholders import colours, placeholder, swatches
from webapp.pictures.query_picture import LARGEST_SCALE
from webapp.pictures.thumbnails import srcset
from webapp.presenting.result_page import model_card
from webapp.presenting.serializers import film
from webapp.text import wording
from webapp.text.translation import gettext as _

SOURCE_CREDITS = {
    "tmdb": marked("This product uses the TMDB API but is not endorsed or certified by TMDB."),
    "imdb": marked("Information courtesy of IMDb (https://www.imdb.com). Used with permission."),
}
"""What sources ask pages to say once something came from them."""


def init_app(app: Flask) -> None:
    """Give the templates of the application their names."""
    app.context_processor(names)


def names() -> dict[str, Any]:
    """The names and what they stand for in the request in hand."""
    settings = current().home.settings
    return {
        "words": wording,
        "arms": ARMS,
        "arm_shapes": SHAPES,
        "thumbnail": thumbnail_url,
        "srcset": srcset,
        "placeholder": placeholder,
        "colours": colours,
        "swatches": swatches,
        "imdb_url": imdb_url,
        "promised_from": marks,
        "scale": LARGEST_SCALE,
        "keep_days": settings.keep_days,
        "kept_nowhere": _(NO_DRAFTS),
        "no_table": _(NO_TABLE),
        "read_only": settings.read_only,
        "only_shown": _(ONLY_SHOWN),
        "fetches": settings.fetch_urls,
        "takes_several": settings.keep_days > 0 and not settings.read_only,
        "film_json": film,
        "source_credits": source_credits,
        "real_films_command": REAL_FILMS_COMMAND,
        "most_drafts": MOST_DRAFTS,
        "blurs_adult": settings.adult == BLURRED,
    }


def source_credits() -> list[str]:
    """What the sources of the catalogue's films ask for; nothing where the database cannot say, as
    on a page that tells of just that."""
    with suppress(SQLAlchemyError):
        used = current().catalog.sources_used()
        return [_(credit) for source, credit in SOURCE_CREDITS.items() if source in used]
    return []


def marks(reading: Reading) -> dict[str, float]:
    """Where the bars of a reading have their marks; nowhere without a model."""
    card = model_card()
    return promised_from(reading, card) if card else {}
