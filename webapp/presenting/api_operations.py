"""What a program may ask at /api/v1/: each operation, its parameters and its answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from onesheet.recommending.recommender import ARMS, MOST_SHOWN
from onesheet.recommending.reranking import CANDIDATES
from onesheet.recommending.restriction import FEWEST_FILMS
from webapp.http.parameters import MOST_POSTERS, POSTER_ID, RATINGS
from webapp.schemas.api_operation import Field, Operation, Schema
from webapp.schemas.bandit_answers import BanditAnswer, SimulationAnswer
from webapp.schemas.film_answers import FilmsAnswer, SuggestionsAnswer
from webapp.schemas.poster_answers import (
    GenrePlaceAnswer,
    NearnessAnswer,
    RatingAnswer,
    ReadingAnswer,
    RecommendationAnswer,
    ThumbAnswer,
)

TEXT: Final[Schema] = {"type": "string"}
SHARE: Final[Schema] = {"type": "number", "minimum": 0, "maximum": 1}
SEVERAL: Final[Schema] = {"type": "array", "items": TEXT}
POSTER_NUMBERS: Final[Schema] = {
    "type": "array",
    "items": {"type": "string", "pattern": f"^{POSTER_ID.pattern}$"},
}
SWITCHED: Final[Schema] = {"type": "boolean"}
RECOMMENDATION_ID: Final[Schema] = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}
POSTER_NUMBER: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": 999_999_999}
DECADES: Final[Schema] = {
    "type": "array",
    "items": {"type": "string", "pattern": "^[0-9]{4}$"},
}


VIEW = (
    Field("balance", "The share of look and composition in a similarity, beside promise.", SHARE),
    Field("colour", "The weight of the palettes' distance beside the metric's.", SHARE),
    Field("genre", "Only films of any of these genres.", SEVERAL),
    Field("decade", "Only films of any of these decades, by a year.", DECADES),
)
METRIC = Field("metric", "The distance; the bandit chooses unless given.", {"enum": list(ARMS)})
RESTRICT = Field(
    "restrict",
    f"Whether to stay within the predicted genres, if {FEWEST_FILMS} films or more have one.",
    SWITCHED,
)
INTENDED = Field("intended", "Genres that the poster is meant to promise.", SEVERAL)


def _shown(most: int) -> Field:
    numbers: Schema = {"type": "integer", "minimum": 1, "maximum": most, "default": 5}
    return Field("k", "How many films.", numbers)


_RECTANGLE = "whole, or left, top, right and bottom from 0 to 1, between commas."
UPLOAD_PART = Field("part", f"What to read of an upload: {_RECTANGLE}", TEXT)
POSTER_CROP = Field("crop", f"What of the poster alone to search by: {_RECTANGLE}", TEXT)
_READ_AGAIN = (
    replace(UPLOAD_PART, says=f"What was read of it, if not all: {_RECTANGLE}"),
    POSTER_CROP,
)
QUESTION = (
    Field(
        "imdb",
        "A film by its IMDb id or link, or by the `imdb_id` of an answer.",
        {**TEXT, "minLength": 1},
        asks=True,
    ),
    Field(
        "sample",
        "A film by the number of its poster; 12-a1b2c3 if its content hash begins with that.",
        {"type": ["string", "integer"], "pattern": "^[0-9]+(-[0-9a-f]+)?$", "minimum": 1},
        asks=True,
    ),
    Field("q", "A link, a picture's address or a title.", {**TEXT, "minLength": 1}, asks=True),
    Field(
        "like",
        "Several posters by their numbers, to be like all of them.",
        {**POSTER_NUMBERS, "minItems": 1},
        asks=True,
    ),
    Field("unlike", "Posters by their numbers, to be less like.", POSTER_NUMBERS, beside="like"),
    UPLOAD_PART,
    POSTER_CROP,
    Field("keep", "Whether an upload is kept behind its permalink.", SWITCHED),
    METRIC,
    RESTRICT,
    _shown(MOST_SHOWN),
    *VIEW,
)
_ONE = "/api/v1/recommendations/{recommendation_id}"
_OF_ONE = (Field("recommendation_id", "A recommendation's id.", RECOMMENDATION_ID, required=True),)
_OF_POSTER = (*_OF_ONE, Field("poster_id", "A poster's number.", POSTER_NUMBER, required=True))
_OF_GENRE = (*_OF_ONE, Field("name", "A genre.", TEXT, required=True))
_BALANCED = (METRIC, VIEW[0])
_RATER = "rating_key"

OPERATIONS: Final = (
    Operation(
        "post",
        "/api/v1/recommendations",
        "recommend",
        "Five films whose posters are like a poster: an upload, or a film of the catalogue.",
        RecommendationAnswer,
        201,
        (404, 409, 413, 415, 422),
        body=QUESTION,
        form=True,
    ),
    Operation(
        "post",
        "/api/v1/readings",
        "read",
        "What a poster says: genres, score, decades. Nothing is recorded.",
        ReadingAnswer,
        200,
        (413, 422),
        body=(INTENDED, UPLOAD_PART),
        form=True,
        file_needed=True,
    ),
    Operation(
        "get",
        _ONE,
        "recommendation",
        "A recommendation as recorded; with the fields of a view also as that has it.",
        RecommendationAnswer,
        200,
        (404, 410),
        (*VIEW, METRIC, RESTRICT, _shown(CANDIDATES)),
        parameters=_OF_ONE,
    ),
    Operation(
        "delete",
        _ONE,
        "delete",
        "Delete an upload and all that was read off it.",
        None,
        204,
        (404, 410),
        key="delete_key",
        parameters=_OF_ONE,
    ),
    Operation(
        "put",
        f"{_ONE}/rating",
        "rate",
        "Give or change a rating.",
        RatingAnswer,
        200,
        (404, 415),
        body=(Field("rating", "What you think of the five.", {"enum": list(RATINGS)}, True),),
        key=_RATER,
        parameters=_OF_ONE,
    ),
    Operation(
        "delete",
        f"{_ONE}/rating",
        "withdraw-rating",
        "Withdraw a rating.",
        RatingAnswer,
        200,
        (404,),
        key=_RATER,
        parameters=_OF_ONE,
    ),
    Operation(
        "put",
        f"{_ONE}/films/{{poster_id}}/thumb",
        "give-thumb",
        "Give or change the thumb of one film.",
        ThumbAnswer,
        200,
        (404, 410, 415),
        body=(Field("thumb", "Up or down.", {"enum": ["up", "down"]}, True),),
        key=_RATER,
        parameters=_OF_POSTER,
    ),
    Operation(
        "delete",
        f"{_ONE}/films/{{poster_id}}/thumb",
        "withdraw-thumb",
        "Withdraw the thumb of one film.",
        ThumbAnswer,
        200,
        (404, 410),
        key=_RATER,
        parameters=_OF_POSTER,
    ),
    Operation(
        "get",
        f"{_ONE}/why/{{poster_id}}",
        "why",
        "Which regions of two posters draw them together.",
        NearnessAnswer,
        200,
        (404, 410),
        _BALANCED,
        parameters=_OF_POSTER,
    ),
    Operation(
        "post",
        f"{_ONE}/why/{{poster_id}}",
        "why-unkept",
        "The same of a poster that is not kept.",
        NearnessAnswer,
        200,
        (404, 410, 413, 422),
        _BALANCED,
        body=_READ_AGAIN,
        form=True,
        file_needed=True,
        parameters=_OF_POSTER,
    ),
    Operation(
        "get",
        f"{_ONE}/genre/{{name}}",
        "genre-place",
        "Where on a poster a genre is seen.",
        GenrePlaceAnswer,
        200,
        (404, 410),
        parameters=_OF_GENRE,
    ),
    Operation(
        "post",
        f"{_ONE}/genre/{{name}}",
        "genre-place-unkept",
        "The same of a poster that is not kept.",
        GenrePlaceAnswer,
        200,
        (404, 410, 413, 422),
        body=_READ_AGAIN,
        form=True,
        file_needed=True,
        parameters=_OF_GENRE,
    ),
    Operation(
        "get",
        "/api/v1/suggestions",
        "suggest",
        "What a text means, and which films.",
        SuggestionsAnswer,
        200,
        (),
        (Field("q", "What was typed.", TEXT),),
    ),
    Operation(
        "get",
        "/api/v1/colours",
        "postersInColours",
        "Films whose posters are in colours.",
        FilmsAnswer,
        200,
        (),
        (
            Field("q", "One to five colours: #c0392b, or red and black.", TEXT, required=True),
            *VIEW[2:],
        ),
    ),
    Operation(
        "get",
        "/api/v1/posters",
        "posters",
        "Films by the numbers of their posters.",
        FilmsAnswer,
        200,
        (),
        (
            Field(
                "id",
                "Numbers.",
                {"type": "array", "items": POSTER_NUMBER, "minItems": 1, "maxItems": MOST_POSTERS},
                True,
            ),
        ),
    ),
    Operation(
        "get",
        "/api/v1/bandit",
        "bandit",
        "What each distance earned so far.",
        BanditAnswer,
        200,
        (),
    ),
    Operation(
        "get",
        "/api/v1/bandit/simulation",
        "simulate",
        "What policies lose in a scenario; its fields are on /learning/simulator.",
        SimulationAnswer,
        200,
        (),
    ),
)
