"""What the page of an answer is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from catalog.catalog import PosterCard
from catalog.images.surroundings.part import WHOLE_PICTURE
from embedder import ModelCard, ModelError
from index import IndexFolderError, Neighbour
from onesheet.poster_map.maps import Place
from onesheet.poster_map.poster_map import PosterMap
from onesheet.queries.likes import MOST_LIKED
from onesheet.reading.genre_names import genres_named
from onesheet.reading.readings import Intent
from onesheet.recommending.answers import Answer, Result
from onesheet.recommending.aspects import Aspect, film_decade, poster_decade
from onesheet.recommending.raters import may_rate
from onesheet.recommending.record import under_other_ids
from webapp.current import current
from webapp.figures import film_scatter
from webapp.figures.print_scatter import still
from webapp.http.parameters import aspect_named
from webapp.http.visitor import by_cookie
from webapp.pictures.placeholders import prepare
from webapp.presenting.learning_sentences import thanks
from webapp.presenting.shown_answer import shown_answer
from webapp.presenting.subject import Subject
from webapp.text import ordinary, wording
from webapp.text.translation import gettext as _

GENRES_SHOWN = 6
MOST_FURTHER = 20


def result_page(about: Subject, args: MultiDict[str, str]) -> dict[str, Any]:
    """The names of the template `pages/result.html`, as the address asks to see the answer."""
    instance = current()
    found = shown_answer(about, args)
    answer = found.answer
    intended = genres_named(args.getlist("intended"), answer.genres)
    intent = instance.recommender.intent(answer, intended, about.query)
    rows = aspect_rows(about, args)
    further = further_films(answer, args)
    prepare(
        [
            *_posters_shown(answer, intent),
            *(card for row in rows for card in row.cards or ()),
            *(each.card for each in further.films or ()),
        ]
    )
    card, visitor, changes = model_card(), by_cookie(), not instance.home.settings.read_only
    scatter, thumbs = film_scatter.scatter(answer), instance.thumbs.of(answer.id)
    return {
        "answer": answer,
        "shown": found,
        "picture": about.picture,
        "part": answer.query.part or WHOLE_PICTURE,
        "scatter": scatter,
        "still": still(scatter) if scatter else None,
        "undrawn": film_scatter.undrawn(answer),
        "on_map": on_map(answer),
        "intent": intent,
        "further": further,
        "rows": rows,
        "ordinary": how_ordinary(about, args) if rows else None,
        "genres": genres_shown(answer),
        "genres_placed": bool(card and card.genre_dimensions)
        and not (answer.query.likes or answer.query.crop),
        "only_demo": demo_films(answer),
        "invented": answer.invented,
        "thumbs": thumbs,
        "searched_by": _searched_by(thumbs),
        "most_liked": MOST_LIKED,
        "thanks": thanks_for(answer, about.record.model),
        "mine": changes and answer.query.owner in visitor.keys,
        "theirs": changes and may_rate(about.record, visitor),
    }


def _searched_by(thumbs: Mapping[int, bool]) -> dict[int, bool]:
    """Those of the thumbs that a search can take, in their order: of films that the catalogue has,
    whose posters' files are not lost. An object store is not asked for them with each page."""
    catalog, cards = current().catalog, current().catalog.cards(list(thumbs))
    if current().home.settings.files is None:
        whole = catalog.whole_files({card.content_hash for card in cards.values()})
        cards = {poster: card for poster, card in cards.items() if card.content_hash in whole}
    return {poster: up for poster, up in thumbs.items() if poster in cards}


def demo_films(answer: Answer) -> int:
    """How many films the demo has, where an answer about another poster has no others to show;
    else 0."""
    catalog, query = current().catalog, answer.query
    strange = query.kind == "upload" and not answer.same_as
    return catalog.movies() if strange and catalog.only_invented() else 0


def thanks_for(answer: Answer, model: str) -> str | None:
    """The words for a rating, of an answer by the `model` of this fingerprint; None for what is not
    rated, and where no model says which ratings count."""
    if answer.rating:
        with suppress(ModelError):
            now = current().recommender.bandit(exact=answer.credited)  # with this rating
            return thanks(answer, model, now)
    return None


