import pytest

from catalog.records import CatalogError
from catalog.sources.tables.columns import known_names, override_of, understood_columns

HEADERS = {
    "ours": ("imdb_id,title,year,genres", "imdb_id title year genres"),
    "capitals and spaces": ("IMDb ID, Movie Title ,Release Year", "imdb_id title year"),
    "IMDb's export": (
        "Const,Your Rating,Title,URL,IMDb Rating,Year,Genres,Num Votes,Release Date",
        "imdb_id - title - rating year genres votes -",
    ),
    "title.basics": (
        "tconst,titleType,primaryTitle,originalTitle,startYear,endYear,genres",
        "imdb_id - title - year - genres",
    ),
    "title.ratings": ("tconst,averageRating,numVotes", "imdb_id rating votes"),
    "TMDB 5000": (
        "id,original_title,title,release_date,vote_average,vote_count,genres",
        "tmdb_id - title year rating votes genres",
    ),
    "Kaggle's IMDb": (
        "imdb_title_id,title,original_title,year,avg_vote,votes,genre",
        "imdb_id title - year rating votes genres",
    ),
    "IMDb 5000": (
        "movie_title,title_year,imdb_score,num_voted_users,movie_imdb_link,genres",
        "title year rating votes imdb_id genres",
    ),
    "top 1000": (
        "Poster_Link,Series_Title,Released_Year,Genre,IMDB_Rating,No_of_Votes",
        "picture title year genres rating votes",
    ),
    "Letterboxd": ("Date,Name,Year,Letterboxd URI", "- title year letterboxd"),
    "MovieLens": ("movieId,title,genres", "movielens title genres"),
    "German": ("Titel,Jahr,Genre,Bewertung", "title year genres rating"),
    "French": ("Titre,Année,Genre,Note", "title year genres rating"),
    "an address that is no film's": ("title,url", "title -"),
}


@pytest.mark.parametrize(("header", "meanings"), HEADERS.values(), ids=HEADERS)
def test_columns_are_known_by_their_names(header: str, meanings: str) -> None:
    found = understood_columns(header.split(","))
    wanted = {name: place for place, name in enumerate(meanings.split()) if name != "-"}
    assert dict(found.places) == wanted


def test_an_override_wins() -> None:
    columns = understood_columns(["title", "Filmtitel"], override_of("title=filmtitel"))
    assert columns.cell(["a", "b"], "title") == "b"
    assert columns.cell(["a", "b"], "year") == ""


@pytest.mark.parametrize(
    ("header", "override", "says"),
    [
        (["a", "b"], {}, "no column that names films; its first line has a, b"),
        (["a"], {"title": "b"}, "has no column b; it has a"),
        (["title"], {"director": "title"}, "--columns knows no director, but imdb_id"),
        (["title", "Title"], {}, "more than one column title"),
    ],
)
def test_what_cannot_be_understood_is_named(
    header: list[str], override: dict[str, str], says: str
) -> None:
    with pytest.raises(CatalogError, match=says):
        understood_columns(header, override)


@pytest.mark.parametrize("text", ["title", "=a", "title="])
def test_an_override_has_a_meaning_and_a_name(text: str) -> None:
    if text == "=a":
        assert override_of(text) == {"": "a"}
        return
    with pytest.raises(CatalogError, match="written title=NAME"):
        override_of(text)


def test_names_that_mean_something_are_counted() -> None:
    assert known_names(["imdbId", "Title", "Plot"]) == 2
