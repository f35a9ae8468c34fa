from onesheet.explaining.ordinariness import Ordinariness
from webapp.text.ordinary import sentences


def measured(share: float, **more: object) -> Ordinariness:
    facts: dict[str, object] = {"near": 50, "alike": 12, "colours": (), "sharing": 0, **more}
    facts = {"coloured": facts["near"], **facts}
    return Ordinariness(more_ordinary_than=share, **facts)  # type: ignore[arg-type]


def test_a_poster_is_ordinary_or_stands_apart_of_more_than_half() -> None:
    alike = "12 of the 50 posters nearest to it look like it."
    assert sentences(measured(0.8)) == ["More ordinary than 80% of the posters here.", alike]
    apart = "It stands apart more than 70% of the posters here."
    assert sentences(measured(0.3)) == [apart, alike]


def test_colours_are_shared_and_set_apart() -> None:
    said = sentences(measured(0.5, colours=("teal", "orange"), sharing=9, apart="red", having=2))
    assert said[2:] == [
        "9 of these 50 are teal and orange too.",
        "It stands apart by its red: 2 of these 50 have it.",
    ]
    alone = sentences(measured(0.5, apart="red"))
    assert alone[2:] == ["It stands apart by its red: none of these 50 has it."]


def test_only_posters_whose_colours_are_known_tell_of_colours() -> None:
    said = sentences(measured(0.5, colours=("red",), coloured=48, sharing=9))
    assert said[1:] == [
        "12 of the 50 posters nearest to it look like it.",
        "The colours of 48 of these posters are known.",
        "9 of these 48 are red too.",
    ]
    assert len(sentences(measured(0.5, colours=("red",), coloured=0))) == 2


def test_one_poster_is_told_of_in_the_singular() -> None:
    said = sentences(measured(0.5, colours=("red", "black"), sharing=1, apart="red", having=1))
    assert said[2:] == [
        "1 of these 50 is red and black too.",
        "It stands apart by its red: 1 of these 50 has it.",
    ]


def test_colours_that_none_shares_are_said_without_a_number() -> None:
    said = sentences(measured(0.5, colours=("dark red",), sharing=0))
    assert said[2:] == ["None of these 50 is dark red too."]


def test_a_small_catalogue_tells_nothing() -> None:
    assert sentences(None) == ["The catalogue has too few posters to tell."]