def genres_shown(answer: Answer) -> list[tuple[str, float]]:
    """The likeliest, and below them whatever else is predicted."""
    return [
        (name, share)
        for place, (name, share) in enumerate(answer.genres.items())
        if place < GENRES_SHOWN or name in answer.reading.predicted
    ]


def model_card() -> ModelCard | None:
    """The model's card; None where it cannot be opened, since a record is shown without it."""
    with suppress(ModelError):
        return current().embedder().card
    return None


def _posters_shown(answer: Answer, intent: Intent | None) -> list[PosterCard]:
    """Of the catalogue, on the page of an answer."""
    cards = [each.card for each in answer.results] + (intent.examples if intent else [])
    cards += answer.query.likes
    return [*cards, answer.same_as] if answer.same_as else cards


@dataclass(frozen=True)
class FurtherFilms:
    """The films after those shown: how many there are, and they themselves; None while closed."""

    count: int
    films: Sequence[Result] | None
    asked: bool


def further_films(answer: Answer, args: MultiDict[str, str]) -> FurtherFilms:
    """They come with the page where `args` name `more`, and where the poster is not kept: it would
    have to be sent and read once more for them."""
    films = answer.neighbourhood[len(answer.results) :][:MOST_FURTHER]
    asked = bool(args.get("more"))
    return FurtherFilms(len(films), films if asked or not answer.query.kept else None, asked)


@dataclass(frozen=True)
class AspectRow:
    """One row: its name in addresses, its title, and its films; None while it is closed. `others`
    are posters of the same films under other ids, by the poster that stands for each."""

    name: str
    title: str
    cards: list[PosterCard] | None
    others: Mapping[int, Sequence[PosterCard]]


def aspect_rows(found: Subject, args: MultiDict[str, str]) -> list[AspectRow]:
    """All rows of an answer, that which `args` name as `row` with its films; none where its poster
    is gone. Raises QueryError for a row that there is not."""
    instance, answer, opened = current(), found.answer, aspect_named(args.get("row"))
    if answer.query.kept and not instance.permalinks.has_poster(answer):
        return []
    with suppress(IndexFolderError, ModelError):
        return [_row(each, found, opened) for each in instance.aspects.offered(answer)]
    return []


def _row(aspect: Aspect, found: Subject, opened: Aspect | None) -> AspectRow:
    instance, title = current(), _row_title(aspect, found.answer)
    if aspect is not opened:
        return AspectRow(aspect.value, title, None, {})
    cards = instance.aspects.nearest(found.answer, aspect, prepared=found.prepared)
    others = under_other_ids(instance.catalog, [card.poster_id for card in cards])
    return AspectRow(aspect.value, title, cards, others)


def how_ordinary(found: Subject, args: MultiDict[str, str]) -> list[str] | None:
    """Sentences on how ordinary an answer's poster is; None unless `args` ask for them."""
    if not args.get("ordinary"):
        return None
    return ordinary.sentences(current().ordinary_posters.of(found.answer, found.prepared))


def _row_title(aspect: Aspect, answer: Answer) -> str:
    match aspect:
        case Aspect.COMPOSITION:
            return _("By composition")
        case Aspect.COLOUR:
            return _("By colour")
        case Aspect.GENRE:
            return _("By genre feel")
        case Aspect.PERIOD:
            read = () if film_decade(answer) else answer.reading.decades
            name = wording.decade_name(str(poster_decade(answer)), read)
            return _("From the %(decade)s", decade=name)


@dataclass(frozen=True)
class OnMap:
    """An answer on the map: where its query lies, and the posters of its results."""

    map: PosterMap
    place: Place
    results: list[int]


def on_map(answer: Answer) -> OnMap | None:
    """What a page shows of an answer on the map; None where there is no map or index."""
    maps = current().maps
    with suppress(IndexFolderError, ModelError):
        shown = maps.current()
        place = maps.place(near(answer), shown) if shown else None
        if shown and place:
            return OnMap(shown, place, [each.card.poster_id for each in answer.results])
    return None


def near(answer: Answer) -> list[Neighbour]:
    """The posters near an answer's query: the query itself where it is one that the catalogue has,
    and its results."""
    itself = () if answer.query.several else answer.asked_about
    own = [Neighbour(card.poster_id, 0.0, 100.0) for card in itself]
    return [
        *own,
        *(Neighbour(r.card.poster_id, r.distance, r.closeness) for r in answer.results),
    ]
