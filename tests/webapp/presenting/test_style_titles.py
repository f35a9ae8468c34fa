import dataclasses

from onesheet.portraits.colour_census import Tint
from onesheet.portraits.gallery import Style
from webapp.presenting.style_titles import style_titles


def test_a_style_is_named_by_its_two_most_telling_colours() -> None:
    tints = [("black", 0.3, 1.2), ("red", 0.2, 3.0), ("cream", 0.1, 4.0), ("red", 0.1, 3.0)]
    style = Style(9, (), tuple(Tint("#000000", *each) for each in tints), None, ())
    # 0.2 log 3 > 0.1 log 4 > 0.1 log 3 > 0.3 log 1.2
    assert style_titles([style]) == ["Red and cream"]
    other = dataclasses.replace(style, tints=style.tints[1:])
    assert style_titles([style, other]) == ["Red, cream and black", "Red and cream"]
