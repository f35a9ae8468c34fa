"""Every shape in which films come, a row each, with the film that each must give."""

import json
from typing import Any

import pytest

from tests.catalog.sources.conftest import OWN, PICTURE, Files, Lay, gzipped, tell
from tests.catalog.sources.tables.test_delimited import LETTERBOXD_LIST

NAMES = ("imdb_id", "tmdb_id", "title", "year", "rating", "votes", "genres")
Film = tuple[Any, ...]
HEAT = ("tt0113277", None, "Heat", 1995, 8.3, 712345, ("Action", "Crime", "Drama"))
SEMICOLONS = OWN.replace(".", ",").replace(",", ";").replace("8;3", "8,3")
NFO = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<movie><title>Heat</title><year>1995</year>
<ratings><rating name="tmdb" max="10" default="true"><value>7.9</value><votes>99</votes></rating>
<rating name="imdb" max="10"><value>8.3</value><votes>712,345</votes></rating></ratings>
<genre>Action</genre><genre>Crime</genre><genre>Drama</genre>
<uniqueid type="tmdb">949</uniqueid><uniqueid type="imdb" default="true">tt0113277</uniqueid>
</movie>"""
BY_NFO = ("tt0113277", 949, "Heat", 1995, 8.3, 712345, ("Action", "Crime", "Drama"))
CONCUBINE = "霸王别姬：一个时代的故事与京剧人生"
BY_NAME = (None, None, "Heat", 1995, None, None, ())


def image(name: str) -> Files:
    return {name: PICTURE}


TMDB_5000 = (
    "budget,genres,homepage,id,original_title,popularity,release_date,title,vote_average,vote_count"
    '\n60,"[{""id"": 28, ""name"": ""Action""}, {""id"": 878, ""name"": ""Science Fiction""}]",,949'
    ",Heat,17.9,1995-12-15,Heat,7.7,1886\n"
)


SHAPES: dict[str, tuple[Files, Film]] = {
    "our layout": ({"movies.csv": OWN, "images/tt0113277.webp": PICTURE}, HEAT),
    "a mark": ({"movies.csv": "\ufeff" + OWN, "images/tt0113277.jpg": PICTURE}, HEAT),
    "UTF-16": ({"films.csv": OWN.encode("utf-16"), "tt0113277.jpg": PICTURE}, HEAT),
    "UTF-16 without a mark": ({"f.csv": OWN.encode("utf-16-le"), "tt0113277.jpg": PICTURE}, HEAT),
    "semicolons": ({"films.csv": SEMICOLONS, "p/tt0113277.JPG": PICTURE}, HEAT),
    "Excel's line": ({"films.csv": "sep=;\r\n" + SEMICOLONS, "tt0113277.jpg": PICTURE}, HEAT),
    "tabs": ({"films.tsv": OWN.replace(",", "\t"), "tt0113277.png": PICTURE}, HEAT),
    "tabs in a CSV": ({"films.csv": OWN.replace(",", "\t"), "tt0113277.png": PICTURE}, HEAT),
    "gz": ({"films.csv.gz": gzipped(OWN), "tt0113277.png": PICTURE}, HEAT),
    "gz by content": ({"films.csv": gzipped(OWN), "tt0113277.png": PICTURE}, HEAT),
    "old Mac's lines": ({"films.csv": OWN.replace("\n", "\r"), "tt0113277.png": PICTURE}, HEAT),
    "JSON lines": (
        {
            "films.jsonl": json.dumps(
                {
                    "imdbId": 113277,
                    "title": "Heat",
                    "year": 1995,
                    "imdbRating": 8.3,
                    "votes": 712345,
                    "genres": ["Action", "Crime", "Drama"],
                }
            ),
            "113277.jpg": PICTURE,
        },
        HEAT,
    ),
    "a JSON list": (
        {"films.json": json.dumps([{"imdb": "tt0113277", "name": "Heat"}]), "Heat.jpg": PICTURE},
        ("tt0113277", None, "Heat", None, None, None, ()),
    ),
    "IMDb's export": (
        {
            "ratings.csv": "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,"
            "IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors\n"
            'tt0113277,9,2024-01-01,Heat,Heat,https://www.imdb.com/title/tt0113277,Movie,8.3,170,'
            '1995,"Action, Crime, Drama",712345,1995-12-15,Michael Mann\n',
            "tt0113277.jpg": PICTURE,
        },
        HEAT,
    ),
    "IMDb's title.basics": (
        {
            "title.basics.tsv": "tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\t"
            "startYear\tendYear\truntimeMinutes\tgenres\n"
            'tt0113277\tmovie\t"Heat" it is\tHeat\t0\t1995\t\\N\t170\tAction,Crime,Drama\n',
            "tt0113277.jpg": PICTURE,
        },
        ("tt0113277", None, '"Heat" it is', 1995, None, None, ("Action", "Crime", "Drama")),
    ),
    "Kaggle's MovieGenre": (
        {
            "MovieGenre.csv": "imdbId,Imdb Link,Title,IMDB Score,Genre,Poster\n"
            "113277,http://www.imdb.com/title/tt113277,Heat (1995),8.3,Action|Crime|Drama,"
            "113277.jpg\n".encode("cp1252"),
            "posters/113277.jpg": PICTURE,
        },
        ("tt0113277", None, "Heat", 1995, 8.3, None, ("Action", "Crime", "Drama")),
    ),
    "Kaggle's TMDB 5000": (
        {"tmdb_5000_movies.csv": TMDB_5000, "949.jpg": PICTURE},
        ("tmdb-949", 949, "Heat", 1995, 7.7, 1886, ("Action", "Sci-Fi")),
    ),
    "MovieLens": (
        {
            "movies.csv": "movieId,title,genres\n6,\"American President, The (1995)\","
            "Action|Children|(no genres listed)\n",
            "links.csv": "movieId,imdbId,tmdbId\n6,0113277,949\n",
            "posters/6.jpg": PICTURE,
        },
        ("tt0113277", 949, "The American President", 1995, None, None, ("Action", "Family")),
    ),
    "Letterboxd": (
        {
            "ratings.csv": "Date,Name,Year,Letterboxd URI,Rating\n"
            "2024-01-01,Heat,1995,https://boxd.it/2aJq,4.5\n",
            "Heat (1995).jpg": PICTURE,
        },
        (None, None, "Heat", 1995, 9.0, None, ()),
    ),
    "a list of Letterboxd's": (
        {"list.csv": LETTERBOXD_LIST, "Heat (1995).jpg": PICTURE},
        (None, None, "Heat", 1995, None, None, ()),
    ),
    "a table below its name": (
        {"films.csv": "My films\r\n\r\n" + SEMICOLONS, "tt0113277.jpg": PICTURE},
        HEAT,
    ),
    "quotes as databases write them": (
        {"films.csv": r'imdb_id,title,year' '\n' r'tt0113277,"\"Heat\", it is",1995' '\n',
         "tt0113277.jpg": PICTURE},
        ("tt0113277", None, '"Heat", it is', 1995, None, None, ()),
    ),
    "an id and a title": (
        {"films.csv": "id,title\ntt0113277,Heat\n", "tt0113277.jpg": PICTURE},
        ("tt0113277", None, "Heat", None, None, None, ()),
    ),
    "Windows-1252": (
        {"films.csv": "Const;Titel;Jahr\r\ntt0211915;Amélie – „Größe“;2001\r\n".encode("cp1252"),
         "tt0211915.jpg": PICTURE},
        ("tt0211915", None, "Amélie – „Größe“", 2001, None, None, ()),
    ),
    "a row that leaves out its last cells": (
        {"films.csv": OWN.replace(",8.3,712345,Action|Crime|Drama", ""), "Heat.jpg": PICTURE},
        ("tt0113277", None, "Heat", 1995, None, None, ()),
    ),
    "Chinese of before Unicode": (
        {"films.csv": f"imdb_id,title,year\ntt0106332,{CONCUBINE},1993\n".encode("gb18030"),
         "tt0106332.jpg": PICTURE},
        ("tt0106332", None, CONCUBINE, 1993, None, None, ()),
    ),
    "a column of paths": (
        {
            "my list.csv": "Film;Jahr;Bewertung;Plakat\nHeat;1995;8,3/10;bilder\\heat_final.tiff\n",
            "bilder/heat_final.tiff": PICTURE,
        },
        (None, None, "Heat", 1995, 8.3, None, ()),
    ),
    "commas within genres": (
        {"movies.csv": OWN.replace("Action|Crime|Drama", '"Action, Crime, Drama"'),
         "images/tt0113277.webp": PICTURE},
        HEAT,
    ),
    "a bare image": (image("Heat (1995).jpg"), BY_NAME),
    "a name of a release": (
        image("a/b/c/heat.1995.1080p.BluRay.x264-GRP.JPEG"),
        (None, None, "heat", 1995, None, None, ()),
    ),
    "a name in capitals with .jfif": (image("HEAT_1995.JFIF"), (None, None, "HEAT", 1995)),
    "AVIF": (image("Heat [1995].avif"), BY_NAME),
    "a year first": (image("1995 - Heat.png"), BY_NAME),
    "a title of a year": (image("1917.png"), (None, None, "1917", None)),
    "a title that begins with one": (
        image("2001 A Space Odyssey (1968).png"),
        (None, None, "2001 A Space Odyssey", 1968),
    ),
    "an id alone": (image("tt0113277.jpg"), ("tt0113277", None, "tt0113277", None)),
    "Radarr's id": (image("Heat (1995) {imdb-tt0113277}/poster.jpg"), ("tt0113277", *BY_NAME[1:])),
    "Jellyfin's id": (image("Heat (1995) [tmdbid-949]/folder.jpg"), ("tmdb-949", 949, "Heat")),
    "Emby's id": (image("Heat (1995) [imdbid=tt0113277]/cover.png"), ("tt0113277", *BY_NAME[1:])),
    "an id behind a word": (image("Heat imdb:tt0113277.jpg"), ("tt0113277", None, "Heat", None)),
    "Kodi": ({"Heat (1995)/movie.nfo": NFO, "Heat (1995)/poster.jpg": PICTURE}, BY_NFO),
    "Kodi, by the film's name": (
        {"h/h.mkv": b"", "h/h.nfo": NFO, "h/h-poster.jpg": PICTURE, "h/h-logo.png": b""},
        BY_NFO,
    ),
    "movie-poster.jpg": ({"Heat/movie.nfo": NFO, "Heat/movie-poster.jpg": PICTURE}, BY_NFO),
    "several posters of one folder": (
        {"H/movie.nfo": NFO, "H/folder.jpg": b"", "H/poster.jpg": PICTURE, "H/cover.jpg": b"",
         "H/backdrop1.jpg": b"", "H/still.png": b""},
        BY_NFO,
    ),
    "an address for an .nfo": (
        {"Heat (1995)/movie.nfo": "https://www.imdb.com/title/tt0113277/",
         "Heat (1995)/poster.jpg": PICTURE},
        ("tt0113277", *BY_NAME[1:]),
    ),
    "XML with an address behind it": (
        {"H/movie.nfo": NFO + "\nhttps://www.imdb.com/title/tt0000001/", "H/poster.jpg": PICTURE},
        BY_NFO,
    ),
    "a torn .nfo": (
        {"Heat (1995)/movie.nfo": NFO[: NFO.index("</movie>")], "Heat (1995)/poster.jpg": PICTURE},
        ("tt0113277", *BY_NAME[1:]),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "film"), SHAPES.values(), ids=SHAPES)
def test_a_shape_gives_its_film(lay_files: Lay, files: Files, film: Film) -> None:
    told = tell(lay_files(files))
    (record,) = told.records
    wanted = dict(zip(NAMES, film, strict=False))
    if wanted["imdb_id"] is None:
        wanted["imdb_id"] = record.imdb_id
        assert record.imdb_id.startswith("file-")
    assert {name: getattr(record, name) for name in wanted} == wanted
    assert told.pictures == [PICTURE]
    assert told.notes.skipped == []
