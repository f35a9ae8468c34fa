import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.sources.genre_vocabulary import OWN_GENRES, genres_in


@given(
    st.lists(st.sampled_from(OWN_GENRES), min_size=1, max_size=5, unique=True),
    st.sampled_from(["|", ", ", ",", ";", "; ", "/", " / ", "json", "python", "objects"]),
    st.sampled_from([str, str.lower, str.upper]),
)
def test_genres_in_any_spelling(genres: list[str], parting: str, case: object) -> None:
    written = [case(genre) for genre in genres]  # type: ignore[operator]
    if parting == "json":
        text = json.dumps(written)
    elif parting == "python":
        text = repr(written)
    elif parting == "objects":
        text = json.dumps([{"id": 1, "name": name} for name in written])
    else:
        text = parting.join(written)
    assert genres_in(text) == (tuple(genres), ())


@pytest.mark.parametrize(
    ("text", "genres", "unknown"),
    [
        ("Science Fiction|Music|Children's", ("Sci-Fi", "Musical", "Family"), ()),
        ("Sci-Fi & Fantasy", ("Sci-Fi", "Fantasy"), ()),
        ("Action & Adventure, Kids", ("Action", "Adventure", "Family"), ()),
        ("Drama & Comedy", ("Drama", "Comedy"), ()),
        ("Drama|drama|War| DRAMA", ("Drama", "War"), ()),
        ("Dramedy, Heist", ("Dramedy", "Heist"), ("Dramedy", "Heist")),
        ("Biography|History|Sport", ("Biography", "History", "Sport"), ()),
        ("[]", (), ()),
        ("", (), ()),
        ("(no genres listed)", (), ()),
        ("-", (), ()),
        ("Drama, –", ("Drama",), ()),
        ("[Drama", ("Drama",), ()),
        ("['Drama', 'Film-Noir']", ("Drama", "Film-Noir"), ()),
    ],
)
def test_one_vocabulary(text: str, genres: tuple[str, ...], unknown: tuple[str, ...]) -> None:
    assert genres_in(text) == (genres, unknown)


def test_genres_never_grow_longer_than_a_record_takes() -> None:
    found, _ = genres_in(", ".join(f"Genre number {number}" for number in range(100)))
    assert len("|".join(found)) <= 400
