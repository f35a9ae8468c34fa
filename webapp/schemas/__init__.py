"""What the JSON API and the commands' --json answer, as types: JSON has what stands here.

A field is left out of the JSON where it is UNSET, and null where it is None. The record's own types
are used where an answer shows the record, and the rooms' dataclasses where they hold what is shown.
"""

from onesheet.portraits.gallery import Portrait
from webapp.schemas.bandit_answers import BanditAnswer, SimulationAnswer
from webapp.schemas.catalogue_answers import (
    AboutAnswer,
    ErrorAnswer,
    GenresAnswer,
    HealthAnswer,
    MapAnswer,
    ReadinessAnswer,
    TrendsAnswer,
)
from webapp.schemas.draft_answers import ComparisonAnswer
from webapp.schemas.film_answers import FilmsAnswer, SuggestionsAnswer
from webapp.schemas.poster_answers import (
    BatchAnswer,
    EmbeddedReading,
    GenrePlaceAnswer,
    NearnessAnswer,
    RatingAnswer,
    ReadingAnswer,
    RecommendationAnswer,
    ThumbAnswer,
)

ANSWERS = (
    AboutAnswer,
    BanditAnswer,
    BatchAnswer,
    ComparisonAnswer,
    EmbeddedReading,
    ErrorAnswer,
    FilmsAnswer,
    GenrePlaceAnswer,
    GenresAnswer,
    HealthAnswer,
    MapAnswer,
    NearnessAnswer,
    Portrait,
    RatingAnswer,
    ReadinessAnswer,
    ReadingAnswer,
    RecommendationAnswer,
    SimulationAnswer,
    SuggestionsAnswer,
    ThumbAnswer,
    TrendsAnswer,
)
"""The types of whole answers; a schema of these describes the API."""
