"""What all figures have in common."""

import json
import re

from webapp.figures.plot_template import TEMPLATE, layout_of
from webapp.resources import resources


def test_the_words_of_the_upright_axis_stand_level_above_it() -> None:
    layout = layout_of("Year", "Rating", {"yaxis": {"nticks": 7}})
    (words,) = layout["annotations"]
    assert (words["text"], words["y"], words["yref"]) == ("Rating", 1, "paper")
    assert "title" not in layout["yaxis"]
    assert layout["xaxis"]["title"] == {"text": "Year"}
    assert "annotations" not in layout_of("Year", None, {})


def test_the_template_names_only_colours_that_the_tokens_define() -> None:
    tokens = (resources("static") / "tokens.css").read_text(encoding="utf-8")
    named = set(re.findall(r"var\((--[\w-]+)\)", json.dumps(TEMPLATE)))
    assert named
    assert all(f"{name}:" in tokens for name in named)
